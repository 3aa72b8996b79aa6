import type { Comparator } from './comparator.ts'
import { noScore } from './comparator.ts'
import type { PairRow } from './csv/rows.ts'
import type { Outcomes } from './images/outcome.ts'
import { templateOf } from './images/outcome.ts'
import type { Accuracy } from './metrics/accuracy.ts'
import { accuracyOf } from './metrics/accuracy.ts'
import { equalErrorRate } from './metrics/operatingPoints.ts'
import type { Rate } from './metrics/rate.ts'
import { rateOf } from './metrics/rate.ts'
import { ascending, countAtLeast } from './metrics/scores.ts'
import { thresholdAt } from './metrics/threshold.ts'
import type { Suspect } from './suspects.ts'
import { suspectsOf } from './suspects.ts'

export interface ScoredPairRow extends PairRow {
  /** `noScore` when one of the images gave no template. */
  readonly score: number
}

/** Every pair counts, also those that could not be compared. */
export function scorePairs(
  pairs: readonly PairRow[],
  outcomes: Outcomes,
  comparator: Comparator,
): ScoredPairRow[] {
  return pairs.map((pair) => {
    const probe = templateOf(outcomes, pair.imageA)
    const reference = templateOf(outcomes, pair.imageB)
    const score = probe === undefined || reference === undefined ? noScore : comparator(probe, reference)
    return { ...pair, score }
  })
}

export const verificationFmrs = [0.1, 0.01, 0.001, 0.0001] as const

export interface VerificationFigures {
  readonly pairs: number
  readonly matedPairs: number
  readonly nonMatedPairs: number
  /** Pairs with an image that gave no template; they score -1. */
  readonly pairsNotCompared: number
  readonly eer: number | null
  readonly accuracy: Accuracy['accuracy']
  readonly accuracyThresholdFrom: Accuracy['thresholdFrom']
  readonly bestThreshold: number | null
  readonly folds: number
  /** By FMR, written as in `verificationFmrs`. Null without mated or without non-mated pairs. */
  readonly tmrAtFmr: Readonly<Record<string, number | null>>
  readonly tmrIntervalAtFmr: Readonly<Record<string, Pick<Rate, 'low' | 'high'>>>
  /** Null without non-mated pairs. */
  readonly thresholdAtFmr: Readonly<Record<string, number | null>>
  readonly suspects: readonly Suspect[]
}

export function verificationFigures(pairs: readonly ScoredPairRow[]): VerificationFigures {
  const mated = ascending(pairs.filter((pair) => pair.mated).map(({ score }) => score))
  const nonMated = ascending(pairs.filter((pair) => !pair.mated).map(({ score }) => score))
  const points = verificationFmrs.map((fmr) => {
    const threshold = thresholdAt(nonMated, fmr)
    const tmr = rateOf(threshold === null ? 0 : countAtLeast(mated, threshold), mated.length)
    return { fmr: String(fmr), threshold, tmr: threshold === null ? rateOf(0, 0) : tmr }
  })
  const { accuracy, thresholdFrom, bestThreshold, folds } = accuracyOf(pairs)
  return {
    pairs: pairs.length,
    matedPairs: mated.length,
    nonMatedPairs: nonMated.length,
    pairsNotCompared: pairs.filter(({ score }) => score === noScore).length,
    eer: equalErrorRate(mated, nonMated),
    accuracy,
    accuracyThresholdFrom: thresholdFrom,
    bestThreshold,
    folds,
    tmrAtFmr: Object.fromEntries(points.map(({ fmr, tmr }) => [fmr, tmr.rate])),
    tmrIntervalAtFmr: Object.fromEntries(
      points.map(({ fmr, tmr }) => [fmr, { low: tmr.low, high: tmr.high }]),
    ),
    thresholdAtFmr: Object.fromEntries(points.map(({ fmr, threshold }) => [fmr, threshold])),
    suspects: suspectsOf(nonMatedOf(pairs)),
  }
}

function* nonMatedOf(pairs: readonly ScoredPairRow[]): Generator<Suspect> {
  for (const { mated, imageA, imageB, score } of pairs) if (!mated) yield { imageA, imageB, score }
}
