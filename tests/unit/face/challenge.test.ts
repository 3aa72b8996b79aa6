import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { challengeActions, type ChallengeAction } from '../../../src-main/contract/face.ts'
import type { ChallengeFrame, ChallengeState } from '../../../src-main/domain/face/challenge.ts'
import {
  abandonChallenge,
  advanceChallenge,
  beginChallenge,
} from '../../../src-main/domain/face/challenge.ts'
import { drawActions } from '../../../src-main/domain/face/challengeMoves.ts'
import type { Moment } from './challengeTraces.ts'
import { doing, frameMs, rules, still, trace, turning } from './challengeTraces.ts'

const asked = ['turnLeft', 'blink', 'turnRight', 'comeCloser'] as const

function run(
  frames: readonly ChallengeFrame[],
  order: readonly ChallengeAction[] = asked,
  given: Partial<typeof rules> = {},
): ChallengeState {
  return frames.reduce(
    (state, frame) => advanceChallenge(state, frame, { ...rules, ...given }),
    beginChallenge(order, 0),
  )
}
const after = (
  moments: readonly Moment[],
  order?: readonly ChallengeAction[],
  given?: Partial<typeof rules>,
) => run(trace(moments), order, given)

describe('a challenge', () => {
  test('is passed by whoever does what is asked, and back', () => {
    expect(after(doing('turnLeft', 'blink'))).toEqual({ kind: 'passed' })
    expect(after(doing('comeCloser', 'turnRight'), ['comeCloser', 'turnRight'])).toEqual({ kind: 'passed' })
  })

  test('asks nothing before it knows how this face rests, and rests again when the face moves', () => {
    expect(after(still(2)).kind).toBe('resting')
    const swaying = [0, 14, -14, 14, -14].map((yaw) => ({ face: { yaw } }))
    expect(after(swaying).kind).toBe('resting')
    expect(after(still(3))).toMatchObject({ kind: 'moving', step: 0, move: { action: 'turnLeft' } })
  })

  test('takes frames that could not be compared for no rest', () => {
    expect(after([{}, {}, { comparisonScore: null }, {}]).kind).toBe('resting')
  })

  test('wants the movement and the way back', () => {
    const out = [...still(4), { face: { yaw: 6 } }, { face: { yaw: 18 } }]
    expect(after(out)).toMatchObject({ kind: 'moving', step: 0, move: { action: 'turnLeft', back: true } })
    expect(after([...out, { face: { yaw: 7 } }])).toMatchObject({ step: 0 })
    expect(after([...out, { face: { yaw: 7 } }, {}])).toMatchObject({ step: 1, move: { action: 'blink' } })
  })

  test('knows the left of the shopper, who sees a mirror: the right edge of the picture', () => {
    expect(after([...still(4), ...turning(1)])).toMatchObject({ step: 1 })
    expect(after([...still(4), ...turning(-1)])).toMatchObject({ step: 0, wrongMoves: 1 })
  })

  test('forgives one turn the wrong way, not two', () => {
    expect(after([...still(4), ...turning(-1), ...turning(1)])).toMatchObject({ kind: 'moving', step: 1 })
    expect(after([...still(4), ...turning(-1), ...turning(-1)])).toEqual({
      kind: 'failed',
      reason: 'wrongMove',
    })
  })

  test('takes a face that only stands there, or nods at a blink, for no movement', () => {
    expect(after(still(20))).toMatchObject({ kind: 'moving', step: 0 })
    const turned = [...still(4), { face: { yaw: 20, eyeOpenness: 0.1 } }, ...still(2)]
    expect(after(turned, ['blink', 'turnLeft'])).toMatchObject({ step: 0, move: { back: false } })
  })

  test('does not ask narrow eyes to blink, nor a face close to the camera to come closer', () => {
    const narrow = still(4).map(() => ({ face: { eyeOpenness: 0.15 } }))
    expect(after(narrow, ['blink', 'turnRight', 'turnLeft'])).toMatchObject({
      order: ['turnRight', 'turnLeft'],
    })
    const close = still(4).map(() => ({ face: { box: { x: 0.2, y: 0.1, width: 0.5, height: 0.7 } } }))
    expect(after(close, ['comeCloser', 'turnRight', 'turnLeft'])).toMatchObject({
      order: ['turnRight', 'turnLeft'],
    })
  })

  test('fails when a movement, or all of it, takes too long', () => {
    const slow = still(4 + rules.actionMs / frameMs + 1)
    expect(after(slow)).toEqual({ kind: 'failed', reason: 'tooSlow' })
    const restless = still(rules.totalMs / frameMs + 2).map((_, at) => ({
      face: { yaw: at % 2 === 0 ? 15 : -15 },
    }))
    expect(after(restless)).toEqual({ kind: 'failed', reason: 'tooSlow' })
    expect(abandonChallenge(after(still(5)))).toEqual({ kind: 'failed', reason: 'tooSlow' })
  })

  test('forgives a face lost or joined for a moment, not for long', () => {
    const gap = (frames: number, moment: Moment) => [
      ...still(5),
      ...still(frames).map(() => moment),
      ...still(2),
    ]
    expect(after(gap(7, { face: null })).kind).toBe('moving')
    expect(after(gap(10, { face: null }))).toEqual({ kind: 'failed', reason: 'faceLost' })
    expect(after(gap(7, { faces: 2 })).kind).toBe('moving')
    expect(after(gap(10, { faces: 2 }))).toEqual({ kind: 'failed', reason: 'severalFaces' })
  })

  test('fails when another person stands there, at any frame that can be compared', () => {
    for (const comparisonScore of [0.1, Number.NaN]) {
      expect(after([...still(5), { comparisonScore }])).toEqual({ kind: 'failed', reason: 'otherPerson' })
    }
  })

  test('fails when the face goes uncompared for too long', () => {
    const hidden = still(30).map(() => ({ comparisonScore: null }))
    expect(after([...still(4), ...hidden])).toEqual({ kind: 'failed', reason: 'faceLost' })
  })

  test('fails when the face jumps to another place, as an exchanged picture does', () => {
    const elsewhere = { face: { box: { x: 0.05, y: 0.25, width: 0.25, height: 0.4 } } }
    expect(after([...still(5), elsewhere])).toEqual({ kind: 'failed', reason: 'faceJumped' })
  })

  test('fails on a frozen or looped stream, which a bench lane only reports', () => {
    const frozen = still(5).map(() => ({ fingerprint: 'same' }))
    expect(after(frozen)).toEqual({ kind: 'failed', reason: 'staleStream' })
    expect(after(frozen, asked, { streamDecides: false }).kind).toBe('moving')
    const looped = [...doing('turnLeft'), { fingerprint: `pixels ${2 * frameMs}` }]
    expect(after(looped)).toEqual({ kind: 'failed', reason: 'staleStream' })
  })

  test('fails in the end when the passive check saw a presentation all along, or nothing', () => {
    for (const padScore of [0.2, Number.NaN, null]) {
      const moments = doing('turnLeft', 'blink').map((moment) => ({ ...moment, padScore }))
      expect(after(moments)).toEqual({ kind: 'failed', reason: 'presentation' })
    }
  })

  test('stays passed or failed whatever comes after', () => {
    const ended: ChallengeState[] = [{ kind: 'passed' }, { kind: 'failed', reason: 'tooSlow' }]
    for (const state of ended) {
      for (const frame of trace(doing('turnRight'))) expect(advanceChallenge(state, frame, rules)).toBe(state)
      expect(abandonChallenge(state)).toBe(state)
    }
  })

  test('is passed by nothing but all movements in the order that was drawn', () => {
    const orders = fc.array(fc.constantFrom(...challengeActions), { minLength: 2, maxLength: 2 })
    fc.assert(
      fc.property(orders, orders, (wanted, done) => {
        const passed = after(doing(...done), wanted).kind === 'passed'
        expect(passed).toBe(wanted.every((action, step) => action === done[step]))
      }),
    )
  })

  test('never passes on frames that were not compared with the person found, or did not match', () => {
    const moment = fc.record({
      face: fc.option(
        fc.record({ yaw: fc.double({ min: -60, max: 60 }), eyeOpenness: fc.double({ min: 0, max: 0.5 }) }),
      ),
      comparisonScore: fc.option(fc.double({ min: -1, max: 0.3 })),
    })
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 60 }), (moments) => {
        expect(after([...still(3), ...moments]).kind).not.toBe('passed')
      }),
    )
  })
})

describe('the order of a challenge', () => {
  test('comes from chance alone, and asks for no movement twice in a row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 8 }),
        (chance) => {
          let drawn = 0
          const order = drawActions(() => chance[drawn++ % chance.length] ?? 0)
          for (const [at, action] of order.entries()) expect(action).not.toBe(order[at - 1])
          expect(order.length).toBeGreaterThanOrEqual(4)
        },
      ),
    )
    const firsts = [0, 0.3, 0.6, 0.9].map((unit) => drawActions(() => unit)[0])
    expect(new Set(firsts)).toEqual(new Set(challengeActions))
  })
})
