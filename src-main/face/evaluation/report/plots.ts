import { histogram } from '../metrics/histogram.ts'
import type { Axis, Chart, Series } from './chart.ts'
import { linearAxis, logAxis } from './chart.ts'

/** Both rates of a trade-off on logarithmic axes, down to the decade that `n` comparisons can still show. */
export function tradeOffChart(
  title: string,
  [xLabel, yLabel]: readonly [string, string],
  points: readonly (readonly [x: number, y: number])[],
  [nx, ny]: readonly [number, number],
): Chart {
  const floor = (n: number) => Math.max(1e-5, 10 ** Math.floor(Math.log10(1 / Math.max(10, n))))
  return {
    title,
    x: logAxis(xLabel, floor(nx)),
    y: logAxis(yLabel, floor(ny)),
    series: [{ name: `${yLabel} over ${xLabel}`, points, shape: 'line' }],
  }
}

export interface ScoreSet {
  readonly name: string
  readonly scores: Iterable<number>
}

const bins = 70

/** How the scores of several sets spread, each as shares of its own. */
export function distributionChart(
  title: string,
  label: string,
  range: readonly [from: number, to: number],
  sets: readonly ScoreSet[],
  marker?: Chart['marker'],
): Chart {
  const [from, to] = range
  const counted = sets.map(({ name, scores }) => ({ name, ...histogram(scores, from, to, bins) }))
  const highest = counted.reduce(
    (top, { shares }) => shares.reduce((most, share) => Math.max(most, share), top),
    0.01,
  )
  const series = counted.map(({ name, shares, n }): Series => ({
    name: `${name} (${n})`,
    points: shares.flatMap((share, bin): [number, number][] => [
      [from + ((to - from) * bin) / bins, share],
      [from + ((to - from) * (bin + 1)) / bins, share],
    ]),
    shape: 'area',
  }))
  return {
    title,
    x: scoreAxis(label, range),
    y: shareAxis('share of the set', niceTop(highest)),
    series,
    ...(marker === undefined ? {} : { marker }),
  }
}

/** A tick at every 0.2, or at every 0.1 of a range of 1. */
export function scoreAxis(label: string, [from, to]: readonly [from: number, to: number]): Axis {
  const steps = to - from > 1 ? Math.round((to - from) * 5) : 10
  return linearAxis(label, from, to, steps, (value) => (Math.round(value * 10) / 10 + 0).toFixed(1))
}

export function shareAxis(label: string, to: number): Axis {
  return linearAxis(label, 0, to, 5, (value) => `${Math.round(value * 1000) / 10} %`)
}

function niceTop(value: number): number {
  return [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75].find((top) => top >= value) ?? 1
}
