import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { VaultPort, VaultPurpose } from '../../ports/vault.ts'
import { keyIdOf, keyState, readOrCreateKey, type KeyState } from './key-file.ts'
import { KEY_LENGTH, openWith, sealWith } from './sealing.ts'

/** A vault that also names its keys, for the rows that remember which key closed them. */
export interface Vault extends VaultPort {
  keyId(purpose: VaultPurpose): string
}

export interface OpenedVault {
  readonly vault: Vault
  /** `recreated` means an empty gallery: the references of the lost key cannot be compared any more. */
  readonly faceKey: KeyState
  readonly subjectWrappingKey: KeyState
  /** For the merchant's recovery file only. */
  readonly secrets: { readonly subjectWrappingKey: Uint8Array }
}

/** Which keys the rows of the database were sealed with, as far as it remembers. */
export interface KnownKeyIds {
  readonly faceReference: string | null
  readonly subjectKey: string | null
}

/** Opens or creates the two vault keys in `keysDir`. They are separate files: losing one does not lose the other. */
export function openVault(
  keysDir: string,
  known: KnownKeyIds = { faceReference: null, subjectKey: null },
): OpenedVault {
  const keys: Record<VaultPurpose, Uint8Array> = {
    faceReference: openKey(path.join(keysDir, 'face.key')),
    subjectKey: openKey(path.join(keysDir, 'subjects.key')),
  }
  const ids = { faceReference: keyIdOf(keys.faceReference), subjectKey: keyIdOf(keys.subjectKey) }
  return {
    vault: {
      keyId: (purpose) => ids[purpose],
      seal: (purpose, boundTo, plaintext) => sealWith(keys[purpose], context(purpose, boundTo), plaintext),
      open: (purpose, boundTo, sealed) => openWith(keys[purpose], context(purpose, boundTo), sealed),
    },
    faceKey: keyState(ids.faceReference, known.faceReference),
    subjectWrappingKey: keyState(ids.subjectKey, known.subjectKey),
    secrets: { subjectWrappingKey: keys.subjectKey },
  }
}

function context(purpose: VaultPurpose, boundTo: string): string {
  return `${purpose}\n${boundTo}`
}

function openKey(file: string): Uint8Array {
  const parse = (bytes: Buffer) => (bytes.length === KEY_LENGTH ? bytes : null)
  const create = () => {
    const bytes = randomBytes(KEY_LENGTH)
    return { bytes, key: bytes }
  }
  return readOrCreateKey(file, parse, create).key
}
