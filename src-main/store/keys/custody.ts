import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { Failure, failureData } from '../../contract/failure.ts'
import type { OsKeyStorePort } from '../../ports/osKeyStore.ts'
import { makePrivateFolder, readIfThere, writeDurably } from '../durable-file.ts'
import { KEY_LENGTH } from './sealing.ts'

/** `files`: the file's mode 0600 is all there is. `osKeyStore`: the files hold keys wrapped under one of the OS. */
export type CustodyKind = 'files' | 'osKeyStore'

export interface KeyCustody {
  readonly kind: CustodyKind
  /** AES-256; null where there is no OS key store, or it may not be used. */
  readonly wrappingKey: Uint8Array | null
}

export const fileCustody: KeyCustody = { kind: 'files', wrappingKey: null }

export interface OpenedCustody {
  readonly custody: KeyCustody
  /** Why the OS key store is not used although there is one; null when it is, or when there is none. */
  readonly notice: Failure | null
}

export function wrappingKeyFile(keysDir: string): string {
  return path.join(keysDir, 'wrapping.key')
}

/**
 * One wrapping key lies in the OS key store, because that can only be asked asynchronously: the face keys are wrapped
 * under it in their own files. A store that cannot be trusted or does not answer never stops the till: new keys lie in
 * 0600 files then, and keys that were wrapped before stay closed until it is back.
 */
export async function openCustody(
  keysDir: string,
  osKeyStore: OsKeyStorePort | null,
): Promise<OpenedCustody> {
  if (osKeyStore === null) return { custody: fileCustody, notice: null }
  try {
    const notice = await osKeyStore.refusal()
    if (notice !== null) return { custody: fileCustody, notice }
    const wrappingKey = await openWrappingKey(wrappingKeyFile(keysDir), osKeyStore)
    return { custody: { kind: 'osKeyStore', wrappingKey }, notice: null }
  } catch (thrown) {
    return { custody: fileCustody, notice: doesNotAnswer(thrown) }
  }
}

async function openWrappingKey(file: string, osKeyStore: OsKeyStorePort): Promise<Uint8Array> {
  const sealed = readIfThere(file)
  if (sealed === null) {
    const made = randomBytes(KEY_LENGTH)
    await sealInto(file, osKeyStore, made)
    return made
  }
  const { text, sealAgain } = await osKeyStore.open(sealed)
  const key = Buffer.from(text, 'base64')
  if (key.length !== KEY_LENGTH) throw new Error(`The OS key store gave back ${key.length} bytes`)
  if (sealAgain) await sealInto(file, osKeyStore, key)
  return key
}

async function sealInto(file: string, osKeyStore: OsKeyStorePort, key: Buffer): Promise<void> {
  const sealed = await osKeyStore.seal(key.toString('base64'))
  makePrivateFolder(path.dirname(file))
  writeDurably(file, sealed)
}

function doesNotAnswer(thrown: unknown): Failure {
  return new Failure({
    code: 'keys.osStoreClosed',
    attempted: 'open the wrapping key in the OS key store',
    remedy: 'staff',
    cause: failureData(thrown),
    message:
      "The operating system's key store does not give the face keys out. Unlock it for this user and start again; if its contents are lost, remove keys/wrapping.key, keys/face.key and keys/transform.key: the gallery begins anew.",
  })
}
