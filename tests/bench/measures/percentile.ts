/** The smallest value that at least `percent` of all values do not exceed (nearest rank); NaN when there are none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}

/** p50 and p95, rounded to whole units. */
export function spread(values: readonly number[]): { p50: number; p95: number } {
  return { p50: Math.round(percentile(values, 50)), p95: Math.round(percentile(values, 95)) }
}
