import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Failure } from '../../contract/failure.ts'
import type { Result } from '../../contract/result.ts'
import type { VaultPort, VaultPurpose } from '../../ports/vault.ts'
import { fileCustody, type KeyCustody } from './custody.ts'
import { destroyRetiringKeys, openFaceKeys, replaceFaceKeys, type FaceKeys } from './face-keys.ts'
import { keyIdOf, keyState, readOrCreateKey, type KeyState } from './key-file.ts'
import { KEY_LENGTH, openWith, sealWith } from './sealing.ts'

/** A vault that also names its keys, for the rows that remember which key closed them. */
export interface Vault extends VaultPort {
  readonly subjectKeyId: string
  /** Throws the failure that keeps them closed. */
  faceKeys(): FaceKeys
  /** Null while the face keys are closed. */
  faceKeysIfOpen(): FaceKeys | null
  /** Ends a rotation; call when no row needs the retiring keys. */
  destroyRetiringKeys(): void
}

export interface OpenedVault {
  readonly vault: Vault
  /**
   * `recreated` means an empty gallery: the references of the lost key cannot be compared any more. `closed` means no
   * faces until the shell that holds the key runs again.
   */
  readonly faceKey: KeyState
  readonly subjectWrappingKey: KeyState
  /** What `rotate` came to. */
  readonly rotation: Rotation
  /** For the merchant's recovery file only. */
  readonly secrets: { readonly subjectWrappingKey: Uint8Array }
}

/** `resumed`: one was not complete and goes on. `waiting`: it was asked for, and the keys are closed here. */
export type Rotation = 'none' | 'begun' | 'resumed' | 'waiting'

/** Which keys the rows of the database were sealed with, as far as it remembers. */
export interface KnownKeyIds {
  readonly faceReference: string | null
  readonly transform: string | null
  readonly subjectKey: string | null
}

export interface VaultOptions {
  readonly known?: KnownKeyIds
  readonly custody?: KeyCustody
  /** Two new face keys; references are re-issued afterwards (`LaneStore.reissueReferences`). */
  readonly rotate?: boolean
}

const nothingKnown: KnownKeyIds = { faceReference: null, transform: null, subjectKey: null }

/** Opens or creates the vault's keys in `keysDir`. They are separate files: losing one does not lose the others. */
export function openVault(keysDir: string, options: VaultOptions = {}): OpenedVault {
  const { known = nothingKnown, custody = fileCustody } = options
  const subjectKey = openSubjectKey(path.join(keysDir, 'subjects.key'))
  const { face, rotation } = openAndRotate(keysDir, custody, options.rotate ?? false)
  return {
    vault: createVault(keysDir, face, subjectKey),
    faceKey: faceKeyState(face, known),
    subjectWrappingKey: keyState(keyIdOf(subjectKey), known.subjectKey),
    rotation,
    secrets: { subjectWrappingKey: subjectKey },
  }
}

function openAndRotate(
  keysDir: string,
  custody: KeyCustody,
  rotate: boolean,
): { face: Result<FaceKeys, Failure>; rotation: Rotation } {
  const face = openFaceKeys(keysDir, custody)
  if (!face.ok) return { face, rotation: rotate ? 'waiting' : 'none' }
  if (face.value.retiring.length > 0) return { face, rotation: 'resumed' }
  if (!rotate) return { face, rotation: 'none' }
  return { face: { ok: true, value: replaceFaceKeys(keysDir, face.value, custody) }, rotation: 'begun' }
}

function createVault(keysDir: string, opened: Result<FaceKeys, Failure>, subjectKey: Uint8Array): Vault {
  let face = opened
  const faceKeys = (): FaceKeys => {
    if (face.ok) return face.value
    throw face.error
  }
  const keyFor = (purpose: VaultPurpose) => (purpose === 'subjectKey' ? subjectKey : faceKeys().sealing.bytes)
  return {
    subjectKeyId: keyIdOf(subjectKey),
    faceKeys,
    faceKeysIfOpen: () => (face.ok ? face.value : null),
    destroyRetiringKeys() {
      face = { ok: true, value: destroyRetiringKeys(keysDir, faceKeys()) }
    },
    seal: (purpose, boundTo, plaintext) =>
      sealWith(keyFor(purpose), sealContext(purpose, boundTo), plaintext),
    open: (purpose, boundTo, sealed) => openWith(keyFor(purpose), sealContext(purpose, boundTo), sealed),
  }
}

/** A key that retires is known as well: its rows are read until they are re-issued. */
function faceKeyState(face: Result<FaceKeys, Failure>, known: KnownKeyIds): KeyState {
  if (!face.ok) return 'closed'
  const { sealing, transform, retiring } = face.value
  const ids = new Set([sealing.id, transform.id, ...retiring.map(({ key }) => key.id)])
  if (known.faceReference === null) return 'created'
  const isLost = (id: string | null) => id !== null && !ids.has(id)
  return isLost(known.faceReference) || isLost(known.transform) ? 'recreated' : 'opened'
}

/** What is authenticated with a sealed row and not stored in it. */
export function sealContext(purpose: VaultPurpose, boundTo: string): string {
  return `${purpose}\n${boundTo}`
}

function openSubjectKey(file: string): Uint8Array {
  const parse = (bytes: Buffer) => (bytes.length === KEY_LENGTH ? bytes : null)
  const create = () => {
    const bytes = randomBytes(KEY_LENGTH)
    return { bytes, key: bytes }
  }
  return readOrCreateKey(file, parse, create).key
}
