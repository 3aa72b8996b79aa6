import { randomFillSync, randomBytes } from 'node:crypto'
import type { RandomPort } from '../ports/random.ts'

const KEY_BYTES = 16
/** Asking the operating system costs ten times what a key's own bytes do. */
const KEYS_AT_ONCE = 128

/** The operating system's randomness. */
export function createRandom(): RandomPort {
  const pool = Buffer.alloc(KEYS_AT_ONCE * KEY_BYTES)
  let taken = pool.length

  function key(): string {
    if (taken === pool.length) {
      randomFillSync(pool)
      taken = 0
    }
    const hex = pool.toString('hex', taken, taken + KEY_BYTES)
    // A key that is known to somebody is not left lying here as well.
    pool.fill(0, taken, taken + KEY_BYTES)
    taken += KEY_BYTES
    return hex
  }

  return {
    key,
    bytes: (length) => new Uint8Array(randomBytes(length)),
    // 52 bits: as many as a double in [0, 1) can tell apart evenly.
    unit: () => Number(randomBytes(8).readBigUInt64BE() >> 12n) / 2 ** 52,
  }
}
