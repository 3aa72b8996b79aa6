import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../../../contract/failure.ts'
import type { AnalyseOptions, FaceEnginePort } from '../../../ports/faceEngine.ts'
import { evaluationFailure } from '../failures.ts'
import type { ImageOutcome, Outcomes } from './outcome.ts'
import { outcomeOf } from './outcome.ts'
import { readStill } from './still.ts'

export interface ImageFile {
  /** As the table names it. */
  readonly image: string
  /** Where it lies. */
  readonly file: string
}

export interface AnalyseImagesOptions {
  /** One thread each; the images are spread over them. */
  readonly engines: readonly FaceEnginePort[]
  readonly want: Pick<AnalyseOptions, 'pad' | 'embed'>
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/** Two for each engine: one image is analysed, the next one is read meanwhile. An engine lets just one wait. */
const readersPerEngine = 2
/** Stills are unrelated: a gap in the numbers tells the engine that nothing may be carried over from one to the next. */
const sequenceStep = 1000

/** Every image once, in any order. Throws `Failure`: `evaluate.stopped`, or the engine's when it does not come back. */
export async function analyseImages(
  files: readonly ImageFile[],
  options: AnalyseImagesOptions,
): Promise<Outcomes> {
  const outcomes = new Map<string, ImageOutcome>()
  let next = 0
  const work = async (engine: FaceEnginePort): Promise<void> => {
    for (let index = next++; index < files.length; index = next++) {
      if (options.signal.aborted) throw stopped()
      const { image, file } = files[index]!
      outcomes.set(image, await analyseOne(engine, file, (index + 1) * sequenceStep, options))
      options.onProgress(outcomes.size, files.length)
    }
  }
  const readers = options.engines.flatMap((engine) =>
    Array.from({ length: readersPerEngine }, () => work(engine)),
  )
  const settled = await Promise.allSettled(readers)
  const failed = settled.find((reader) => reader.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  if (options.signal.aborted) throw stopped()
  return outcomes
}

const restartPausesMs = [500, 1500, 5000]

async function analyseOne(
  engine: FaceEnginePort,
  file: string,
  sequence: number,
  { want, signal }: AnalyseImagesOptions,
): Promise<ImageOutcome> {
  for (let loss = 0; ; loss++) {
    const begun = performance.now()
    const still = await readStill(file)
    if (!still.ok) return { kind: 'unreadable', reason: still.error }
    const readMs = performance.now() - begun
    const frame = { sequence, capturedAtMonotonicMs: begun, encoding: 'rgba', ...still.value } as const
    // Not called off by the signal: the image at hand is done in a moment, and an engine is closed only when it is idle.
    const analysed = await engine.analyse(frame, { ...want, evenIfRejected: true })
    if (analysed.ok) return outcomeOf(analysed.value, readMs + analysed.value.timings.totalMs)
    const { code } = analysed.error
    if (code === 'face.badFrame') {
      return { kind: 'failedToAcquire', reason: code, ms: performance.now() - begun }
    }
    if (signal.aborted) throw stopped()
    const pauseMs = restartPausesMs[loss]
    if (code !== 'face.engineLost' || pauseMs === undefined) throw new Failure(analysed.error)
    await sleep(pauseMs)
  }
}

function stopped(): Failure {
  return evaluationFailure(
    'evaluate.stopped',
    'analyse the images',
    'The evaluation was stopped; no figures.',
  )
}
