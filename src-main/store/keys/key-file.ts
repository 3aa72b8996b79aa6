import { createHash } from 'node:crypto'
import { renameSync } from 'node:fs'
import { makePrivateFolder, readIfThere, writeDurably } from '../durable-file.ts'
import path from 'node:path'

/**
 * `created`: the folder is new. `recreated`: there was another key, its ciphertexts stay closed until it is back.
 * `closed`: the key is there, and only another shell of this machine can open it.
 */
export type KeyState = 'created' | 'opened' | 'recreated' | 'closed'

export interface KeyFile<K> {
  readonly key: K
  /** The file was there and sound. */
  readonly found: boolean
}

/**
 * Reads a secret of its own 0600 file, or makes and writes one before anything uses it. A damaged file is kept beside
 * the new one as `….damaged`: a lost key never stops the till.
 */
export function readOrCreateKey<K>(
  file: string,
  parse: (bytes: Buffer) => K | null,
  create: () => { bytes: Uint8Array | string; key: K },
): KeyFile<K> {
  const bytes = readIfThere(file)
  const key = bytes === null ? null : parse(bytes)
  if (key !== null) return { key, found: true }
  if (bytes !== null) renameSync(file, `${file}.damaged`)
  const made = create()
  makePrivateFolder(path.dirname(file))
  writeDurably(file, made.bytes)
  return { key: made.key, found: false }
}

/** A name for a key that says nothing about it: the first half of its SHA-256 in hex. */
export function keyIdOf(bytes: Uint8Array): string {
  return createHash('sha256').update('facelane key id').update(bytes).digest('hex').slice(0, 32)
}

export function keyState(keyId: string, knownKeyId: string | null): KeyState {
  if (knownKeyId === null) return 'created'
  return knownKeyId === keyId ? 'opened' : 'recreated'
}
