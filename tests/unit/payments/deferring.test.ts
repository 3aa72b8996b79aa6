import { describe, expect, it } from 'vitest'
import type { OfflinePolicy } from '../../../src-main/domain/offline/policy.ts'
import { attemptDeferral } from '../../../src-main/payments/deferring.ts'
import type { AttemptRecord, DeferredTotals, LaneStorePort } from '../../../src-main/ports/store.ts'
import type { ClockPort } from '../../../src-main/ports/clock.ts'

const policy: OfflinePolicy = {
  preference: 'PREFER_ONLINE',
  tenders: {},
  maxIdentityMinor: 8_000,
  allowanceRequired: false,
  maxAmountMinor: 5_000,
  maxStoredMinor: 10_000,
  maxCount: 3,
  maxAgeMs: 60_000,
}
const clock = { nowMs: () => 1_000_000 } as ClockPort

function mayDefer(
  amountMinor: number,
  kind: 'face' | 'walletCode',
  totals: Partial<DeferredTotals> = {},
  forked = false,
): boolean {
  const deferredTotals = (): DeferredTotals => ({ count: 0, sumMinor: 0, oldestAtMs: null, ...totals })
  const store = {
    deferredTotals,
    attemptsInState: () => [],
    allowance: () => null,
    faceBlock: () => null,
  } as unknown as LaneStorePort
  const record = { amount: { amountMinor, currency: 'CNY' }, instrument: { kind } } as AttemptRecord
  return attemptDeferral({ store, clock, policy, forked: () => forked })(record)
}

describe('an attempt whose hub vanished', () => {
  it('may be charged later within the offline limits of its own amount', () => {
    expect(mayDefer(5_000, 'face')).toBe(true)
    expect(mayDefer(5_001, 'face')).toBe(false)
    expect(mayDefer(5_000, 'face', { sumMinor: 5_001, count: 1 })).toBe(false)
    expect(mayDefer(1, 'face', { count: 3 })).toBe(false)
    expect(mayDefer(1, 'face', { count: 1, oldestAtMs: 1_000_000 - 60_001 })).toBe(false)
  })

  it('may not when it was a payment code, or when the lane’s journal is forked', () => {
    expect(mayDefer(100, 'walletCode')).toBe(false)
    expect(mayDefer(100, 'face', {}, true)).toBe(false)
  })
})
