import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { burstPadScore, decideBurst, isPadInDoubt, judgePad } from '../../../src-main/domain/face/burst.ts'
import { judgeCandidates } from '../../../src-main/domain/face/candidates.ts'
import type { CapturePolicy } from '../../../src-main/domain/face/policy.ts'
import { defaultCaptureBehaviour } from '../../../src-main/domain/face/policy.ts'
import { judgeStream } from '../../../src-main/domain/face/stream.ts'

const policy: CapturePolicy = {
  ...defaultCaptureBehaviour,
  matchThreshold: 0.47,
  cohort: { size: 3, floor: 0.26, weight: 0.6 },
  matchMargin: 0.1,
  padThreshold: 0.3,
}
const judgeTemporal = (fingerprints: readonly string[]) =>
  judgeStream(fingerprints.map((fingerprint) => ({ fingerprint, face: null })))
const moving = judgeTemporal(['a', 'b', 'c', 'd'])
const anna = { subjectKey: 'anna', comparisonScore: 0.7 }
const bruno = { subjectKey: 'bruno', comparisonScore: 0.2 }

describe('the burst decision', () => {
  test('waits until the first frames are there', () => {
    const decision = decideBurst({ padScores: [0.9, 0.9], temporal: moving, candidates: [anna] }, policy)
    expect(decision).toEqual({ kind: 'needMore' })
  })

  test('is a match when rank 1 reaches the threshold and leads rank 2', () => {
    const decision = decideBurst(
      { padScores: [0.9, 0.8, 0.9], temporal: moving, candidates: [anna, bruno] },
      policy,
    )
    expect(decision).toEqual({ kind: 'match', candidate: anna })
  })

  test('asks for a second factor when rank 2 is close, once it has looked long enough', () => {
    const close = { subjectKey: 'carla', comparisonScore: 0.65 }
    const early = decideBurst(
      { padScores: [0.9, 0.9, 0.9], temporal: moving, candidates: [anna, close] },
      policy,
    )
    expect(early).toEqual({ kind: 'needMore' })
    const late = decideBurst(
      { padScores: Array(6).fill(0.9), temporal: moving, candidates: [anna, close] },
      policy,
    )
    expect(late).toEqual({ kind: 'ambiguous', candidates: [anna, close] })
  })

  test('finds nobody in an empty gallery', () => {
    const decision = decideBurst({ padScores: Array(6).fill(0.9), temporal: moving, candidates: [] }, policy)
    expect(decision).toEqual({ kind: 'noMatch', bestScore: null })
  })

  test('calls a print an attack even when it is the right face', () => {
    const decision = decideBurst(
      { padScores: [0, 0, 0.1, 0, 0], temporal: moving, candidates: [anna] },
      policy,
    )
    expect(decision).toEqual({ kind: 'attack' })
  })

  test('does not let two lucky frames of a print pass', () => {
    expect(judgePad([0.9, 0.9, 0.1], policy)).toBe('doubtful')
    expect(judgePad([0.9, 0.9, 0.1, 0.1, 0.1], policy)).toBe('attack')
  })

  test('is in doubt when a frame is on the other side, or the median is not clearly bona fide', () => {
    expect(isPadInDoubt([0.99, 0.98, 0.99], policy)).toBe(false)
    expect(isPadInDoubt([0.99, 0.1, 0.99, 0.99, 0.99], policy)).toBe(true)
    expect(isPadInDoubt([0.8, 0.85, 0.7], policy)).toBe(true)
  })

  test('takes a score that is not a number for no score: never bona fide, and never certain', () => {
    expect(judgePad([0.9, Number.NaN, 0.9], policy)).toBe('doubtful')
    expect(judgePad([0.9, 0.9, Number.NaN, 0.9, 0.9], policy)).toBe('attack')
    expect(isPadInDoubt([0.99, Number.NaN, 0.99], policy)).toBe(true)
  })

  test('refuses a frozen or looped stream on a live camera and only reports it on a bench lane', () => {
    for (const temporal of [judgeTemporal(['a', 'a', 'a']), judgeTemporal(['a', 'b', 'a', 'b'])]) {
      const evidence = { padScores: [0.9, 0.9, 0.9], temporal, candidates: [anna] }
      expect(decideBurst(evidence, policy).kind).toBe('attack')
      expect(decideBurst(evidence, { ...policy, temporalDecides: false }).kind).toBe('match')
    }
  })

  const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })
  const candidates = fc
    .uniqueArray(
      fc.record({
        subjectKey: fc.string(),
        comparisonScore: fc.double({ min: -1, max: 1, noNaN: true }),
      }),
      {
        selector: (candidate) => candidate.subjectKey,
        maxLength: 6,
      },
    )
    .map((list) => list.sort((a, b) => b.comparisonScore - a.comparisonScore))

  test('never matches below the threshold, nor a burst whose median is under the attack threshold', () => {
    fc.assert(
      fc.property(scores, candidates, (padScores, list) => {
        const decision = decideBurst({ padScores, temporal: moving, candidates: list }, policy)
        if (decision.kind !== 'match') return
        expect(decision.candidate.comparisonScore).toBeGreaterThanOrEqual(policy.matchThreshold)
        expect(burstPadScore(padScores)).toBeGreaterThanOrEqual(policy.padThreshold)
        expect(padScores.length).toBeGreaterThanOrEqual(policy.minFrames)
      }),
    )
  })

  test('always decides once the most frames are there', () => {
    const enough = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 12 })
    fc.assert(
      fc.property(enough, candidates, (padScores, list) => {
        expect(decideBurst({ padScores, temporal: moving, candidates: list }, policy).kind).not.toBe(
          'needMore',
        )
      }),
    )
  })

  test('an ambiguous answer holds rank 1 and only candidates within the margin', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const decision = judgeCandidates(list, policy)
        if (decision.kind !== 'ambiguous') return
        expect(decision.candidates.length).toBeGreaterThan(1)
        expect(decision.candidates[0]).toBe(list[0])
      }),
    )
  })
})
