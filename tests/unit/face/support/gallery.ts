import { Failure } from '../../../../src-main/contract/failure.ts'
import type { VaultPort } from '../../../../src-main/ports/vault.ts'

/** Keeps the contract of the vault (purpose and row are bound), without its secrecy. */
export const vault: VaultPort = {
  seal: (purpose, boundTo, plaintext) => Buffer.from(JSON.stringify([purpose, boundTo, [...plaintext]])),
  open: (purpose, boundTo, sealed) => {
    const [p, b, bytes] = JSON.parse(Buffer.from(sealed).toString()) as [string, string, number[]]
    if (p === purpose && b === boundTo) return Uint8Array.from(bytes)
    throw new Failure({
      code: 'vault.cannotOpen',
      attempted: 'open',
      remedy: 'staff',
      message: 'Another row',
    })
  },
}

export const key = (index: number) => index.toString(16).padStart(32, '0')

export function unit(values: ArrayLike<number>): Float32Array {
  const size = Math.hypot(...Array.from(values))
  return Float32Array.from(values, (value) => value / size)
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A random direction: the sum of four uniform values is normal enough. */
export function randomTemplate(random: () => number, length: number): Float32Array {
  return unit(Array.from({ length }, () => random() + random() + random() + random() - 2))
}
