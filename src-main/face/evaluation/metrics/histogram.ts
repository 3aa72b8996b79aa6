/** Shares of the scores in equal bins over [from, to); what lies outside counts to the outermost bin. */
export interface Histogram {
  readonly from: number
  readonly to: number
  /** They sum to 1, or are all 0 without scores. */
  readonly shares: readonly number[]
  readonly n: number
}

export function histogram(scores: Iterable<number>, from: number, to: number, bins: number): Histogram {
  const counts = new Array<number>(bins).fill(0)
  let n = 0
  for (const score of scores) {
    const bin = Math.floor(((score - from) / (to - from)) * bins)
    counts[Math.min(bins - 1, Math.max(0, bin))]! += 1
    n += 1
  }
  return { from, to, shares: counts.map((count) => (n === 0 ? 0 : count / n)), n }
}
