/** A reproducible stream of numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

export function normalised(values: Iterable<number>): Float32Array {
  const list = [...values]
  const size = Math.hypot(...list)
  return Float32Array.from(list, (value) => value / size)
}

/**
 * Two templates of each of `people`, mated scores about 0.7, everybody a little alike (a common direction), as the
 * embeddings of real faces are. Float32Array of `length`, L2-normalised.
 */
export function syntheticPeople(
  seed: number,
  people: number,
  length: number,
): [Float32Array, Float32Array][] {
  const random = seeded(seed)
  const draw = () => Array.from({ length }, () => gaussian(random))
  const common = draw()
  return Array.from({ length: people }, () => {
    const person = draw()
    const look = () => {
      const noise = draw()
      return normalised(person.map((value, i) => value + 0.2 * common[i]! + 0.65 * noise[i]!))
    }
    return [look(), look()] as [Float32Array, Float32Array]
  })
}

/** Kolmogorov and Smirnov: the largest distance of the two samples' cumulative distributions, in [0, 1]. */
export function largestGap(a: readonly number[], b: readonly number[]): number {
  const left = [...a].sort((x, y) => x - y)
  const right = [...b].sort((x, y) => x - y)
  let gap = 0
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    if (left[i]! <= right[j]!) i += 1
    else j += 1
    gap = Math.max(gap, Math.abs(i / left.length - j / right.length))
  }
  return gap
}

/** The gap that two samples of one distribution exceed once in a thousand times (Smirnov, large samples). */
export function gapByChance(a: number, b: number): number {
  return Math.sqrt((-Math.log(0.001 / 2) / 2) * ((a + b) / (a * b)))
}
