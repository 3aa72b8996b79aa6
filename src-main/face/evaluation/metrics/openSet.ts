import type { Rate } from './rate.ts'
import { rateOf } from './rate.ts'
import type { Scores } from './scores.ts'
import { countAtLeast } from './scores.ts'

/** ISO/IEC 19795-1 open-set identification at one threshold. */
export interface OpenSetPoint {
  readonly threshold: number
  /** Strangers' searches that return anybody. */
  readonly fpir: Rate
  /** Mated searches that do not return the right person at rank 1. */
  readonly fnir: Rate
}

/** `mated`: the right person's score where they are rank 1; `strangers`: rank 1's score. Searches that failed score -1. */
export function openSetAt(
  { mated, strangers }: { readonly mated: Scores; readonly strangers: Scores },
  threshold: number,
): OpenSetPoint {
  return {
    threshold,
    fpir: rateOf(countAtLeast(strangers, threshold), strangers.length),
    fnir: rateOf(mated.length - countAtLeast(mated, threshold), mated.length),
  }
}
