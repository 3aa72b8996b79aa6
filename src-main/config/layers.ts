import { envPrefix, type ConfigKey } from './keys.ts'

/** Raw values from one place. */
export interface Layer {
  readonly name: string
  readonly tree: unknown
}

/** All layers as one tree, and where each value of it came from. */
export interface Merged {
  readonly tree: unknown
  readonly placeOf: (path: readonly PropertyKey[]) => string
}

/** Later layers win value by value; lists are replaced as a whole. */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const tree = layers.reduce<unknown>((merged, layer) => merge(merged, layer.tree), {})
  return {
    tree,
    placeOf: (path) => layers.findLast((layer) => valueAt(layer.tree, path) !== undefined)?.name ?? '',
  }
}

function merge(below: unknown, above: unknown): unknown {
  if (above === undefined) return below
  if (!isRecord(above)) return above
  const base = isRecord(below) ? below : {}
  const names = new Set([...Object.keys(base), ...Object.keys(above)])
  const merged = [...names].map((name) => [name, merge(own(base, name), own(above, name))] as const)
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined))
}

export function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)] as unknown
    return isRecord(value) ? own(value, String(step)) : undefined
  }, tree)
}

function own(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `{ hub: { url } }` from the path `['hub', 'url']`. */
export function treeOf(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)
}

export type Environment = Readonly<Record<string, string | undefined>>

/** One layer for each variable that is set to something, and the names of those that should have been JSON. */
export function environmentLayers(
  env: Environment,
  keys: readonly ConfigKey[],
): { layers: Layer[]; notJson: ConfigKey[] } {
  const layers: Layer[] = []
  const notJson: ConfigKey[] = []
  for (const key of keys) {
    const text = env[key.env]
    if (text === undefined || text === '') continue
    const value = key.text ? text : parseJson(text)
    if (value === undefined) notJson.push(key)
    else layers.push({ name: key.env, tree: treeOf(key.path, value) })
  }
  return { layers, notJson }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Variables with our prefix that name no key. */
export function strangeVariables(env: Environment, keys: readonly ConfigKey[]): string[] {
  const known = new Set(keys.map((key) => key.env))
  return Object.keys(env).filter((name) => {
    return name.startsWith(envPrefix) && !known.has(name) && env[name] !== undefined
  })
}
