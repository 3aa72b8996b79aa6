import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accuracyOf, bestThreshold } from '../../../../src-main/face/evaluation/metrics/accuracy.ts'
import { histogram } from '../../../../src-main/face/evaluation/metrics/histogram.ts'
import { openSetAt } from '../../../../src-main/face/evaluation/metrics/openSet.ts'
import {
  detCurve,
  equalErrorRate,
  operatingPoints,
} from '../../../../src-main/face/evaluation/metrics/operatingPoints.ts'
import { rateOf } from '../../../../src-main/face/evaluation/metrics/rate.ts'
import {
  ascending,
  countAtLeast,
  justAbove,
  percentile,
} from '../../../../src-main/face/evaluation/metrics/scores.ts'
import { thresholdAt } from '../../../../src-main/face/evaluation/metrics/threshold.ts'

/** Few distinct values, so that ties are common. */
const scores = fc.array(
  fc.integer({ min: -10, max: 10 }).map((n) => n / 10),
  { minLength: 1, maxLength: 40 },
)
const pass = (values: readonly number[], threshold: number) => values.filter((v) => v >= threshold).length

describe('the threshold at a false match rate', () => {
  test('is just above the highest score that must not pass', () => {
    const nonMated = ascending([0.1, 0.2, 0.3, 0.4])
    expect(thresholdAt(nonMated, 0.5)).toBe(justAbove(0.2))
    expect(thresholdAt(nonMated, 0.25)).toBe(justAbove(0.3))
    expect(thresholdAt(nonMated, 0.24)).toBe(justAbove(0.4))
    expect(thresholdAt(nonMated, 0.001)).toBe(justAbove(0.4))
    expect(thresholdAt(ascending([]), 0.1)).toBeNull()
  })

  test('lets no tied score pass when not all of them may', () => {
    expect(thresholdAt(ascending([0.1, 0.4, 0.4, 0.4]), 0.5)).toBe(justAbove(0.4))
  })

  test('counts whole numbers as whole: 0.29 of 100 are 29', () => {
    const nonMated = ascending(Array.from({ length: 100 }, (_, index) => index))
    expect(countAtLeast(nonMated, thresholdAt(nonMated, 0.29) ?? 0)).toBe(29)
  })

  test('lets at most floor(f n) pass, and the score below it would let more', () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 999 }), (values, thousandths) => {
        const allowed = Math.floor((thousandths * values.length) / 1000)
        const threshold = thresholdAt(ascending(values), thousandths / 1000) ?? Number.NaN
        expect(pass(values, threshold)).toBeLessThanOrEqual(allowed)
        const below = values.filter((value) => value < threshold).reduce((a, b) => Math.max(a, b), -2)
        expect(pass(values, below)).toBeGreaterThan(allowed)
        expect(justAbove(below)).toBe(threshold)
      }),
    )
  })

  test('is refused for a rate that is no share', () => {
    for (const rate of [0, 1, -0.1, Number.NaN]) expect(() => thresholdAt(ascending([1]), rate)).toThrow()
  })
})

describe('the next larger number', () => {
  test('is larger, and nothing lies between', () => {
    for (const value of [-1, -0.25, 0, 1e-300, 0.3, 0.9999999, 1]) {
      const next = justAbove(value)
      expect(next).toBeGreaterThan(value)
      const middle = (value + next) / 2
      expect(middle === value || middle === next).toBe(true)
    }
  })
})

describe('scores in order', () => {
  test('are counted as a plain loop counts them', () => {
    fc.assert(
      fc.property(scores, fc.double({ min: -1.2, max: 1.2, noNaN: true }), (values, threshold) => {
        expect(countAtLeast(ascending(values), threshold)).toBe(pass(values, threshold))
      }),
    )
  })

  test('are never NaN', () => {
    expect(() => ascending([0.1, Number.NaN, 0.2])).toThrow('not a number')
  })

  test('may be a million', () => {
    const many = Array.from({ length: 1_000_000 }, (_, index) => Math.sin(index))
    expect(equalErrorRate(ascending(many), ascending(many))).toBeCloseTo(0.5, 3)
    expect(percentile(many, 0.5)).toBeCloseTo(0, 2)
  })
})

