/** Scores in ascending order, as every metric takes them. */
export type Scores = Float64Array

/** Throws when one is NaN: a comparison that could not be made has a score of its own, not none. */
export function ascending(scores: readonly number[]): Scores {
  const sorted = Float64Array.from(scores).sort()
  if (Number.isNaN(sorted.at(-1) ?? 0)) throw new Error('A comparison score is not a number')
  return sorted
}

/** How many scores pass: are at least `threshold`. */
export function countAtLeast(scores: Scores, threshold: number): number {
  let low = 0
  let high = scores.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (scores[middle]! >= threshold) high = middle
    else low = middle + 1
  }
  return scores.length - low
}

/** The next larger double: the lowest threshold that `value` itself does not pass. */
export function justAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n))
  return view.getFloat64(0)
}

/** The value below which the share `p` of the values lies (nearest rank); null when there are none. */
export function percentile(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))]!
}
