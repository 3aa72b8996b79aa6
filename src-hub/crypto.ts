import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'

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
  if (publicKey.length !== rawKeyBytes || signature.length !== signatureBytes) return false
  const x = Buffer.from(publicKey).toString('base64url')
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return verify(null, message, key, signature)
  } catch {
    return false
  }
}
