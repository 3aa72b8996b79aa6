import { z } from 'zod'
import { configSchema } from './schema.ts'

/** One value of the configuration: `hub.timeoutMs` in a file, `FACELANE_HUB__TIMEOUT_MS` in the environment. */
export interface ConfigKey {
  readonly path: readonly string[]
  readonly key: string
  readonly env: string
  /** Text is taken as it stands; anything else is written as JSON in the environment. */
  readonly text: boolean
  readonly description: string
  readonly example: unknown
}

export const envPrefix = 'FACELANE_'

/** `['hub', 'timeoutMs']` is `FACELANE_HUB__TIMEOUT_MS`. */
export function envName(path: readonly string[]): string {
  const parts = path.map((part) => part.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase())
  return envPrefix + parts.join('__')
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.core.$ZodOptional || schema instanceof z.core.$ZodNullable) {
    return unwrap(schema._zod.def.innerType)
  }
  return schema
}

function keysBelow(schema: z.core.$ZodType, path: readonly string[]): ConfigKey[] {
  const inner = unwrap(schema)
  const docs = z.globalRegistry.get(schema) ?? z.globalRegistry.get(inner)
  const children =
    inner instanceof z.ZodObject
      ? Object.entries<z.core.$ZodType>(inner.shape).flatMap(([name, child]) =>
          keysBelow(child, [...path, name]),
        )
      : []
  if (docs === undefined) return children
  const own: ConfigKey = {
    path,
    key: path.join('.'),
    env: envName(path),
    text: inner._zod.def.type === 'string' || inner._zod.def.type === 'enum',
    description: docs.description ?? '',
    example: docs['example'],
  }
  return [own, ...children]
}

export const configKeys: readonly ConfigKey[] = keysBelow(configSchema, [])

/** The names a value at this path may have below it; empty where it is not an object. Array indices are numbers. */
export function namesAt(path: readonly PropertyKey[]): readonly string[] {
  let schema = unwrap(configSchema)
  for (const step of path) {
    if (schema instanceof z.ZodArray) schema = unwrap(schema.element)
    else if (schema instanceof z.ZodObject && typeof step === 'string') {
      const child = (schema.shape as Record<string, z.core.$ZodType | undefined>)[step]
      if (child === undefined) return []
      schema = unwrap(child)
    } else return []
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}
