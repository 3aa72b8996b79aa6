import type { TaxTotal } from '../../contract/basket.ts'
import { taxClassSchema, type TaxClass } from '../../contract/catalogue.ts'
import { multiplyRounded, sumMinor } from '../money/money.ts'

/** Rate of each class in parts per thousand, 0 to 1000: 130 is 13 %. */
export type TaxRates = Readonly<Record<TaxClass, number>>

/** What tax needs to know of a line; `totalMinor` includes the tax. */
export interface TaxedLine {
  readonly taxClass: TaxClass
  readonly totalMinor: number
}

/** One total for each class that has lines, in the order of the classes. Rounded once a class, not once a line. */
export function taxTotals(lines: readonly TaxedLine[], rates: TaxRates): TaxTotal[] {
  return taxClassSchema.options.flatMap((taxClass) => {
    const amounts = lines.filter((line) => line.taxClass === taxClass).map((line) => line.totalMinor)
    return amounts.length === 0 ? [] : [taxTotal(taxClass, exact(sumMinor(amounts)), rates[taxClass])]
  })
}

/** `taxMinor` is what is left of the gross, so that net and tax always add up to it. */
export function taxTotal(taxClass: TaxClass, grossMinor: number, ratePermille: number): TaxTotal {
  const netMinor = exact(multiplyRounded(grossMinor, 1000, 1000 + ratePermille))
  return { taxClass, ratePermille, grossMinor, netMinor, taxMinor: grossMinor - netMinor }
}

function exact(amount: ReturnType<typeof sumMinor>): number {
  if (!amount.ok) throw new Error('The lines of one sale exceed what an amount can hold')
  return amount.value
}
