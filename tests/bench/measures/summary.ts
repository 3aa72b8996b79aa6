import { percentile } from './percentile.ts'

/** Times in ms, rounded to microseconds. */
export function summary(timesMs: readonly number[]) {
  const at = (percent: number) => round(percentile(timesMs, percent))
  return { min: at(0), p25: at(25), p50: at(50), p75: at(75), p95: at(95) }
}

export function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits))
}
