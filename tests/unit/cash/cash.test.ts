import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cashRoundingOf, cashRoundings, roundCash } from '../../../src-main/domain/cash/rounding.ts'
import { settleCash } from '../../../src-main/domain/cash/settle.ts'
import { minorDigits } from '../../../src-main/domain/money/currencies.ts'

const round = (currency: string, amountMinor: number, country?: string): number =>
  roundCash(amountMinor, cashRoundingOf({ currency, ...(country === undefined ? {} : { country }) }))

describe('what coins can pay', () => {
  it.each([
    ['CHF', [1002, 1003, 1007, 1008, 1005], [1000, 1005, 1005, 1010, 1005]],
    ['SEK', [1049, 1050, 1099], [1000, 1100, 1100]],
    ['NOK', [1049, 1050], [1000, 1100]],
    ['DKK', [1024, 1025, 1074, 1075], [1000, 1050, 1050, 1100]],
    ['AUD', [1002, 1003], [1000, 1005]],
    ['NZD', [1005, 1006], [1000, 1010]],
    ['CNY', [1003, 1], [1003, 1]],
    ['USD', [1003], [1003]],
    ['JPY', [1003], [1003]],
  ])('of %s amounts %j is %j', (currency, amounts, expected) => {
    expect(amounts.map((amount) => round(currency, amount))).toEqual(expected)
  })

  it('of euros depends on the country, and without one is every cent', () => {
    for (const country of ['FI', 'NL', 'BE', 'IE']) expect(round('EUR', 1003, country)).toBe(1005)
    expect(round('EUR', 1003, 'DE')).toBe(1003)
    expect(round('EUR', 1003)).toBe(1003)
  })

  it('follows a till’s own smallest coin before the currency’s, in the shopper’s favour', () => {
    const jiao = cashRoundingOf({ currency: 'CNY', roundToMinor: 10 })
    expect([roundCash(1009, jiao), roundCash(1010, jiao)]).toEqual([1000, 1010])
  })

  it('is never further than half a coin from the amount, or a coin where remainders are dropped', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cashRoundings), fc.nat(10_000_000), (rule, amountMinor) => {
        const rounded = roundCash(amountMinor, rule)
        expect(rounded % rule.unitMinor).toBe(0)
        expect(Math.abs(rounded - amountMinor) * 2).toBeLessThanOrEqual(rule.unitMinor)
      }),
    )
  })

  it('is a rule for currencies that exist, each with its source', () => {
    for (const { currency, source } of cashRoundings) {
      expect(minorDigits(currency)).toBe(2)
      expect(source).not.toBe('')
    }
  })
})

const franc = cashRoundingOf({ currency: 'CHF' })

describe('cash over the counter', () => {
  it('pays all that is due and gives the rest back, rounded once', () => {
    expect(settleCash(1003, 2000, franc)).toEqual({
      ok: true,
      value: {
        amountMinor: 1003,
        instrument: { kind: 'cash', tenderedMinor: 2000, changeMinor: 995, roundingMinor: 2 },
      },
    })
  })

  it('pays a part, unrounded, when it is not enough', () => {
    expect(settleCash(1003, 500, franc)).toEqual({
      ok: true,
      value: {
        amountMinor: 500,
        instrument: { kind: 'cash', tenderedMinor: 500, changeMinor: 0, roundingMinor: 0 },
      },
    })
  })

  it('pays what is too small for any coin with nothing', () => {
    expect(settleCash(2, 0, franc)).toMatchObject({
      ok: true,
      value: { amountMinor: 2, instrument: { roundingMinor: -2, tenderedMinor: 0 } },
    })
  })

  it('is refused when nothing was given, or no coins make that amount', () => {
    expect(settleCash(1003, 0, franc)).toEqual({ ok: false, error: 'cash.nothing' })
    expect(settleCash(1003, 1003, franc)).toEqual({ ok: false, error: 'cash.noSuchCoins' })
  })

  it('always adds up: what was given less the change is the amount and its rounding', () => {
    const till = fc.constantFrom(...cashRoundings)
    fc.assert(
      fc.property(till, fc.integer({ min: 1, max: 5_000_000 }), fc.nat(100_000), (rule, due, coins) => {
        const settled = settleCash(due, coins * rule.unitMinor, rule)
        if (!settled.ok) {
          expect(coins).toBe(0)
          return
        }
        const { amountMinor, instrument } = settled.value
        const { tenderedMinor, changeMinor, roundingMinor } = instrument
        expect(tenderedMinor - changeMinor).toBe(amountMinor + roundingMinor)
        expect(amountMinor).toBeGreaterThan(0)
        expect(amountMinor).toBeLessThanOrEqual(due)
        expect(changeMinor).toBeGreaterThanOrEqual(0)
        if (amountMinor < due) expect([changeMinor, roundingMinor]).toEqual([0, 0])
      }),
      { numRuns: 1_000 },
    )
  })
})
