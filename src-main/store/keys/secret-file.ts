import { randomBytes } from 'node:crypto'
import { renameSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../contract/failure.ts'
import { destroyFile, makePrivateFolder, readIfThere, replaceAndWipe } from '../durable-file.ts'
import type { KeyCustody } from './custody.ts'
import { keyIdOf } from './key-file.ts'
import { KEY_LENGTH, openWith, sealWith } from './sealing.ts'

export interface FaceKey {
  readonly id: string
  /** 32 bytes. */
  readonly bytes: Uint8Array
}

/** What a key file says about itself to somebody who may not open it. */
export interface SecretFileFacts {
  readonly id: string
  readonly wrapped: boolean
}

/** A wrapped file: this mark, the key's id (16 bytes), then nonce || ciphertext || tag. A plain one is the key alone. */
const mark = Buffer.from('FLKEY1\r\n')
const ID_LENGTH = 16

/** Without opening it; null when there is none, or it is damaged. */
export function inspectSecret(file: string): SecretFileFacts | null {
  const bytes = readIfThere(file)
  if (bytes === null) return null
  if (bytes.length === KEY_LENGTH) return { id: keyIdOf(bytes), wrapped: false }
  if (!isWrapped(bytes)) return null
  return { id: bytes.subarray(mark.length, mark.length + ID_LENGTH).toString('hex'), wrapped: true }
}

/**
 * Reads a key under this custody; one that lay there unwrapped is wrapped now. Null when there is none; a damaged file
 * is kept beside as `….damaged`. Throws `keys.heldElsewhere` for a file that only another custody opens.
 */
export function readSecret(file: string, custody: KeyCustody): FaceKey | null {
  const bytes = readIfThere(file)
  if (bytes === null) return null
  if (bytes.length === KEY_LENGTH) {
    const key = ownCopy(bytes)
    if (custody.wrappingKey !== null) writeSecret(file, key, custody)
    return key
  }
  if (isWrapped(bytes)) {
    return ownCopy(unwrap(file, bytes, custody))
  }
  renameSync(file, `${file}.damaged`)
  return null
}

export function newSecret(): FaceKey {
  const bytes = randomBytes(KEY_LENGTH)
  return { id: keyIdOf(bytes), bytes }
}

/** Durable when it returns; what stood there before is overwritten as far as the disk allows. */
export function writeSecret(file: string, { id, bytes }: FaceKey, { wrappingKey }: KeyCustody): void {
  makePrivateFolder(path.dirname(file))
  if (wrappingKey === null) return replaceAndWipe(file, bytes)
  const sealed = sealWith(wrappingKey, contextOf(file), bytes)
  replaceAndWipe(file, Buffer.concat([mark, Buffer.from(id, 'hex'), sealed]))
}

export function destroySecret(file: string): void {
  destroyFile(file)
}

/** Node may keep small buffers in one pool: a key is moved out of it, so that it can be overwritten and handed on alone. */
function ownCopy(read: Uint8Array): FaceKey {
  const bytes = Uint8Array.from(read)
  read.fill(0)
  return { id: keyIdOf(bytes), bytes }
}

function unwrap(file: string, stored: Buffer, { wrappingKey }: KeyCustody): Uint8Array {
  if (wrappingKey === null) throw heldElsewhere(file)
  try {
    return openWith(wrappingKey, contextOf(file), stored.subarray(mark.length + ID_LENGTH))
  } catch (thrown) {
    // The OS key store holds another wrapping key than the one of that day.
    if (thrown instanceof Failure) throw heldElsewhere(file)
    throw thrown
  }
}

function isWrapped(bytes: Buffer): boolean {
  return bytes.length > mark.length + ID_LENGTH && bytes.subarray(0, mark.length).equals(mark)
}

function contextOf(file: string): string {
  return `key file\n${path.basename(file)}`
}

function heldElsewhere(file: string): Failure {
  return new Failure({
    code: 'keys.heldElsewhere',
    attempted: `open ${path.basename(file)}`,
    remedy: 'staff',
    message:
      "The face keys of this lane are wrapped by the operating system's key store of the window shell. Start that shell, or remove keys/face.key and keys/transform.key: the gallery begins anew.",
  })
}
