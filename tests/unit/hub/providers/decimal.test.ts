import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalOf, minorOf } from '../../../../src-hub/providers/kit/decimal.ts'

describe('amounts on the wire', () => {
  it.each([
    [1, '0.01'],
    [10, '0.10'],
    [1250, '12.50'],
    [100, '1.00'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ])('%i minor units are written as %s', (minor, decimal) => {
    expect(decimalOf(minor)).toBe(decimal)
    expect(minorOf(decimal)).toBe(minor)
  })

  it('come back as they went, whatever the amount', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (minor) => {
        expect(minorOf(decimalOf(minor))).toBe(minor)
      }),
    )
  })

  it.each([
    ['12.5', 1250],
    ['12', 1200],
    ['0012.50', 1250],
  ])('%s is read as %i', (decimal, minor) => {
    expect(minorOf(decimal)).toBe(minor)
  })

  it.each([
    '',
    '-1.00',
    '+1',
    '1e3',
    '1.234',
    ' 1',
    '1,00',
    '.5',
    '99999999999999999',
    '１２',
    12,
    null,
    undefined,
  ])('%j is no amount', (text) => {
    expect(minorOf(text)).toBeNull()
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('%d cannot be sent', (minor) => {
    expect(() => decimalOf(minor)).toThrow(RangeError)
  })
})
