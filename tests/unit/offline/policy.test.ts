import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideMode, type OfflineQuestion } from '../../../src-main/domain/offline/policy.ts'

const hour = 3_600_000
const limits = { maxAmountMinor: 20_000, maxStoredMinor: 100_000, maxCount: 10, maxAgeMs: 24 * hour }
const nowMs = 1_790_000_000_000
const usual: OfflineQuestion = {
  hubReachable: false,
  forked: false,
  tender: 'face',
  amountMinor: 3680,
  deferred: { count: 0, sumMinor: 0, oldestAtMs: null },
  nowMs,
  limits,
}
const stored = { count: 3, sumMinor: 50_000, oldestAtMs: nowMs - hour }

const table: [string, Partial<OfflineQuestion>, string][] = [
  ['a small amount', {}, 'deferred'],
  ['exactly the highest amount', { amountMinor: 20_000 }, 'deferred'],
  ['one fen more', { amountMinor: 20_001 }, 'amountOverLimit'],
  ['a payment code', { tender: 'walletCode' }, 'codeNeedsHub'],
  ['a payment code with the hub there', { tender: 'walletCode', hubReachable: true }, 'online'],
  ['a forked journal', { forked: true }, 'forked'],
  ['a forked journal with the hub there', { forked: true, hubReachable: true }, 'online'],
  ['a large amount with the hub there', { amountMinor: 5_000_000, hubReachable: true }, 'online'],
  ['some payments stored', { deferred: stored }, 'deferred'],
  ['as many stored as fit', { deferred: { ...stored, count: 10 } }, 'countOverLimit'],
  ['one place left', { deferred: { ...stored, count: 9 } }, 'deferred'],
  ['a stored sum that just fits', { deferred: { ...stored, sumMinor: 96_320 } }, 'deferred'],
  ['a stored sum one fen over', { deferred: { ...stored, sumMinor: 96_321 } }, 'storedOverLimit'],
  [
    'the oldest one at the limit',
    { deferred: { ...stored, oldestAtMs: nowMs - limits.maxAgeMs } },
    'deferred',
  ],
  [
    'the oldest one over it',
    { deferred: { ...stored, oldestAtMs: nowMs - limits.maxAgeMs - 1 } },
    'oldestOverAge',
  ],
  ['a clock that went back', { deferred: { ...stored, oldestAtMs: nowMs + hour } }, 'deferred'],
  ['offline sales switched off', { limits: { ...limits, maxCount: 0 } }, 'countOverLimit'],
]

describe('without the hub', () => {
  it.each(table)('%s: %o is %s', (_name, change, expected) => {
    const decision = decideMode({ ...usual, ...change })
    expect(decision.kind === 'refused' ? decision.reason : decision.kind).toBe(expected)
  })
})

const amount = fc.nat(200_000)
const question: fc.Arbitrary<OfflineQuestion> = fc.record({
  hubReachable: fc.boolean(),
  forked: fc.boolean(),
  tender: fc.constantFrom('face', 'walletCode'),
  amountMinor: fc.integer({ min: 1, max: 200_000 }),
  deferred: fc.record({
    count: fc.nat(20),
    sumMinor: amount,
    oldestAtMs: fc.option(fc.integer({ min: nowMs - 48 * hour, max: nowMs })),
  }),
  nowMs: fc.constant(nowMs),
  limits: fc.record({
    maxAmountMinor: amount,
    maxStoredMinor: amount,
    maxCount: fc.nat(20),
    maxAgeMs: fc.nat(48 * hour),
  }),
})

describe('any question', () => {
  it('is answered online exactly when the hub is there', () => {
    fc.assert(
      fc.property(question, (asked) => {
        expect(decideMode(asked).kind === 'online').toBe(asked.hubReachable)
      }),
    )
  })

  it('never defers beyond a limit, a code, or with a fork', () => {
    fc.assert(
      fc.property(question, (asked) => {
        if (decideMode(asked).kind !== 'deferred') return
        expect(asked).toMatchObject({ tender: 'face', forked: false, hubReachable: false })
        expect(asked.amountMinor).toBeLessThanOrEqual(asked.limits.maxAmountMinor)
        expect(asked.deferred.count + 1).toBeLessThanOrEqual(asked.limits.maxCount)
        expect(asked.deferred.sumMinor + asked.amountMinor).toBeLessThanOrEqual(asked.limits.maxStoredMinor)
      }),
    )
  })

  it('is not refused for a smaller amount when a larger one was accepted', () => {
    fc.assert(
      fc.property(question, fc.double({ min: 0, max: 1, noNaN: true }), (asked, part) => {
        if (decideMode(asked).kind !== 'deferred') return
        const smaller = { ...asked, amountMinor: Math.max(1, Math.floor(asked.amountMinor * part)) }
        expect(decideMode(smaller).kind).toBe('deferred')
      }),
    )
  })

  it('keeps the store within its limits however many payments are offered one after the other', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 60 }), (amounts) => {
        let deferred: OfflineQuestion['deferred'] = { count: 0, sumMinor: 0, oldestAtMs: null }
        for (const amountMinor of amounts) {
          if (decideMode({ ...usual, amountMinor, deferred }).kind !== 'deferred') continue
          deferred = {
            count: deferred.count + 1,
            sumMinor: deferred.sumMinor + amountMinor,
            oldestAtMs: nowMs,
          }
        }
        expect(deferred.count).toBeLessThanOrEqual(limits.maxCount)
        expect(deferred.sumMinor).toBeLessThanOrEqual(limits.maxStoredMinor)
      }),
    )
  })
})
