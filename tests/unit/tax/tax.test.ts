import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taxClassSchema } from '../../../src-main/contract/catalogue.ts'
import { taxTotal, taxTotals, type TaxedLine } from '../../../src-main/domain/tax/tax.ts'

const rates = { standard: 130, reduced: 90, zero: 0, exempt: 0 }
const line = fc.record({
  taxClass: fc.constantFrom(...taxClassSchema.options),
  totalMinor: fc.nat(10_000_000_000),
})

describe('tax inside a tax-inclusive total', () => {
  it.each([
    // gross, rate, net: worked out by hand
    [11300, 130, 10000],
    [100, 130, 88], // 88.495…
    [1090, 90, 1000],
    [1, 1000, 1], // 0.5 goes up
    [500, 0, 500],
  ])('of %i fen at %i per thousand leaves %i net', (grossMinor, ratePermille, netMinor) => {
    expect(taxTotal('standard', grossMinor, ratePermille)).toEqual({
      taxClass: 'standard',
      ratePermille,
      grossMinor,
      netMinor,
      taxMinor: grossMinor - netMinor,
    })
  })

  it('is summed by class, in the order of the classes, without empty ones', () => {
    const totals = taxTotals(
      [
        { taxClass: 'reduced', totalMinor: 500 },
        { taxClass: 'standard', totalMinor: 100 },
        { taxClass: 'reduced', totalMinor: 590 },
      ],
      rates,
    )
    expect(totals.map(({ taxClass, grossMinor, netMinor }) => [taxClass, grossMinor, netMinor])).toEqual([
      ['standard', 100, 88],
      ['reduced', 1090, 1000],
    ])
  })

  it('always adds up: net and tax to the gross, the classes to the lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.nat(1000), (lines, standard) => {
        const totals = taxTotals(lines, { ...rates, standard })
        for (const { grossMinor, netMinor, taxMinor } of totals) {
          expect(netMinor + taxMinor).toBe(grossMinor)
          expect(Math.min(netMinor, taxMinor)).toBeGreaterThanOrEqual(0)
        }
        const gross = totals.reduce((sum, total) => sum + total.grossMinor, 0)
        expect(gross).toBe(lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0))
      }),
    )
  })
})

const of = (totalMinor: number, taxClass: TaxedLine['taxClass'] = 'standard'): TaxedLine => ({
  taxClass,
  totalMinor,
})
const exclusive = { prices: 'exclusive', rounding: 'total' } as const

describe('tax on top of the prices', () => {
  it('is added to the sum of a class, rounded once', () => {
    expect(taxTotals([of(33), of(33), of(34)], rates, exclusive)).toEqual([
      { taxClass: 'standard', ratePermille: 130, netMinor: 100, taxMinor: 13, grossMinor: 113 },
    ])
  })

  it('is rounded for each line where the law says so', () => {
    expect(taxTotals([of(33), of(33), of(34)], rates, { ...exclusive, rounding: 'line' })).toEqual([
      { taxClass: 'standard', ratePermille: 130, netMinor: 100, taxMinor: 12, grossMinor: 112 },
    ])
    expect(taxTotals([of(113), of(113)], rates, { prices: 'inclusive', rounding: 'line' })).toEqual([
      { taxClass: 'standard', ratePermille: 130, grossMinor: 226, netMinor: 200, taxMinor: 26 },
    ])
  })

  it('always adds up, and never differs by more than half a unit a line between the two ways to round', () => {
    const lines = fc.array(line, { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(lines, fc.constantFrom('inclusive', 'exclusive'), (sold, prices) => {
        const once = taxTotals(sold, rates, { prices, rounding: 'total' })
        const each = taxTotals(sold, rates, { prices, rounding: 'line' })
        for (const totals of [once, each]) {
          for (const { grossMinor, netMinor, taxMinor } of totals)
            expect(netMinor + taxMinor).toBe(grossMinor)
        }
        once.forEach(({ taxClass, taxMinor }, index) => {
          const count = sold.filter((one) => one.taxClass === taxClass).length
          expect(Math.abs(taxMinor - (each[index]?.taxMinor ?? 0))).toBeLessThanOrEqual((count + 1) / 2)
        })
      }),
    )
  })
})