describe('the equal error rate', () => {
  test('is 0 for scores that a threshold divides, 1 for the reverse, 0.5 when nothing can be told apart', () => {
    expect(equalErrorRate(ascending([0.8, 0.9]), ascending([0.1, 0.2]))).toBe(0)
    expect(equalErrorRate(ascending([0.1, 0.2]), ascending([0.8, 0.9]))).toBe(1)
    expect(equalErrorRate(ascending([-1, -1]), ascending([-1, -1, -1]))).toBe(0.5)
  })

  test('lies where the rates cross, computed by hand', () => {
    // At 0.5: FMR 1/4 (0.6), FNMR 1/4 (0.4).
    expect(equalErrorRate(ascending([0.4, 0.5, 0.7, 0.8]), ascending([0.1, 0.2, 0.3, 0.6]))).toBe(0.25)
    // Above 0.3: FMR 1/2, FNMR 0; above 0.4: FMR 1/2, FNMR 1/3; above 0.6: FMR 0, FNMR 1/3. Crosses in the last step.
    expect(equalErrorRate(ascending([0.4, 0.7, 0.8]), ascending([0.3, 0.6]))).toBeCloseTo(1 / 3, 12)
  })

  test('is not there without mated or without non-mated scores', () => {
    expect(equalErrorRate(ascending([]), ascending([0.1]))).toBeNull()
    expect(equalErrorRate(ascending([0.1]), ascending([]))).toBeNull()
  })

  test('agrees with a naive search over all thresholds', () => {
    fc.assert(
      fc.property(scores, scores, (mated, nonMated) => {
        const thresholds = [...new Set([...mated, ...nonMated, 2])].sort((a, b) => a - b)
        const points = thresholds.map((threshold) => ({
          fmr: pass(nonMated, threshold) / nonMated.length,
          fnmr: 1 - pass(mated, threshold) / mated.length,
        }))
        const at = points.findIndex(({ fmr, fnmr }) => fmr - fnmr <= 1e-12)
        const after = points[at] ?? { fmr: 0, fnmr: 1 }
        const before = points[at - 1] ?? after
        const eer = equalErrorRate(ascending(mated), ascending(nonMated)) ?? Number.NaN
        expect(eer).toBeGreaterThanOrEqual(Math.min(after.fmr, before.fmr) - 1e-9)
        expect(eer).toBeLessThanOrEqual(Math.max(after.fmr, before.fmr) + 1e-9)
        expect(eer).toBeGreaterThanOrEqual(Math.min(after.fnmr, before.fnmr) - 1e-9)
        expect(eer).toBeLessThanOrEqual(Math.max(after.fnmr, before.fnmr) + 1e-9)
      }),
    )
  })
})

describe('operating points', () => {
  test('are what each threshold does, from all pass to none', () => {
    fc.assert(
      fc.property(scores, scores, (mated, nonMated) => {
        const points = [...operatingPoints(ascending(mated), ascending(nonMated))]
        for (const { threshold, fmr, fnmr } of points) {
          expect(fmr).toBeCloseTo(pass(nonMated, threshold) / nonMated.length, 12)
          expect(fnmr).toBeCloseTo(1 - pass(mated, threshold) / mated.length, 12)
        }
        expect(points[0]).toMatchObject({ fmr: 1, fnmr: 0 })
        expect(points.at(-1)).toMatchObject({ fmr: 0, fnmr: 1 })
        expect(points.length).toBe(new Set([...mated, ...nonMated]).size + 1)
      }),
    )
  })

  test('are thinned for a curve, its ends kept', () => {
    const many = ascending(Array.from({ length: 20_000 }, (_, index) => index / 20_000))
    const curve = detCurve(many, many)
    expect(curve.length).toBeLessThan(800)
    expect(curve[0]).toMatchObject({ fmr: 1, fnmr: 0 })
    expect(curve.at(-1)).toMatchObject({ fmr: 0, fnmr: 1 })
    expect(detCurve(many, ascending([]))).toEqual([])
  })
})

