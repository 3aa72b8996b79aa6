import type { OperatingPoint } from './operatingPoints.ts'
import { operatingPoints } from './operatingPoints.ts'
import { ascending } from './scores.ts'

export interface ScoredPair {
  readonly score: number
  readonly mated: boolean
  readonly fold?: string
}

export interface Accuracy {
  /** Share of pairs judged rightly, 0..1; null without mated and non-mated pairs. */
  readonly accuracy: number | null
  /** `otherFolds`: mean over the folds, each judged with the threshold that is best on the others. `samePairs`: flattering. */
  readonly thresholdFrom: 'otherFolds' | 'samePairs'
  /** The threshold that is best on all pairs. */
  readonly bestThreshold: number | null
  /** 0 without folds. */
  readonly folds: number
}

export function accuracyOf(pairs: readonly ScoredPair[]): Accuracy {
  const best = bestThreshold(pairs)
  const folds = [...new Set(pairs.flatMap(({ fold }) => (fold === undefined ? [] : [fold])))]
  const overFolds = folds.length > 1 ? accuracyOverFolds(pairs, folds) : null
  if (overFolds !== null) {
    return {
      accuracy: overFolds,
      thresholdFrom: 'otherFolds',
      bestThreshold: best,
      folds: folds.length,
    }
  }
  const accuracy = best === null ? null : shareRight(pairs, best)
  return { accuracy, thresholdFrom: 'samePairs', bestThreshold: best, folds: 0 }
}

/** Null when the other folds of one of them lack mated or non-mated pairs. */
function accuracyOverFolds(pairs: readonly ScoredPair[], folds: readonly string[]): number | null {
  let sum = 0
  for (const fold of folds) {
    const threshold = bestThreshold(pairs.filter((pair) => pair.fold !== fold))
    if (threshold === null) return null
    sum += shareRight(
      pairs.filter((pair) => pair.fold === fold),
      threshold,
    )
  }
  return sum / folds.length
}

function shareRight(pairs: readonly ScoredPair[], threshold: number): number {
  return pairs.filter(({ score, mated }) => score >= threshold === mated).length / pairs.length
}

/**
 * The threshold with most pairs on the right side, half-way between the scores around it; of several equally good ones
 * the middle one. Null without mated or without non-mated pairs.
 */
export function bestThreshold(pairs: readonly ScoredPair[]): number | null {
  const mated = ascending(pairs.filter((pair) => pair.mated).map(({ score }) => score))
  const nonMated = ascending(pairs.filter((pair) => !pair.mated).map(({ score }) => score))
  if (mated.length === 0 || nonMated.length === 0) return null
  let most = -1
  let tied: number[] = []
  let before: OperatingPoint | undefined
  for (const point of operatingPoints(mated, nonMated)) {
    const right = Math.round((1 - point.fnmr) * mated.length + (1 - point.fmr) * nonMated.length)
    const threshold = before === undefined ? point.threshold : between(before.threshold, point.threshold)
    if (right > most) tied = []
    if (right >= most) tied.push(threshold)
    most = Math.max(most, right)
    before = point
  }
  return tied[(tied.length - 1) >> 1]!
}

/** Half-way, and above `low` even where no number lies between the two. */
function between(low: number, high: number): number {
  const middle = (low + high) / 2
  return middle > low ? middle : high
}
