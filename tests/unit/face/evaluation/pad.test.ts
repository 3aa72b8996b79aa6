import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultCaptureBehaviour, type CapturePolicy } from '../../../../src-main/domain/face/policy.ts'
import type { ImageOutcome } from '../../../../src-main/face/evaluation/images/outcome.ts'
import {
  isAccepted,
  nonResponse,
  padCurve,
  padRatesPerFrame,
  padRatesPerSequence,
  padSequences,
  type PadSequence,
} from '../../../../src-main/face/evaluation/pad.ts'

const policy: CapturePolicy = {
  ...defaultCaptureBehaviour,
  minFrames: 3,
  padFrames: 5,
  maxFrames: 6,
  matchThreshold: 0.4,
  cohort: { size: 3, floor: 0.26, weight: 0.6 },
  matchMargin: 0.1,
  padThreshold: 0.5,
}

const sequence = (name: string, scores: number[], failedToAcquire = 0): PadSequence => ({
  sequence: name,
  subject: 'x',
  scores,
  failedToAcquire,
  rejectedByGate: 0,
})

describe('the decision over a sequence', () => {
  test('is the first one of the lane that is not in doubt', () => {
    expect(isAccepted([0.9, 0.8, 0.7], policy)).toBe(true)
    // The first three agree: what comes after is not looked at.
    expect(isAccepted([0.9, 0.8, 0.7, 0, 0, 0], policy)).toBe(true)
    expect(isAccepted([0.9, 0.8, 0.1, 0.9, 0.9], policy)).toBe(true)
    expect(isAccepted([0.9, 0.8, 0.1, 0.1, 0.1], policy)).toBe(false)
  })

  test('does not accept a sequence that ends in doubt', () => {
    expect(isAccepted([], policy)).toBe(false)
    expect(isAccepted([0.9, 0.9], policy)).toBe(false)
    expect(isAccepted([0.9, 0.9, 0.1, 0.9], policy)).toBe(false)
  })
})

describe('attack detection rates', () => {
  const sets = {
    bonaFide: [sequence('b1', [0.9, 0.9, 0.9]), sequence('b2', [0.9, 0.4, 0.9]), sequence('b3', [], 3)],
    attacks: {
      print: [sequence('p1', [0.1, 0.1, 0.6]), sequence('p2', [0.6, 0.6, 0.6], 1)],
      screen: [sequence('s1', [0.2])],
    },
  }

  test('per frame count frames with a face, each species for itself', () => {
    const { bpcer, apcer } = padRatesPerFrame(sets, 0.5)
    expect(bpcer).toMatchObject({ rate: 1 / 6, n: 6 })
    expect(apcer['print']).toMatchObject({ rate: 4 / 6, n: 6 })
    expect(apcer['screen']).toMatchObject({ rate: 0, n: 1 })
    expect(Object.keys(apcer)).toEqual(['print', 'screen'])
  })

  test('per sequence count decisions, doubt as a refusal, and leave out sequences without a face', () => {
    const { bpcer, apcer } = padRatesPerSequence(sets, policy)
    expect(bpcer).toMatchObject({ rate: 0.5, n: 2 })
    expect(apcer['print']).toMatchObject({ rate: 0.5, n: 2 })
    expect(apcer['screen']).toMatchObject({ rate: 0, n: 1 })
  })

  test('have frames without a face beside them', () => {
    const { bpnrr, apnrr } = nonResponse(sets)
    expect(bpnrr).toMatchObject({ rate: 3 / 9, n: 9 })
    expect(apnrr['print']).toMatchObject({ rate: 1 / 7, n: 7 })
  })

  test('count a score at the threshold as bona fide', () => {
    expect(padRatesPerFrame({ bonaFide: [sequence('b', [0.5])], attacks: {} }, 0.5).bpcer.rate).toBe(0)
  })

  test('go one way along the curve: a higher threshold refuses more and accepts less', () => {
    const bursts = fc.array(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 7 }).map((s) => sequence('s', s)),
      { minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(bursts, bursts, (bonaFide, print) => {
        const curve = padCurve({ bonaFide, attacks: { print } }, policy)
        expect(curve.map(({ threshold }) => threshold)).toHaveLength(19)
        for (const [index, point] of curve.entries()) {
          const before = curve[index - 1] ?? point
          expect(point.perFrame.bpcer.rate ?? 0).toBeGreaterThanOrEqual(before.perFrame.bpcer.rate ?? 0)
          expect(point.perFrame.apcer['print']?.rate ?? 0).toBeLessThanOrEqual(
            before.perFrame.apcer['print']?.rate ?? 0,
          )
          expect(point.perSequence.bpcer.rate ?? 0).toBeGreaterThanOrEqual(before.perSequence.bpcer.rate ?? 0)
        }
      }),
    )
  })
})

describe('frames of a table', () => {
  const frame = (padScore: number, passesGate = true): ImageOutcome => ({
    kind: 'acquired',
    ms: 1,
    face: { padScore, passesGate, quality: 1 },
  })

  test('become sequences in the order of the table, failures counted', () => {
    const row = (image: string, name: string) => ({ line: 1, image, sequence: name, subject: '7' })
    const outcomes = new Map<string, ImageOutcome>([
      ['a0', frame(0.1)],
      ['a1', frame(0.2, false)],
      ['b0', frame(0.9)],
      ['b1', { kind: 'failedToAcquire', reason: 'noFace', ms: 1 }],
      ['b2', { kind: 'unreadable', reason: 'torn' }],
    ])
    const rows = [row('b0', 'b'), row('a0', 'a'), row('b1', 'b'), row('a1', 'a'), row('b2', 'b')]
    expect(padSequences(rows, outcomes)).toEqual([
      { sequence: 'b', subject: '7', scores: [0.9], failedToAcquire: 2, rejectedByGate: 0 },
      { sequence: 'a', subject: '7', scores: [0.1, 0.2], failedToAcquire: 0, rejectedByGate: 1 },
    ])
  })
})
