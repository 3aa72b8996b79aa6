import path from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { candidateListLength } from '../../../domain/face/candidates.ts'
import { baseName, readTable } from '../csv/file.ts'
import type { PersonRow } from '../csv/rows.ts'
import { readPeople } from '../csv/rows.ts'
import { evaluationFailure } from '../failures.ts'
import type { IdentificationFigures, SearchScores } from '../identification.ts'
import { identificationFigures, scoresOf } from '../identification.ts'
import type { ImageFile } from '../images/analyse.ts'
import type { Outcomes } from '../images/outcome.ts'
import { eraseTemplates, templateOf } from '../images/outcome.ts'
import type { IdentificationProtocol, TreePerson, TreeRule } from '../protocol/identification.ts'
import { protocolFromTables, protocolFromTree, withoutImages } from '../protocol/identification.ts'
import { imagePath } from '../protocol/imagePath.ts'
import { readTree } from '../protocol/tree.ts'
import type { Provenance } from '../provenance.ts'
import { provenanceOf } from '../provenance.ts'
import type { Search } from '../search.ts'
import { enrol, search } from '../search.ts'
import type { EvaluationSetup, Exclusion } from './setup.ts'
import {
  distinctFiles,
  exclusionOf,
  lookAtImages,
  nothingUsable,
  readExcluded,
  requireFolder,
} from './setup.ts'

export interface IdentificationRequest {
  readonly source:
    | {
        readonly kind: 'tables'
        readonly gallery: string
        readonly probes: string
        readonly imagesDir: string
      }
    | { readonly kind: 'tree'; readonly folder: string; readonly rule: TreeRule }
  /** One template for each person instead of one for each reference. */
  readonly fuse: boolean
  readonly exclude?: string
}

export interface IdentificationResult {
  readonly provenance: Provenance
  readonly figures: IdentificationFigures
  readonly scores: SearchScores
  readonly outcomes: Outcomes
  readonly exclusion?: Exclusion<IdentificationFigures>
}

/** Throws `Failure` with an `evaluate.…` code, or the engine's. */
export async function evaluateIdentification(
  request: IdentificationRequest,
  setup: EvaluationSetup,
): Promise<IdentificationResult> {
  const exclusions = await readExcluded(request.exclude)
  const set = await (request.source.kind === 'tables' ? fromTables(request.source) : fromTree(request.source))
  const protocol = set.without(new Set())
  requireSearches(protocol)
  const outcomes = await lookAtImages(set.files, { pad: false, embed: 'both' }, setup)
  try {
    const searches = await searchAll(protocol, outcomes, request.fuse, setup)
    const result = {
      provenance: provenanceOf(outcomes, { ...setup, dataset: set.dataset }),
      figures: figuresOf(searches, protocol, setup),
      scores: scoresOf(searches.found, setup.policy.cohort),
      outcomes,
    }
    if (exclusions === undefined) return result
    const kept = set.without(exclusions.images)
    requireSearches(kept)
    const has = (image: string) => outcomes.has(image)
    const figures = figuresOf(await searchAll(kept, outcomes, request.fuse, setup), kept, setup)
    return { ...result, exclusion: exclusionOf(exclusions, has, figures) }
  } finally {
    eraseTemplates(outcomes)
  }
}

/** A set of images, and the protocol over it less some of them. */
interface ImageSet {
  readonly dataset: string
  readonly files: readonly ImageFile[]
  without(excluded: ReadonlySet<string>): IdentificationProtocol
}

type Source<K> = Extract<IdentificationRequest['source'], { kind: K }>

async function fromTables({ gallery, probes, imagesDir }: Source<'tables'>): Promise<ImageSet> {
  const tables = [await readTable(gallery), await readTable(probes)] as const
  const [enrolled, searched] = [readPeople(tables[0]), readPeople(tables[1])]
  const nobody = enrolled.find(({ person }) => person === '')
  if (nobody !== undefined) {
    const message = `${tables[0].name}: line ${nobody.line}: a reference needs a person.`
    throw evaluationFailure('evaluate.badCsv', `read ${tables[0].name}`, message)
  }
  await requireFolder(imagesDir)
  const locate = (rows: readonly PersonRow[], table: string): ImageFile[] =>
    rows.map(({ image, line }) => ({ image, file: imagePath(imagesDir, image, { table, line }) }))
  return {
    dataset: `${baseName(gallery)}+${baseName(probes)}`,
    files: distinctFiles([...locate(enrolled, tables[0].name), ...locate(searched, tables[1].name)]),
    without: (excluded) => withoutImages(protocolFromTables(enrolled, searched), excluded),
  }
}

async function fromTree({ folder, rule }: Source<'tree'>): Promise<ImageSet> {
  const tree = await readTree(folder)
  const images = tree.flatMap((person) => person.images)
  return {
    dataset: path.basename(path.resolve(folder)),
    files: images.map((image) => ({ image, file: path.join(folder, image) })),
    without: (excluded) => protocolFromTree(lessImages(tree, excluded), rule),
  }
}

function lessImages(tree: readonly TreePerson[], excluded: ReadonlySet<string>): TreePerson[] {
  return tree.map(({ person, images }) => ({
    person,
    images: images.filter((image) => !excluded.has(image)),
  }))
}

function requireSearches({ gallery, probes }: IdentificationProtocol): void {
  if (gallery.length === 0)
    nothingUsable('build the gallery', 'Nobody is enrolled: no person has a reference.')
  if (probes.length === 0) nothingUsable('choose the probes', 'There is no probe to search with.')
}

interface Searches {
  readonly found: readonly Search[]
  readonly failedToEnrol: readonly string[]
}

/** Searches between two looks at the signal and the terminal. */
const batch = 64

async function searchAll(
  { gallery, probes }: IdentificationProtocol,
  outcomes: Outcomes,
  fuse: boolean,
  { comparator, policy, signal, onProgress }: EvaluationSetup,
): Promise<Searches> {
  const length = candidateListLength(policy)
  const enrolled = enrol(gallery, outcomes, fuse)
  const found: Search[] = []
  for (const probe of probes) {
    found.push(search(probe, templateOf(outcomes, probe.image), enrolled, { comparator, length }))
    if (found.length % batch !== 0 && found.length !== probes.length) continue
    onProgress('searches', found.length, probes.length)
    await breathe()
    if (signal.aborted) {
      throw evaluationFailure('evaluate.stopped', 'search', 'The evaluation was stopped; no figures.')
    }
  }
  return { found, failedToEnrol: enrolled.failedToEnrol }
}

function figuresOf(
  { found, failedToEnrol }: Searches,
  { gallery }: IdentificationProtocol,
  { policy }: EvaluationSetup,
): IdentificationFigures {
  const references = gallery.reduce((sum, { images }) => sum + images.length, 0)
  return identificationFigures(found, { gallerySize: gallery.length, references, failedToEnrol }, policy)
}
