import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taxClassSchema } from '../../../src-main/contract/catalogue.ts'
import { taxTotal, taxTotals } from '../../../src-main/domain/tax/tax.ts'

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