describe('accuracy', () => {
  const pair = (score: number, mated: boolean, fold?: string) => ({
    score,
    mated,
    ...(fold === undefined ? {} : { fold }),
  })

  test('judges each fold with the threshold of the others', () => {
    // Fold 2 alone has its best threshold at 0.45, fold 1 at 0.65: each judges one of the other's pairs wrongly.
    const pairs = [
      pair(0.8, true, '1'),
      pair(0.7, true, '1'),
      pair(0.6, false, '1'),
      pair(0.1, false, '1'),
      pair(0.9, true, '2'),
      pair(0.5, true, '2'),
      pair(0.4, false, '2'),
      pair(0.2, false, '2'),
    ]
    expect(bestThreshold(pairs.slice(0, 4))).toBeCloseTo(0.65, 12)
    expect(bestThreshold(pairs.slice(4))).toBeCloseTo(0.45, 12)
    expect(accuracyOf(pairs)).toMatchObject({ accuracy: 0.75, thresholdFrom: 'otherFolds', folds: 2 })
  })

  test('without folds is the best there is, and says so', () => {
    const pairs = [pair(0.9, true), pair(0.3, true), pair(0.4, false), pair(0.1, false)]
    expect(accuracyOf(pairs)).toMatchObject({ accuracy: 0.75, thresholdFrom: 'samePairs', folds: 0 })
    expect(accuracyOf(pairs.map((p) => ({ ...p, fold: '1' })))).toMatchObject({ thresholdFrom: 'samePairs' })
  })

  test('is not there with mated pairs alone', () => {
    expect(accuracyOf([pair(0.9, true)])).toMatchObject({ accuracy: null, bestThreshold: null })
  })

  test('no threshold is better than the best one', () => {
    fc.assert(
      fc.property(scores, scores, (mated, nonMated) => {
        const pairs = [...mated.map((s) => pair(s, true)), ...nonMated.map((s) => pair(s, false))]
        const right = (threshold: number) => pairs.filter((p) => p.score >= threshold === p.mated).length
        const best = right(bestThreshold(pairs) ?? Number.NaN)
        for (let threshold = -1.05; threshold < 1.2; threshold += 0.1) {
          expect(right(threshold)).toBeLessThanOrEqual(best)
        }
      }),
    )
  })
})

describe('open-set identification', () => {
  test('misses what is under the threshold and finds strangers at or above it', () => {
    const point = openSetAt(
      { mated: ascending([-1, 0.5, 0.6, 0.9]), strangers: ascending([-1, 0.2, 0.6]) },
      0.6,
    )
    expect(point.fnir).toMatchObject({ rate: 0.5, n: 4 })
    expect(point.fpir).toMatchObject({ rate: 1 / 3, n: 3 })
  })
})

describe('a rate with its interval', () => {
  test('agrees with published values of the Wilson interval', () => {
    // R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
    for (const [count, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const rate = rateOf(count, n)
      expect(rate.low).toBeCloseTo(low, 4)
      expect(rate.high).toBeCloseTo(high, 4)
    }
  })

  test('holds the rate, stays within 0..1, and is everything when nothing was counted', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), (count, n) => {
        fc.pre(count <= n)
        const { rate, low, high } = rateOf(count, n)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(rate ?? -1)
        expect(high).toBeGreaterThanOrEqual(rate ?? 2)
      }),
    )
    expect(rateOf(0, 0)).toEqual({ rate: null, low: 0, high: 1, n: 0 })
  })
})

describe('small figures', () => {
  test('percentiles are values of the set', () => {
    expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3)
    expect(percentile([5, 1, 4, 2, 3], 0.95)).toBe(5)
    expect(percentile([], 0.5)).toBeNull()
  })

  test('a histogram counts every score once, outliers at the edges', () => {
    expect(histogram([-5, 0, 0.24, 0.25, 0.99, 1, 7], 0, 1, 4).shares).toEqual([3 / 7, 1 / 7, 0, 3 / 7])
    expect(histogram([], 0, 1, 2)).toMatchObject({ shares: [0, 0], n: 0 })
  })
})
