import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tenderKinds } from '../../../src-main/contract/payment.ts'
import {
  acceptsUntilMs,
  decideMode,
  offlinePreferences,
  type OfflinePolicy,
  type OfflineQuestion,
} from '../../../src-main/domain/offline/policy.ts'

const hour = 3_600_000
const policy: OfflinePolicy = {
  preference: 'PREFER_ONLINE',
  tenders: {},
  maxIdentityMinor: 30_000,
  allowanceRequired: true,
  maxAmountMinor: 20_000,
  maxStoredMinor: 100_000,
  maxCount: 10,
  maxAgeMs: 24 * hour,
}
const nowMs = 1_790_000_000_000
const usual: OfflineQuestion = {
  hubReachable: false,
  forked: false,
  tender: 'face',
  amountMinor: 3680,
  deferred: { count: 0, sumMinor: 0, oldestAtMs: null },
  identity: null,
  nowMs,
  policy,
}
const stored = { count: 3, sumMinor: 50_000, oldestAtMs: nowMs - hour }

const table: [string, Partial<OfflineQuestion>, string][] = [
  ['a small amount', {}, 'deferred'],
  ['exactly the highest amount', { amountMinor: 20_000 }, 'deferred'],
  ['one fen more', { amountMinor: 20_001 }, 'amountOverLimit'],
  ['a payment code', { tender: 'walletCode' }, 'tenderNeedsHub'],
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
    { deferred: { ...stored, oldestAtMs: nowMs - policy.maxAgeMs } },
    'deferred',
  ],
  [
    'the oldest one over it',
    { deferred: { ...stored, oldestAtMs: nowMs - policy.maxAgeMs - 1 } },
    'oldestOverAge',
  ],
  ['a clock that went back', { deferred: { ...stored, oldestAtMs: nowMs + hour } }, 'deferred'],
  ['offline sales switched off', { policy: { ...policy, maxCount: 0 } }, 'countOverLimit'],
]

describe('without the hub', () => {
  it.each(table)('%s: %o is %s', (_name, change, expected) => {
    const decision = decideMode({ ...usual, ...change })
    expect(decision.kind === 'refused' ? decision.reason : decision.kind).toBe(expected)
  })
})

const lease = (amountMinor: number, leftMs = hour) => ({ amountMinor, expiresAtMs: nowMs + leftMs })
const known = { blocked: false, storedMinor: 0, allowance: lease(30_000) }
const small: OfflinePolicy = {
  ...policy,
  tenders: { face: { maxAmountMinor: 1_000, maxStoredMinor: 2_000 } },
}

const identities: [string, Partial<OfflineQuestion>, string][] = [
  ['somebody within their lease', { identity: known }, 'deferred'],
  ['somebody without a lease', { identity: { ...known, allowance: null } }, 'noAllowance'],
  [
    'somebody without a lease where none is asked for',
    { identity: { ...known, allowance: null }, policy: { ...policy, allowanceRequired: false } },
    'deferred',
  ],
  ['a lease that ends now', { identity: { ...known, allowance: lease(30_000, 0) } }, 'allowanceExpired'],
  ['a lease that just fits', { identity: { ...known, allowance: lease(3_680) } }, 'deferred'],
  ['a lease one fen short', { identity: { ...known, allowance: lease(3_679) } }, 'allowanceUsedUp'],
  ['a lease of nothing', { identity: { ...known, allowance: lease(0) } }, 'allowanceUsedUp'],
  [
    'what waits counts against the lease',
    { identity: { ...known, storedMinor: 26_321 } },
    'identityOverLimit',
  ],
  [
    'the lane has its own cap for one person',
    { identity: { ...known, storedMinor: 20_000 }, policy: { ...policy, maxIdentityMinor: 23_679 } },
    'identityOverLimit',
  ],
  ['somebody who owes', { identity: { ...known, blocked: true } }, 'identityBlocked'],
  [
    'somebody who owes, with the hub there',
    { identity: { ...known, blocked: true }, hubReachable: true },
    'identityBlocked',
  ],
]

const preferences: [string, Partial<OfflineQuestion>, string][] = [
  [
    'forced offline with the hub there',
    { policy: { ...policy, preference: 'FORCE_OFFLINE' }, hubReachable: true },
    'deferred',
  ],
  [
    'a code while forced offline',
    { policy: { ...policy, preference: 'FORCE_OFFLINE' }, hubReachable: true, tender: 'walletCode' },
    'tenderNeedsHub',
  ],
  ['online required', { policy: { ...policy, preference: 'REQUIRE_ONLINE' } }, 'onlineRequired'],
  [
    'online required for the face alone',
    { policy: { ...policy, tenders: { face: { preference: 'REQUIRE_ONLINE' } } } },
    'onlineRequired',
  ],
  [
    'a tender that may wait where the others may not',
    {
      policy: { ...policy, preference: 'REQUIRE_ONLINE', tenders: { face: { preference: 'PREFER_ONLINE' } } },
    },
    'deferred',
  ],
  ['a cap of the tender', { policy: small, amountMinor: 1_001 }, 'amountOverLimit'],
  [
    'a stored cap of the tender',
    { policy: small, amountMinor: 1_000, deferred: { ...stored, sumMinor: 1_001 } },
    'storedOverLimit',
  ],
  ['cash', { tender: 'cash' }, 'local'],
  ['a card', { tender: 'card' }, 'local'],
  ['points', { tender: 'points' }, 'tenderNeedsHub'],
  ['a coupon', { tender: 'coupon' }, 'tenderNeedsHub'],
  ['a face token of a wallet', { tender: 'walletFace' }, 'tenderNeedsHub'],
]

