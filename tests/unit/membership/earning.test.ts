import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tenderKinds } from '../../../src-main/contract/payment.ts'
import { paidWithMoney, pointsEarned, pointsKept } from '../../../src-main/domain/membership/earning.ts'

const amount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const permille = fc.integer({ min: 0, max: 1000 })

describe('points for a sale', () => {
  it('are a share of what was paid with money, rounded down', () => {
    const payments = [
      { tender: 'cash', amountMinor: 1_250 },
      { tender: 'points', amountMinor: 900 },
      { tender: 'coupon', amountMinor: 500 },
      { tender: 'face', amountMinor: 749 },
    ] as const
    expect(paidWithMoney(payments)).toBe(1_999)
    expect(pointsEarned(payments, 10)).toBe(19)
    expect(pointsEarned(payments, 0)).toBe(0)
    expect(pointsEarned(payments, 1000)).toBe(1_999)
  })

  it('are whole and never more than was paid, whatever the amount', () => {
    const payment = fc.record({ tender: fc.constantFrom(...tenderKinds), amountMinor: amount })
    fc.assert(
      fc.property(payment, permille, (paid, rate) => {
        const earned = pointsEarned([paid], rate)
        expect(Number.isSafeInteger(earned)).toBe(true)
        expect(earned).toBeGreaterThanOrEqual(0)
        expect(earned).toBeLessThanOrEqual(paidWithMoney([paid]))
      }),
    )
  })
})

describe('points of a sale of which goods came back', () => {
  it('stay in proportion to what was kept, rounded down, and are gone with the last of it', () => {
    expect(pointsKept(101, 10_000, 0)).toBe(101)
    expect(pointsKept(101, 10_000, 5_000)).toBe(50)
    expect(pointsKept(101, 10_000, 10_000)).toBe(0)
  })

  it('become fewer with every return, never negative, and stay whole', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, (earned, total, one, two) => {
        const [less, more] = [Math.min(one, two), Math.max(one, two)]
        const kept = [pointsKept(earned, total, less), pointsKept(earned, total, more)] as const
        for (const points of kept) {
          expect(Number.isSafeInteger(points)).toBe(true)
          expect(points).toBeGreaterThanOrEqual(0)
          expect(points).toBeLessThanOrEqual(earned)
        }
        expect(kept[1]).toBeLessThanOrEqual(kept[0])
      }),
    )
  })

  it('of a sale that cost nothing stay as they were', () => {
    expect(pointsKept(0, 0, 0)).toBe(0)
  })
})
