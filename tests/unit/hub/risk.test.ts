import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  defaultRiskPolicy,
  identityCapMinor,
  type IdentityHistory,
  leaseMinor,
} from '../../../src-hub/payments/risk.ts'

const day = 24 * 3_600_000
const fresh: IdentityHistory = { ageMs: 0, goodPayments: 0, failedDeferred: 0, owes: false, blocked: false }

describe('how much one identity may owe while the hub is away', () => {
  it.each([
    ['a new account', fresh, 5_000],
    ['a week and five payments', { ...fresh, ageMs: 7 * day, goodPayments: 5 }, 20_000],
    ['five payments on the first day', { ...fresh, goodPayments: 5 }, 5_000],
    ['a quarter and twenty payments', { ...fresh, ageMs: 90 * day, goodPayments: 20 }, 50_000],
    ['whoever owes', { ...fresh, ageMs: 90 * day, goodPayments: 20, owes: true }, 0],
    ['a past decline', { ...fresh, ageMs: 90 * day, goodPayments: 20, failedDeferred: 1 }, 0],
    ['a blocked account', { ...fresh, blocked: true }, 0],
  ])('%s: %j -> %i fen', (_title, history, expected) => {
    expect(identityCapMinor(history, 'CNY', defaultRiskPolicy)).toBe(expected)
  })

  it('is meant in units of the currency: yen have no cents and are worth less', () => {
    expect(identityCapMinor(fresh, 'JPY', defaultRiskPolicy)).toBe(5_000)
    expect(identityCapMinor(fresh, 'KWD', defaultRiskPolicy)).toBe(50_000)
  })

  it('never falls when the history gets better', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(200), fc.nat(60), fc.nat(200), (payments, days, more, longer) => {
        const cap = (good: number, age: number) =>
          identityCapMinor({ ...fresh, goodPayments: good, ageMs: age * day }, 'EUR', defaultRiskPolicy)
        expect(cap(payments + more, days + longer)).toBeGreaterThanOrEqual(cap(payments, days))
      }),
    )
  })
})

describe('a lane’s lease', () => {
  it('never makes the sum of what all lanes may have accepted exceed the cap, in any order of leasing', () => {
    const steps = fc.array(fc.nat(4), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(steps, fc.nat(1_000_000), (order, capMinor) => {
        const held = new Map<number, number>()
        for (const lane of order) {
          const elsewhereMinor = [...held].filter(([other]) => other !== lane).map(([, minor]) => minor)
          const amountMinor = leaseMinor({ capMinor, lanes: 5, elsewhereMinor })
          // Until it is settled a lane may hold the older, larger one.
          held.set(lane, Math.max(held.get(lane) ?? 0, amountMinor))
          const sum = [...held.values()].reduce((total, minor) => total + minor, 0)
          expect(sum).toBeLessThanOrEqual(capMinor)
        }
      }),
    )
  })

  it('is 0 when the others hold all of it', () => {
    expect(leaseMinor({ capMinor: 100, lanes: 2, elsewhereMinor: [100] })).toBe(0)
    expect(leaseMinor({ capMinor: 0, lanes: 1, elsewhereMinor: [] })).toBe(0)
  })
})
