import { stat } from 'node:fs/promises'
import type { CapturePolicy } from '../../../domain/face/policy.ts'
import type { AnalyseOptions } from '../../../ports/faceEngine.ts'
import type { ModelPack } from '../../models/manifest.ts'
import type { Comparator } from '../comparator.ts'
import type { Exclusion as ExclusionRow } from '../csv/rows.ts'
import { readExclusions } from '../csv/rows.ts'
import { readTable } from '../csv/file.ts'
import { evaluationFailure, nativeCode } from '../failures.ts'
import type { ImageFile } from '../images/analyse.ts'
import { analyseImages } from '../images/analyse.ts'
import { openEngines } from '../images/engines.ts'
import type { Outcomes } from '../images/outcome.ts'

/** What every kind of evaluation runs with. */
export interface EvaluationSetup {
  readonly pack: ModelPack
  readonly packDir: string
  /** The shipped decision limits of the pack. */
  readonly policy: CapturePolicy
  /** How many engines of one thread; 1 or more. */
  readonly engines: number
  readonly comparator: Comparator
  readonly signal: AbortSignal
  readonly onProgress: (stage: 'images' | 'searches', done: number, total: number) => void
  /** The date the figures carry, ms since 1970 UTC. */
  readonly atMs: number
}

/**
 * Looks at every image once. Throws `Failure`: `evaluate.nothingUsable` when not one of them can be read (the folder is
 * most likely not the table's), and as `openEngines` and `analyseImages` do.
 */
export async function lookAtImages(
  files: readonly ImageFile[],
  want: Pick<AnalyseOptions, 'pad' | 'embed'>,
  setup: EvaluationSetup,
): Promise<Outcomes> {
  const room = await openEngines(setup.packDir, setup.pack, setup.engines)
  try {
    const outcomes = await analyseImages(files, {
      engines: room.engines,
      want,
      signal: setup.signal,
      onProgress: (done, total) => setup.onProgress('images', done, total),
    })
    if ([...outcomes.values()].some(({ kind }) => kind !== 'unreadable')) return outcomes
    throw evaluationFailure(
      'evaluate.nothingUsable',
      'read the images',
      `Not one of the ${outcomes.size} images can be read. Check that --images is the folder the table's paths start from.`,
    )
  } finally {
    await room.close()
  }
}

/** Distinct images in order of first mention. */
export function distinctFiles(files: Iterable<ImageFile>): ImageFile[] {
  const distinct = new Map<string, ImageFile>()
  for (const file of files) if (!distinct.has(file.image)) distinct.set(file.image, file)
  return [...distinct.values()]
}

/** Throws `Failure` `evaluate.noImages` when it is not there or no folder. */
export async function requireFolder(folder: string): Promise<void> {
  const problem = await stat(folder).then(
    (found) => (found.isDirectory() ? undefined : 'it is not a folder'),
    (thrown: unknown) => nativeCode(thrown),
  )
  if (problem === undefined) return
  const message = `The folder ${folder} cannot be used (${problem}). Name the folder the images lie in.`
  throw evaluationFailure('evaluate.noImages', `open ${folder}`, message)
}

export interface Exclusions {
  readonly images: ReadonlySet<string>
  readonly rows: readonly ExclusionRow[]
}

export async function readExcluded(file: string | undefined): Promise<Exclusions | undefined> {
  if (file === undefined) return undefined
  const rows = readExclusions(await readTable(file))
  return { rows, images: new Set(rows.map(({ image }) => image)) }
}

export interface Excluded {
  readonly image: string
  readonly reason: string
}

/** What a second set of figures leaves out. */
export interface Exclusion<Figures> {
  readonly excluded: readonly Excluded[]
  /** Images of the list that the set does not have. */
  readonly notInSet: number
  readonly figures: Figures
}

export function exclusionOf<Figures>(
  { rows }: Exclusions,
  has: (image: string) => boolean,
  figures: Figures,
): Exclusion<Figures> {
  const excluded = rows.filter(({ image }) => has(image)).map(({ image, reason }) => ({ image, reason }))
  return { excluded, notInSet: rows.length - excluded.length, figures }
}

export function nothingUsable(attempted: string, message: string): never {
  throw evaluationFailure('evaluate.nothingUsable', attempted, message)
}
