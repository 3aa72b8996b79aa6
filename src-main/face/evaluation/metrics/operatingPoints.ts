import type { Scores } from './scores.ts'
import { justAbove } from './scores.ts'

/** What one threshold does; FMR is the share of non-mated that pass it, FNMR that of mated that do not. */
export interface OperatingPoint {
  readonly threshold: number
  readonly fmr: number
  readonly fnmr: number
}

/**
 * Every distinct operating point, from "all pass" to "none passes": one threshold for each distinct score, and one just
 * above the highest. Both sides must have scores.
 */
export function* operatingPoints(mated: Scores, nonMated: Scores): Generator<OperatingPoint> {
  let m = 0
  let n = 0
  const point = (threshold: number): OperatingPoint => ({
    threshold,
    fmr: (nonMated.length - n) / nonMated.length,
    fnmr: m / mated.length,
  })
  let last = -Infinity
  while (m < mated.length || n < nonMated.length) {
    last = Math.min(mated[m] ?? Infinity, nonMated[n] ?? Infinity)
    yield point(last)
    while (mated[m] === last) m++
    while (nonMated[n] === last) n++
  }
  yield point(justAbove(last))
}

/**
 * Equal error rate: where the line between the last operating point with FMR > FNMR and the next one crosses FMR = FNMR.
 * Null when one side has no scores.
 */
export function equalErrorRate(mated: Scores, nonMated: Scores): number | null {
  if (mated.length === 0 || nonMated.length === 0) return null
  let before: OperatingPoint | undefined
  for (const point of operatingPoints(mated, nonMated)) {
    const gap = point.fmr - point.fnmr
    if (gap <= 0) {
      if (gap === 0 || before === undefined) return point.fmr
      const gapBefore = before.fmr - before.fnmr
      return before.fmr + (gapBefore / (gapBefore - gap)) * (point.fmr - before.fmr)
    }
    before = point
  }
  throw new Error('At a threshold that nothing passes, FNMR is 1')
}

/** Points of a detection error trade-off curve, thinned: neighbours differ by a fortieth of a decade on an axis. */
export function detCurve(mated: Scores, nonMated: Scores): OperatingPoint[] {
  if (mated.length === 0 || nonMated.length === 0) return []
  const kept: OperatingPoint[] = []
  let key = ''
  for (const point of operatingPoints(mated, nonMated)) {
    const next = `${decadeStep(point.fmr)}/${decadeStep(point.fnmr)}`
    if (next !== key) kept.push(point)
    key = next
  }
  return kept
}

function decadeStep(rate: number): number {
  return rate === 0 ? -Infinity : Math.round(Math.log10(rate) * 40)
}
