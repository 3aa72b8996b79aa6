import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  candidateListLength,
  cohortLift,
  effectiveThreshold,
  judgeCandidates,
} from '../../../src-main/domain/face/candidates.ts'
import { defaultCaptureBehaviour } from '../../../src-main/domain/face/policy.ts'

const cohort = { size: 3, floor: 0.26, weight: 0.6 }
const policy = {
  ...defaultCaptureBehaviour,
  matchThreshold: 0.43,
  matchMargin: 0.1,
  padThreshold: 0.5,
  cohort,
}
const ranked = (...scores: number[]) =>
  scores.map((comparisonScore, index) => ({ subjectKey: String(index), comparisonScore }))

describe('the threshold', () => {
  test('is as measured while nobody else resembles the probe', () => {
    expect(effectiveThreshold(ranked(0.5, 0.2, 0.1, 0), policy)).toBe(0.43)
    expect(effectiveThreshold(ranked(0.5), policy)).toBe(0.43)
    expect(effectiveThreshold([], policy)).toBe(0.43)
  })

  test('rises by a share of what the mean of the people behind rank 1 exceeds the floor by', () => {
    expect(cohortLift(ranked(0.5, 0.36, 0.36, 0.36, 0.35), cohort)).toBeCloseTo(0.06, 10)
    // The two that are missing stand at the floor.
    expect(cohortLift(ranked(0.5, 0.41), cohort)).toBeCloseTo(0.03, 10)
  })

  test('looks no further than the cohort, for which the candidate list is long enough', () => {
    const list = ranked(0.6, 0.3, 0.3, 0.3, 0.29, 0.28)
    expect(candidateListLength(policy)).toBeGreaterThan(cohort.size)
    expect(cohortLift(list.slice(0, candidateListLength(policy)), cohort)).toBe(cohortLift(list, cohort))
  })

  test('never falls when somebody behind rank 1 resembles the probe more', () => {
    const score = fc.double({ min: -1, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(score, { minLength: 2, maxLength: 6 }), fc.nat(5), score, (scores, at, more) => {
        const before = ranked(...scores.toSorted((a, b) => b - a))
        const index = 1 + (at % (scores.length - 1))
        const raised = before.map((one, place) =>
          place === index ? { ...one, comparisonScore: Math.max(one.comparisonScore, more) } : one,
        )
        expect(cohortLift(raised, cohort)).toBeGreaterThanOrEqual(cohortLift(before, cohort) - 1e-12)
      }),
    )
  })
})

describe('a candidate list', () => {
  test('that holds a face of a common type is no match where a rare one would be', () => {
    expect(judgeCandidates(ranked(0.46, 0.2, 0.15, 0.1), policy).kind).toBe('match')
    expect(judgeCandidates(ranked(0.46, 0.35, 0.34, 0.34), policy).kind).toBe('noMatch')
  })

  test('with a score that is not a number at its head is no match', () => {
    expect(judgeCandidates(ranked(NaN), policy).kind).toBe('noMatch')
    expect(judgeCandidates(ranked(0.9, NaN), policy).kind).toBe('noMatch')
  })
})
