import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addMinor,
  addMoney,
  multiplyRounded,
  sumMinor,
  sumMoney,
} from '../../../src-main/domain/money/money.ts'

const amount = fc.maxSafeInteger()

describe('adding money', () => {
  it('adds amounts of one currency and refuses two', () => {
    const yuan = { amountMinor: 1250, currency: 'CNY' }
    expect(addMoney(yuan, yuan)).toEqual({ ok: true, value: { amountMinor: 2500, currency: 'CNY' } })
    expect(addMoney(yuan, { amountMinor: 1, currency: 'EUR' })).toEqual({
      ok: false,
      error: 'money.currencyMismatch',
    })
    expect(sumMoney([yuan, { amountMinor: 1, currency: 'EUR' }], 'CNY').ok).toBe(false)
    expect(sumMoney([], 'CNY')).toEqual({ ok: true, value: { amountMinor: 0, currency: 'CNY' } })
  })

  it('is exact or refused, never rounded', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const exact = BigInt(a) + BigInt(b)
        const sum = addMinor(a, b)
        const fits = exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER)
        expect(sum.ok).toBe(fits)
        if (sum.ok) expect(BigInt(sum.value)).toBe(exact)
      }),
    )
  })

  it('gives the same sum in any order, also when a part of it would not fit', () => {
    const { MAX_SAFE_INTEGER: max } = Number
    expect(sumMinor([max, 1, -1])).toEqual({ ok: true, value: max })
    expect(sumMinor([max, 1])).toEqual({ ok: false, error: 'money.overflow' })
    fc.assert(
      fc.property(fc.array(amount), (amounts) => {
        expect(sumMinor(amounts)).toEqual(sumMinor([...amounts].reverse()))
      }),
    )
  })
})

describe('multiplying with one rounding', () => {
  it.each([
    // price of a kilogram, grams, expected: worked out by hand
    [980, 452, 443], // 442.96
    [999, 500, 500], // 499.5 goes up
    [1, 499, 0],
    [1, 500, 1],
    [-999, 500, -500],
    [100_000_000, 100_000, 10_000_000_000],
  ])('%i fen a kilogram times %i grams is %i fen', (price, grams, expected) => {
    expect(multiplyRounded(price, grams, 1000)).toEqual({ ok: true, value: expected })
  })

  it('is within half a unit of the exact value and mirrors negative amounts', () => {
    fc.assert(
      fc.property(fc.nat(100_000_000), fc.nat(100_000), fc.integer({ min: 1, max: 5000 }), (price, n, d) => {
        const result = multiplyRounded(price, n, d)
        if (!result.ok) throw new Error('fits by construction')
        const distance = 2n * (BigInt(result.value) * BigInt(d) - BigInt(price) * BigInt(n))
        expect(distance > -BigInt(d) && distance <= BigInt(d)).toBe(true)
        const mirrored = multiplyRounded(-price, n, d)
        expect(mirrored.ok && mirrored.value + result.value).toBe(0)
      }),
    )
  })

  it('refuses a product that an amount cannot hold', () => {
    expect(multiplyRounded(Number.MAX_SAFE_INTEGER, 2, 1)).toEqual({ ok: false, error: 'money.overflow' })
  })
})
