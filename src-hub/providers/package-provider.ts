import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { Failure } from '../../src-main/contract/failure.ts'
import { believable } from './package-answers.ts'
import type { PaymentProvider } from './port.ts'

/** What a provider package is handed beside its own configuration. */
export interface ProviderHost {
  /** The hub's clock, ms UTC. */
  readonly nowMs: () => number
  /** A folder of its own in the hub's data folder; made when it writes there. */
  readonly dataDir: string
}

/** A provider package exports this. */
export type CreateProvider = (
  config: unknown,
  host: ProviderHost,
) => PaymentProvider | Promise<PaymentProvider>

const callable = z.custom<(...args: unknown[]) => unknown>((value) => typeof value === 'function')
const wholeMs = z.number().int().min(0)
const providerSchema = z.looseObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and "-"'),
  // Only what is called outside may be slow; the hub's own ledger is nobody else's to write to.
  ledger: z.literal('outside'),
  declares: z.looseObject({
    deferrable: z.boolean(),
    capture: z.literal('immediate', 'must be "immediate": nothing here captures later'),
    partialRefund: z.boolean(),
    needsLiveToken: z.boolean(),
    takesBench: z.boolean(),
    partialApproval: z.boolean(),
  }),
  timetable: z.looseObject({
    firstQueryMs: wholeMs,
    everyMs: z.number().int().min(10),
    patienceMs: wholeMs,
    cancelNotBeforeMs: wholeMs,
  }),
  authorise: callable,
  query: callable,
  cancel: callable,
  refund: callable,
})

/**
 * Loads a provider by its package's name from `node_modules` of the hub's data folder, where `npm install --prefix DATA
 * NAME` puts it, or from the installation. It runs with the hub's rights: install only what you would trust with the
 * till. Throws `Failure` `providers.package`.
 */
export async function loadPackageProvider(
  name: string,
  config: unknown,
  dataDir: string,
  nowMs: () => number,
): Promise<PaymentProvider> {
  const create = await importCreate(name, dataDir)
  const own = path.join(dataDir, 'providers', name.replaceAll('/', '-').replace('@', ''))
  let made: unknown
  try {
    made = await create(config, { nowMs, dataDir: own })
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw unusable(name, `does not start: ${cause instanceof Error ? cause.message : 'it gave no reason'}`)
  }
  const checked = providerSchema.safeParse(made)
  if (!checked.success) throw unusable(name, `makes no provider: ${z.prettifyError(checked.error)}`)
  return believable(made as PaymentProvider)
}

async function importCreate(name: string, dataDir: string): Promise<CreateProvider> {
  const file = resolveIn(path.join(dataDir, 'package.json'), name) ?? resolveIn(import.meta.filename, name)
  if (file === null) {
    throw unusable(name, `is not installed. Install it with: npm install --prefix ${dataDir} ${name}`)
  }
  const module = (await import(pathToFileURL(file).href)) as { createProvider?: unknown }
  if (typeof module.createProvider !== 'function')
    throw unusable(name, 'exports no createProvider(config, host)')
  return module.createProvider as CreateProvider
}

function resolveIn(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return null
  }
}

function unusable(name: string, what: string): Failure {
  return new Failure({
    code: 'providers.package',
    attempted: `load the payment provider ${name}`,
    remedy: 'staff',
    message: `The payment provider ${name} ${what}.`,
  })
}
