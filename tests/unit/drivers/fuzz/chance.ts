/** Marsaglia's xorshift, 32 bits: fast, and the same numbers from the same seed on every machine. */
export interface Chance {
  /** A whole number from 0, below `limit` (at most 2^31). */
  below(limit: number): number
}

export function createChance(seed: number): Chance {
  let state = (seed | 0) === 0 ? 0x9e3779b9 : seed | 0
  return {
    below(limit) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return (state >>> 1) % limit
    },
  }
}
