import { randomBytes } from 'node:crypto'
import type { RandomPort } from '../ports/random.ts'

/** The operating system's randomness. */
export function createRandom(): RandomPort {
  return {
    key: () => randomBytes(16).toString('hex'),
    bytes: (length) => new Uint8Array(randomBytes(length)),
    // 52 bits: as many as a double in [0, 1) can tell apart evenly.
    unit: () => Number(randomBytes(8).readBigUInt64BE() >> 12n) / 2 ** 52,
  }
}
