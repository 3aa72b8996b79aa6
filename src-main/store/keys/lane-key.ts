import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import path from 'node:path'
import { readIfThere } from '../durable-file.ts'
import { readOrCreateKey } from './key-file.ts'

/** DER of an Ed25519 SubjectPublicKeyInfo up to the 32 raw bytes (RFC 8410, section 4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** The lane's identity: signs the journal's heads and every call to the hub. */
export interface LaneKey {
  /** Raw 32-byte Ed25519 public key, base64. */
  readonly publicKey: string
  /** PKCS #8 PEM, for the merchant's recovery file only. */
  readonly privateKeyPem: string
  /** Ed25519, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array
}

/** Opens or creates the lane's signing key in `keysDir`. */
export function openLaneKey(keysDir: string): LaneKey {
  const file = path.join(keysDir, 'lane.pem')
  return laneKeyFrom(readOrCreateKey(file, parse, create).key)
}

/** The public half of the key in `keysDir`, raw in base64; null when it is lost or damaged. Writes nothing. */
export function readLanePublicKey(keysDir: string): string | null {
  const bytes = readIfThere(path.join(keysDir, 'lane.pem'))
  const key = bytes === null ? null : parse(bytes)
  return key === null ? null : laneKeyFrom(key).publicKey
}

export function laneKeyFrom(privateKey: KeyObject): LaneKey {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return {
    publicKey: spki.subarray(spkiPrefix.length).toString('base64'),
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    sign: (bytes) => sign(null, bytes, privateKey),
  }
}

export type CheckSignature = (bytes: Uint8Array, signature: Uint8Array) => boolean

/** A check against a raw base64 public key; null when that is no Ed25519 key. */
export function signatureCheck(publicKey: string): CheckSignature | null {
  const raw = Buffer.from(publicKey, 'base64')
  if (raw.length !== 32) return null
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' })
  return (bytes, signature) => verify(null, bytes, key, signature)
}

function parse(bytes: Buffer): KeyObject | null {
  try {
    const key = createPrivateKey(bytes)
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch {
    return null
  }
}

function create(): { bytes: string; key: KeyObject } {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { bytes: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), key: privateKey }
}
