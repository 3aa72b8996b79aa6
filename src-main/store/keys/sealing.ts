import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto'
import { Failure } from '../../contract/failure.ts'

/** Bytes: AES-256 key, the 96-bit nonce of NIST SP 800-38D section 8.2.2, and its full tag. */
export const KEY_LENGTH = 32
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/** For thousands of rows under one key make it a `KeyObject` first: that takes a third of the time. */
export type SealingKey = Uint8Array | KeyObject

/** AES-256-GCM with a random nonce. Returns nonce || ciphertext || tag; `context` is authenticated, not stored. */
export function sealWith(key: SealingKey, context: string, plaintext: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** The opposite of `sealWith`. Throws `vault.cannotOpen` when key, context or bytes do not agree. */
export function openWith(key: SealingKey, context: string, sealed: Uint8Array): Uint8Array {
  if (sealed.length < NONCE_LENGTH + TAG_LENGTH) throw cannotOpen(context)
  const nonce = sealed.subarray(0, NONCE_LENGTH)
  const tag = sealed.subarray(sealed.length - TAG_LENGTH)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(sealed.subarray(NONCE_LENGTH, sealed.length - TAG_LENGTH))
  try {
    // Nothing is left to come in GCM: this checks the tag, and makes no second copy of a secret.
    decipher.final()
    return plaintext
  } catch {
    plaintext.fill(0)
    throw cannotOpen(context)
  }
}

function cannotOpen(context: string): Failure {
  return new Failure({
    code: 'vault.cannotOpen',
    attempted: `open what was sealed as ${context.split('\n', 1)[0] ?? ''}`,
    remedy: 'none',
    message: 'A secret does not open with the key of this lane: the key was lost, or the bytes were changed.',
  })
}
