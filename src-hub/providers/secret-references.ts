import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../src-main/contract/failure.ts'

export interface SecretSource {
  /** Where relative file names begin: the folder of the file that names them. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * The same value with every `{ "file": "…" }` and `{ "env": "…" }` replaced by what it names. Throws `Failure`
 * `providers.secret`, which names the reference and never a value.
 */
export function readReferences(value: unknown, source: SecretSource): unknown {
  if (Array.isArray(value)) return value.map((part) => readReferences(part, source))
  if (typeof value !== 'object' || value === null) return value
  const reference = referenceIn(value)
  if (reference !== null)
    return reference.kind === 'file' ? fromFile(reference.name, source) : fromEnv(reference.name, source)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readReferences(part, source)]))
}

/** Is it one of the two forms? */
export function referenceIn(value: unknown): { readonly kind: 'file' | 'env'; readonly name: string } | null {
  if (typeof value !== 'object' || value === null) return null
  const [entry, ...more] = Object.entries(value)
  if (entry === undefined || more.length > 0) return null
  const [kind, name] = entry as [string, unknown]
  return (kind === 'file' || kind === 'env') && typeof name === 'string' ? { kind, name } : null
}

function fromFile(name: string, { folder }: SecretSource): string {
  const file = path.resolve(folder, name)
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw missing(`The file ${file} cannot be read. Put the secret there, readable by the hub's user only.`)
  }
}

function fromEnv(name: string, { env }: SecretSource): string {
  const value = env[name]
  if (value !== undefined && value !== '') return value
  throw missing(`The environment variable ${name} is empty. Set it for the hub's process.`)
}

function missing(message: string): Failure {
  return new Failure({
    code: 'providers.secret',
    attempted: 'read the secrets of the payment providers',
    remedy: 'staff',
    message,
  })
}
