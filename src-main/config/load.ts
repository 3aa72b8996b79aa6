import { readFileSync } from 'node:fs'
import path from 'node:path'
import { err, ok, type Result } from '../contract/result.ts'
import type { TaxPolicy } from '../contract/basket.ts'
import { profileSchema } from '../contract/values.ts'
import type { CheckoutStateKind } from '../domain/checkout/state.ts'
import { fiscalPolicies, type FiscalPolicy } from '../domain/fiscal/policies.ts'
import { completeDevices, type LaneDevices } from './devices.ts'
import { issueProblems, notJson, unknownVariable } from './issues.ts'
import { configKeys } from './keys.ts'
import {
  environmentLayers,
  mergeLayers,
  strangeVariables,
  valueAt,
  type Environment,
  type Layer,
} from './layers.ts'
import type { ConfigProblem } from './problems.ts'
import {
  commonDefaults,
  developmentDefaults,
  developmentProfileDefaults,
  profileDefaults,
} from './profiles.ts'
import { ruleProblems } from './rules.ts'
import { configSchema, type ConfigInput, type ConfigValues } from './schema.ts'

/** A checked configuration with what follows from it. */
export interface LaneConfig extends Omit<ConfigValues, 'taxRates' | 'tax' | 'devices' | 'fiscal' | 'idle'> {
  readonly dataDir: string
  /** The file that was read, null when there was none. */
  readonly file: string | null
  readonly tax: TaxPolicy
  readonly devices: LaneDevices
  /** Null where the law asks for no fiscal device. */
  readonly fiscal: LaneFiscal | null
  /** How long each screen may stand untouched; a screen that is not named here waits for ever. */
  readonly idleMs: Readonly<Partial<Record<CheckoutStateKind, number>>>
  /** A replayed camera: the hub takes only wallet money, and the screen says so. */
  readonly bench: boolean
  /** Who reads the camera. */
  readonly camera: 'page' | 'lane'
}

export interface LaneFiscal {
  readonly policy: FiscalPolicy
  /** `tcp://HOST:PORT`, or "emulated". */
  readonly address: string
  readonly clientId: string
}

export interface ConfigSource {
  /** `--config`; without it `config.json` in the data folder, which may be missing. */
  readonly file?: string
  readonly env: Environment
  readonly dataDir: string
  /** What the calling program wants unless file or environment say otherwise. */
  readonly preset?: ConfigInput
}

/** Least to most particular: defaults, the mode's, the profile's, both together's, the program's, the file, the environment. */
export function loadConfig(source: ConfigSource): Result<LaneConfig, ConfigProblem[]> {
  const file = source.file ?? path.join(source.dataDir, 'config.json')
  const read = readConfigFile(file, source.file !== undefined)
  if (!read.ok) return err([read.error])
  const environment = environmentLayers(source.env, configKeys)
  const given: Layer[] = [
    { name: 'program', tree: source.preset },
    { name: file, tree: read.value },
    ...environment.layers,
  ]
  const merged = mergeLayers([...defaultLayers(given), ...given])
  const parsed = configSchema.safeParse(merged.tree)
  const problems = [
    ...environment.notJson.map(notJson),
    ...strangeVariables(source.env, configKeys).flatMap((name) => unknownVariable(name) ?? []),
    ...(parsed.success
      ? ruleProblems(parsed.data, merged.placeOf)
      : issueProblems(parsed.error, merged, file)),
  ]
  if (!parsed.success || problems.length > 0) return err(problems)
  return ok(complete(parsed.data, source.dataDir, read.value === undefined ? null : file))
}

function defaultLayers(given: readonly Layer[]): Layer[] {
  const { tree } = mergeLayers([{ name: 'defaults', tree: commonDefaults }, ...given])
  const profile = profileSchema.safeParse(valueAt(tree, ['profile']))
  const layers: Layer[] = [{ name: 'defaults', tree: commonDefaults }]
  const isDevelopment = valueAt(tree, ['mode']) === 'development'
  if (isDevelopment) {
    layers.push({ name: 'defaults of development', tree: developmentDefaults })
  }
  if (profile.success) {
    layers.push({ name: `defaults of ${profile.data}`, tree: profileDefaults[profile.data] })
    const inDevelopment = developmentProfileDefaults[profile.data]
    if (isDevelopment)
      layers.push({ name: `defaults of ${profile.data} in development`, tree: inDevelopment })
  }
  return layers
}

/** The JSON of the file; undefined when it is missing and nobody asked for it. */
function readConfigFile(file: string, asked: boolean): Result<unknown, ConfigProblem> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT' && !asked) return ok(undefined)
    return err(unreadable(file, `cannot be read (${code}). Check the path and who may read it`))
  }
  try {
    const tree = JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
    if (typeof tree === 'object' && tree !== null && !Array.isArray(tree)) return ok(tree)
    return err(unreadable(file, 'must be one JSON object: { … }'))
  } catch (error) {
    return err(unreadable(file, `is not valid JSON${jsonPlace(error)}. Look for a missing comma or quote`))
  }
}

/** The place only: the engine's message also quotes the text, which may be a secret. */
function jsonPlace(error: unknown): string {
  const [, line, column] = /line (\d+) column (\d+)/.exec(String(error)) ?? []
  return line === undefined || column === undefined ? '' : ` at line ${line}, column ${column}`
}

function unreadable(file: string, why: string): ConfigProblem {
  return { code: 'config.unreadable', key: '', place: file, message: `The configuration ${file} ${why}.` }
}

function complete(values: ConfigValues, dataDir: string, file: string | null): LaneConfig {
  const { idle, taxRates, ...rest } = values
  const within = (name: string): string => path.resolve(dataDir, name)
  const { joinTokenFile } = values.hub
  const { recoveryKeyFile } = values
  return {
    ...rest,
    dataDir,
    file,
    ...(recoveryKeyFile === undefined ? {} : { recoveryKeyFile: within(recoveryKeyFile) }),
    hub: { ...values.hub, ...(joinTokenFile === undefined ? {} : { joinTokenFile: within(joinTokenFile) }) },
    tax: { ...values.tax, rates: { ...taxRates, zero: 0, exempt: 0 } },
    devices: completeDevices(values.devices, within),
    fiscal: fiscalOf(values),
    idleMs: idleTimes(idle),
    bench: values.devices.camera.kind === 'replay',
    camera: values.devices.camera.kind === 'renderer' ? 'page' : 'lane',
  }
}

/** The device gives a client id at most 30 characters (TR-03153). */
function fiscalOf({ fiscal, laneId }: ConfigValues): LaneFiscal | null {
  const { country, address, clientId, sealLimitMs } = fiscal
  if (country === 'none' || address === undefined) return null
  const policy = fiscalPolicies[country]
  return {
    policy: sealLimitMs === undefined ? policy : { ...policy, sealLimitMs },
    address,
    clientId: clientId ?? `facelane-${laneId}`.slice(0, 30),
  }
}

/** Looking at a face ends by itself (`face.timeoutMs`), and money under way is never timed out by a screen. */
function idleTimes({
  basketMs,
  questionMs,
  doneMs,
  cancelledMs,
}: ConfigValues['idle']): LaneConfig['idleMs'] {
  return {
    scanning: basketMs,
    tenderChoice: basketMs,
    codeCapture: questionMs,
    secondFactor: questionMs,
    walletFace: questionMs,
    confirm: questionMs,
    owing: questionMs,
    declined: questionMs,
    done: doneMs,
    cancelled: cancelledMs,
  }
}
