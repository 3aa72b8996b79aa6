import { cosine } from '../../face/evaluation/comparator.ts'
import { evaluationFailure } from '../../face/evaluation/failures.ts'
import { defaultEngines } from '../../face/evaluation/images/engines.ts'
import type { EvaluationSetup } from '../../face/evaluation/run/setup.ts'
import type { ModelPack } from '../../face/models/manifest.ts'
import { currentPack, readModelManifest } from '../../face/models/manifest.ts'
import { packDir } from '../../face/models/models.ts'
import { capturePolicy, readThresholds } from '../../face/thresholds.ts'
import type { CliIo } from '../command.ts'
import { UsageError } from '../command.ts'
import { paths } from '../paths.ts'
import { createProgress } from './progress.ts'

export interface SharedOptions {
  readonly pack?: string | undefined
  readonly engines?: string | undefined
}

/** Options that every kind of evaluation takes, for `parseArgs`. */
export const sharedOptions = {
  json: { type: 'boolean', default: false },
  report: { type: 'string' },
  pack: { type: 'string' },
  engines: { type: 'string' },
} as const

/** Runs `evaluate` with the pack's shipped limits, its progress on stderr. */
export async function withSetup<T>(
  options: SharedOptions,
  io: CliIo,
  evaluate: (setup: EvaluationSetup) => Promise<T>,
): Promise<T> {
  const pack = await choosePack(options.pack)
  const policy = capturePolicy(await readThresholds(paths.thresholds), pack.id)
  const progress = createProgress(process.stderr, () => performance.now())
  try {
    return await evaluate({
      pack,
      packDir: packDir(paths.modelPacks, pack),
      policy,
      engines: wholeNumber('--engines', options.engines, defaultEngines, 64),
      comparator: cosine,
      signal: io.stop,
      onProgress: (stage, done, total) => progress.update(stage, done, total),
      atMs: Date.now(),
    })
  } finally {
    progress.end()
  }
}

async function choosePack(id: string | undefined): Promise<ModelPack> {
  const manifest = await readModelManifest(paths.modelManifest)
  if (id === undefined) return currentPack(manifest)
  const named = manifest.packs.find((pack) => pack.id === id)
  if (named !== undefined) return named
  const known = manifest.packs.map((pack) => pack.id).join(', ')
  const message = `There is no model pack "${id}"; models/manifest.json has ${known}.`
  throw evaluationFailure('evaluate.unknownPack', `find the model pack ${id}`, message)
}

export function wholeNumber(
  option: string,
  text: string | undefined,
  otherwise: number,
  most: number,
): number {
  if (text === undefined) return otherwise
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (value >= 1 && value <= most) return value
  throw new UsageError(`${option} is a whole number from 1 to ${most}.`)
}

export function required(option: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`${option} is missing.`)
  return value
}