describe('of an identity', () => {
  it.each(identities)('%s: %o is %s', (_name, change, expected) => {
    const decision = decideMode({ ...usual, ...change })
    expect(decision.kind === 'refused' ? decision.reason : decision.kind).toBe(expected)
  })
})

describe('by preference and tender', () => {
  it.each(preferences)('%s: %o is %s', (_name, change, expected) => {
    const decision = decideMode({ ...usual, ...change })
    expect(decision.kind === 'refused' ? decision.reason : decision.kind).toBe(expected)
  })
})

const amount = fc.nat(200_000)
const question: fc.Arbitrary<OfflineQuestion> = fc.record({
  hubReachable: fc.boolean(),
  forked: fc.boolean(),
  tender: fc.constantFrom(...tenderKinds),
  amountMinor: fc.integer({ min: 1, max: 200_000 }),
  deferred: fc.record({
    count: fc.nat(20),
    sumMinor: amount,
    oldestAtMs: fc.option(fc.integer({ min: nowMs - 48 * hour, max: nowMs })),
  }),
  identity: fc.option(
    fc.record({
      blocked: fc.boolean(),
      storedMinor: amount,
      allowance: fc.option(
        fc.record({
          amountMinor: amount,
          expiresAtMs: fc.integer({ min: nowMs - hour, max: nowMs + hour }),
        }),
      ),
    }),
  ),
  nowMs: fc.constant(nowMs),
  policy: fc.record({
    preference: fc.constantFrom(...offlinePreferences),
    tenders: fc.constantFrom({}, { face: { maxAmountMinor: 50_000 } }),
    maxIdentityMinor: amount,
    allowanceRequired: fc.boolean(),
    maxAmountMinor: amount,
    maxStoredMinor: amount,
    maxCount: fc.nat(20),
    maxAgeMs: fc.nat(48 * hour),
  }),
})

describe('any question', () => {
  it('is answered online exactly when the hub is there, nothing forces the lane and nobody owes', () => {
    fc.assert(
      fc.property(question, (asked) => {
        if (asked.tender === 'cash' || asked.tender === 'card') return
        const free = asked.policy.preference !== 'FORCE_OFFLINE' && asked.identity?.blocked !== true
        expect(decideMode(asked).kind === 'online').toBe(asked.hubReachable && free)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never defers beyond a limit or a lease, what a hub must see, or with a fork', () => {
    fc.assert(
      fc.property(question, (asked) => {
        if (decideMode(asked).kind !== 'deferred') return
        const { policy: rules, identity } = asked
        expect(asked).toMatchObject({ tender: 'face', forked: false })
        expect(rules.preference).not.toBe('REQUIRE_ONLINE')
        expect(asked.amountMinor).toBeLessThanOrEqual(
          rules.tenders.face?.maxAmountMinor ?? rules.maxAmountMinor,
        )
        expect(asked.deferred.count + 1).toBeLessThanOrEqual(rules.maxCount)
        expect(asked.deferred.sumMinor + asked.amountMinor).toBeLessThanOrEqual(rules.maxStoredMinor)
        if (identity === null) return
        expect(identity.blocked).toBe(false)
        expect(identity.storedMinor + asked.amountMinor).toBeLessThanOrEqual(rules.maxIdentityMinor)
        if (!rules.allowanceRequired) return
        expect(identity.storedMinor + asked.amountMinor).toBeLessThanOrEqual(
          identity.allowance?.amountMinor ?? 0,
        )
        expect(identity.allowance?.expiresAtMs).toBeGreaterThan(nowMs)
      }),
      { numRuns: 5_000 },
    )
  })

  it('is not refused for a smaller amount when a larger one was accepted', () => {
    fc.assert(
      fc.property(question, fc.double({ min: 0, max: 1, noNaN: true }), (asked, part) => {
        if (decideMode(asked).kind !== 'deferred') return
        const smaller = { ...asked, amountMinor: Math.max(1, Math.floor(asked.amountMinor * part)) }
        expect(decideMode(smaller).kind).toBe('deferred')
      }),
      { numRuns: 2_000 },
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
        expect(deferred.count).toBeLessThanOrEqual(policy.maxCount)
        expect(deferred.sumMinor).toBeLessThanOrEqual(policy.maxStoredMinor)
      }),
    )
  })
})

describe('the end of accepting', () => {
  it('is the age limit after the oldest payment that waits, and nowhere while none waits', () => {
    expect(acceptsUntilMs(stored, policy)).toBe(stored.oldestAtMs + policy.maxAgeMs)
    expect(acceptsUntilMs({ count: 0, sumMinor: 0, oldestAtMs: null }, policy)).toBeNull()
  })
})
