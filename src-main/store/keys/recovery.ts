import {
  constants,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import path from 'node:path'
import { z } from 'zod'
import { Failure } from '../../contract/failure.ts'
import { readIfThere, writeDurably } from '../durable-file.ts'
import { keyIdOf } from './key-file.ts'
import type { LaneKey } from './lane-key.ts'
import { KEY_LENGTH, openWith, sealWith } from './sealing.ts'
import type { OpenedVault } from './vault.ts'

/** What the merchant's recovery key gives back: enough to export a dead lane's journal, never a face. */
const secretsSchema = z.object({
  laneKeyPem: z.string(),
  subjectWrappingKey: z.base64(),
})
export type RecoveredSecrets = z.infer<typeof secretsSchema>

/**
 * `secrets` under a content key, that key under the merchant's: RSA-OAEP with SHA-256, or X25519 with an ephemeral key
 * and HKDF-SHA-256.
 */
const recoverySchema = z.object({
  formatVersion: z.literal(1),
  algorithm: z.enum(['rsa-oaep-256', 'x25519-hkdf-sha256']),
  /** SHA-256 of the merchant key's SubjectPublicKeyInfo, hex. */
  recipient: z.string(),
  /** Changes when one of the wrapped keys does. */
  contents: z.string(),
  ephemeralPublicKey: z.base64().optional(),
  wrappedKey: z.base64(),
  secrets: z.base64(),
})
type Recovery = z.infer<typeof recoverySchema>

const CONTEXT = 'facelane recovery 1'

/** Keeps `recovery.json` up to date; writes only when the merchant's key or ours changed. */
export function writeRecovery(
  dataDir: string,
  recoveryPublicKey: string,
  keys: { laneKey: LaneKey; opened: OpenedVault },
): void {
  const recipient = parseRecipient(recoveryPublicKey)
  const secrets: RecoveredSecrets = {
    laneKeyPem: keys.laneKey.privateKeyPem,
    subjectWrappingKey: Buffer.from(keys.opened.secrets.subjectWrappingKey).toString('base64'),
  }
  const plaintext = Buffer.from(JSON.stringify(secrets))
  const contents = keyIdOf(plaintext)
  const file = path.join(dataDir, 'recovery.json')
  const present = parseRecovery(readIfThere(file))
  if (present?.contents === contents && present.recipient === fingerprint(recipient)) return
  const contentKey = randomBytes(KEY_LENGTH)
  const recovery: Recovery = {
    formatVersion: 1,
    recipient: fingerprint(recipient),
    contents,
    ...wrap(recipient, contentKey),
    secrets: Buffer.from(sealWith(contentKey, CONTEXT, plaintext)).toString('base64'),
  }
  writeDurably(file, `${JSON.stringify(recovery, null, 2)}\n`)
}

/** Opens a lane's `recovery.json` with the merchant's private key. Throws `vault.cannotOpen`. */
export function openRecovery(dataDir: string, privateKey: KeyObject): RecoveredSecrets {
  const recovery = parseRecovery(readIfThere(path.join(dataDir, 'recovery.json')))
  if (recovery === null)
    throw refused('vault.cannotOpen', 'There is no readable recovery.json in this folder.')
  const contentKey = unwrap(recovery, privateKey)
  const opened = openWith(contentKey, CONTEXT, Buffer.from(recovery.secrets, 'base64'))
  return secretsSchema.parse(JSON.parse(Buffer.from(opened).toString()))
}

function wrap(
  recipient: KeyObject,
  contentKey: Uint8Array,
): Pick<Recovery, 'algorithm' | 'wrappedKey' | 'ephemeralPublicKey'> {
  if (recipient.asymmetricKeyType === 'rsa') {
    const wrapped = publicEncrypt({ key: recipient, ...oaep }, contentKey)
    return { algorithm: 'rsa-oaep-256', wrappedKey: wrapped.toString('base64') }
  }
  const ephemeral = generateKeyPairSync('x25519')
  const ephemeralPublicKey = ephemeral.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  const shared = agree(ephemeral.privateKey, recipient, ephemeralPublicKey)
  return {
    algorithm: 'x25519-hkdf-sha256',
    ephemeralPublicKey,
    wrappedKey: Buffer.from(sealWith(shared, CONTEXT, contentKey)).toString('base64'),
  }
}

function unwrap(recovery: Recovery, privateKey: KeyObject): Uint8Array {
  const wrapped = Buffer.from(recovery.wrappedKey, 'base64')
  try {
    if (recovery.algorithm === 'rsa-oaep-256') return privateDecrypt({ key: privateKey, ...oaep }, wrapped)
    const ephemeral = recovery.ephemeralPublicKey ?? ''
    const publicKey = createPublicKey({
      key: Buffer.from(ephemeral, 'base64'),
      format: 'der',
      type: 'spki',
    })
    return openWith(agree(privateKey, publicKey, ephemeral), CONTEXT, wrapped)
  } catch {
    throw refused('vault.cannotOpen', 'This private key does not open the recovery file. Use the other one.')
  }
}

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }

function agree(privateKey: KeyObject, publicKey: KeyObject, ephemeralPublicKey: string): Uint8Array {
  const shared = diffieHellman({ privateKey, publicKey })
  return new Uint8Array(hkdfSync('sha256', shared, ephemeralPublicKey, CONTEXT, KEY_LENGTH))
}

function parseRecipient(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'x25519') return key
  } catch {
    // Answered below: whatever it is, it is not a key we can wrap to.
  }
  throw refused('vault.badRecoveryKey', 'The recovery key must be an RSA or X25519 public key in PEM.')
}

function parseRecovery(bytes: Buffer | null): Recovery | null {
  if (bytes === null) return null
  try {
    return recoverySchema.parse(JSON.parse(bytes.toString()))
  } catch {
    return null
  }
}

function fingerprint(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
}

function refused(code: string, message: string): Failure {
  return new Failure({ code, attempted: 'use the merchant recovery key', remedy: 'staff', message })
}
