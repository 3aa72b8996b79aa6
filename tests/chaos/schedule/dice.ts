import { createHash } from 'node:crypto'

/** Chance that repeats itself: the same seed and name throw the same numbers, whatever the other actors do. */
export interface Dice {
  /** In [0, 1). */
  unit(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** A key, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
}

/** sfc32 of Chris Doty-Humphrey (PractRand), seeded with SHA-256 of seed and actor. */
export function dice(seed: string, actor: string): Dice {
  const bytes = createHash('sha256').update(`${seed}/${actor}`).digest()
  let a = bytes.readUInt32LE(0) | 0
  let b = bytes.readUInt32LE(4) | 0
  let c = bytes.readUInt32LE(8) | 0
  let counter = 1
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  for (let round = 0; round < 12; round += 1) next()
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    unit: next,
    between,
    chance: (probability) => next() < probability,
    pick<T>(list: readonly T[]): T {
      const chosen = list[between(0, list.length - 1)]
      if (chosen === undefined) throw new Error('There is nothing to pick from')
      return chosen
    },
    weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
      const entries = Object.entries(weights) as [K, number][]
      const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
      let left = next() * total
      for (const [key, weight] of entries) {
        left -= weight
        if (left < 0) return key
      }
      throw new Error('All weights are zero')
    },
  }
}
