import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { languages } from '../../../src-main/contract/values.ts'
import { knownMinorDigits, minorDigits } from '../../../src-main/domain/money/currencies.ts'
import { formatDecimal, formatMoney, parseAmount } from '../../../src-main/domain/money/text.ts'

describe('currencies', () => {
  it.each([
    ['CNY', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['XXX', null],
    ['cny', null],
  ])('%s has %s minor digits', (currency, digits) => {
    expect(minorDigits(currency)).toBe(digits)
  })

  it('says which code is unknown when a checked one was promised', () => {
    expect(() => knownMinorDigits('QQQ')).toThrow('QQQ')
  })
})

describe('writing an amount', () => {
  it.each([
    [1200, 'CNY', '¥12.00'],
    [5, 'CNY', '¥0.05'],
    [123456789, 'CNY', '¥1,234,567.89'],
    [-1250, 'CNY', '-¥12.50'],
    [1500, 'JPY', '¥1,500'],
    [1234, 'KWD', /1\.234/],
    [Number.MAX_SAFE_INTEGER, 'CNY', '¥90,071,992,547,409.91'],
  ])('%i of %s reads %s in both languages', (amountMinor, currency, expected) => {
    for (const language of languages) {
      expect(formatMoney({ amountMinor, currency }, language)).toMatch(expected)
    }
  })

  it('writes plain decimals for files', () => {
    expect(formatDecimal(-5, 2)).toBe('-0.05')
    expect(formatDecimal(1234567, 3)).toBe('1234.567')
    expect(formatDecimal(42, 0)).toBe('42')
  })
})

describe('reading an amount', () => {
  it.each([
    ['12', 'CNY', 1200],
    ['12.5', 'CNY', 1250],
    [' ¥1,234.50 ', 'CNY', 123450],
    ['-0', 'CNY', 0],
    ['1500', 'JPY', 1500],
  ])('%j of %s is %i', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toEqual({ ok: true, value: minor })
  })

  it.each([
    ['', 'CNY', 'money.notAnAmount'],
    ['12,50', 'CNY', 'money.notAnAmount'],
    ['1e3', 'CNY', 'money.notAnAmount'],
    ['.5', 'CNY', 'money.notAnAmount'],
    ['1.005', 'CNY', 'money.tooManyDecimals'],
    ['1.0', 'JPY', 'money.tooManyDecimals'],
    ['90071992547409.92', 'CNY', 'money.overflow'],
    ['1', 'QQQ', 'money.unknownCurrency'],
  ])('%j of %s is refused as %s', (text, currency, error) => {
    expect(parseAmount(text, currency)).toEqual({ ok: false, error })
  })

  it('gives back every amount that was written, exactly', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.constantFrom('CNY', 'EUR', 'USD', 'JPY', 'KRW'),
        fc.constantFrom(...languages),
        (amountMinor, currency, language) => {
          const text = formatMoney({ amountMinor, currency }, language)
          expect(parseAmount(text, currency)).toEqual({
            ok: true,
            value: amountMinor === 0 ? 0 : amountMinor,
          })
        },
      ),
    )
  })
})
