import { createHash, createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto'
import { promisify } from 'node:util'

/** 128 random bits in 32 hex digits. */
export function randomKey(): string {
  return randomBytes(16).toString('hex')
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export const rawKeyBytes = 32
export const signatureBytes = 64

/** Checks one Ed25519 signature with a raw 32-byte public key; a malformed key or signature is simply not valid. */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = keyObject(publicKey)
  if (key === null || signature.length !== signatureBytes) return false
  try {
    return verify(null, message, key, signature)
  } catch {
    return false
  }
}

const verifyInPool = promisify<null, Uint8Array, KeyObject, Uint8Array, boolean>(verify)

/** The same off the event loop, for many at a time. */
export async function isSignedByInPool(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = keyObject(publicKey)
  if (key === null || signature.length !== signatureBytes) return false
  return verifyInPool(null, message, key, signature).catch(() => false)
}

/** Lanes are few and their keys seldom change. */
const mostKeys = 1_000
const keyObjects = new Map<string, KeyObject>()

/** Null for bytes that are no key. */
function keyObject(publicKey: Uint8Array): KeyObject | null {
  if (publicKey.length !== rawKeyBytes) return null
  const x = Buffer.from(publicKey).toString('base64url')
  const known = keyObjects.get(x)
  if (known !== undefined) return known
  if (keyObjects.size >= mostKeys) keyObjects.clear()
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    keyObjects.set(x, key)
    return key
  } catch {
    return null
  }
}
