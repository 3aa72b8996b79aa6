import type { ModelPack } from '../models/manifest.ts'
import type { ImageOutcome, Outcomes } from './images/outcome.ts'
import { percentile } from './metrics/scores.ts'

/** Which pictures, which models, when: no figure is given without it. */
export interface Provenance {
  /** The base name of the table or folder. */
  readonly dataset: string
  /** ISO 8601, UTC. */
  readonly date: string
  readonly packId: string
  readonly models: readonly ModelFacts[]
  /** Distinct images, unreadable ones among them. */
  readonly images: number
  /** Readable images in which no face was found; the comparisons they belong to count. */
  readonly failuresToAcquire: number
  readonly failedToAcquire: readonly string[]
  /** Files that are no picture, damaged, too large or not there; the comparisons they belong to count. */
  readonly unreadable: readonly string[]
  /** Reading and analysing one image on one thread, while `engines` of them work side by side; null without images. */
  readonly msPerImage: { readonly p50: number | null; readonly p95: number | null }
  readonly engines: number
}

export interface ModelFacts {
  readonly role: string
  readonly file: string
  readonly sha256: string
}

export interface ProvenanceSource {
  readonly dataset: string
  readonly atMs: number
  readonly pack: ModelPack
  readonly engines: number
}

export function provenanceOf(
  outcomes: Outcomes,
  { dataset, atMs, pack, engines }: ProvenanceSource,
): Provenance {
  const namesOf = (kind: ImageOutcome['kind']) =>
    [...outcomes].filter(([, outcome]) => outcome.kind === kind).map(([image]) => image)
  const ms = [...outcomes.values()].flatMap((outcome) => (outcome.kind === 'unreadable' ? [] : [outcome.ms]))
  const failedToAcquire = namesOf('failedToAcquire').sort()
  return {
    dataset,
    date: new Date(atMs).toISOString(),
    packId: pack.id,
    models: pack.models.map(({ role, file, sha256 }) => ({ role, file, sha256 })),
    images: outcomes.size,
    failuresToAcquire: failedToAcquire.length,
    failedToAcquire,
    unreadable: namesOf('unreadable').sort(),
    msPerImage: { p50: rounded(percentile(ms, 0.5)), p95: rounded(percentile(ms, 0.95)) },
    engines,
  }
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10
}
