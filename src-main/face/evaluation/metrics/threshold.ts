import type { Scores } from './scores.ts'
import { justAbove } from './scores.ts'

/** Shares like 0.001 have no exact double; a product this close to a whole number is that number. */
const roundOff = 1e-9

/**
 * The lowest threshold that at most floor(rate * n) of the scores pass (score >= threshold): just above the highest
 * score that must not. 0 < rate < 1. Null when there are no scores to set it on.
 */
export function thresholdAt(scores: Scores, rate: number): number | null {
  if (!(rate > 0 && rate < 1)) throw new Error(`${rate} is not a share between 0 and 1`)
  if (scores.length === 0) return null
  const passing = Math.floor(rate * scores.length + roundOff)
  return justAbove(scores[scores.length - 1 - passing]!)
}
