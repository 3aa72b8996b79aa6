import type { TaxPolicy, TaxTotal } from '../../contract/basket.ts'
import { taxClassSchema, type TaxClass } from '../../contract/catalogue.ts'
import { multiplyRounded, sumMinor } from '../money/money.ts'

/** Rate of each class in parts per thousand, 0 to 1000: 130 is 13 %. */
export type TaxRates = TaxPolicy['rates']

/** What tax needs to know of a line; `totalMinor` is with the tax or without, as the policy's prices are. */
export interface TaxedLine {
  readonly taxClass: TaxClass
  readonly totalMinor: number
}

export const inclusive: Pick<TaxPolicy, 'prices' | 'rounding'> = { prices: 'inclusive', rounding: 'total' }

/** One total for each class that has lines, in the order of the classes; each adds up: net and tax are the gross. */
export function taxTotals(
  lines: readonly TaxedLine[],
  rates: TaxRates,
  { prices, rounding }: Pick<TaxPolicy, 'prices' | 'rounding'> = inclusive,
): TaxTotal[] {
  const total = prices === 'inclusive' ? taxTotal : taxOnTop
  return taxClassSchema.options.flatMap((taxClass) => {
    const amounts = lines.filter((line) => line.taxClass === taxClass).map((line) => line.totalMinor)
    if (amounts.length === 0) return []
    const rounded = rounding === 'line' ? amounts : [exact(sumMinor(amounts))]
    return [added(rounded.map((amountMinor) => total(taxClass, amountMinor, rates[taxClass])))]
  })
}

/** `taxMinor` is what is left of the gross, so that net and tax always add up to it. */
export function taxTotal(taxClass: TaxClass, grossMinor: number, ratePermille: number): TaxTotal {
  const netMinor = exact(multiplyRounded(grossMinor, 1000, 1000 + ratePermille))
  return { taxClass, ratePermille, grossMinor, netMinor, taxMinor: grossMinor - netMinor }
}

function taxOnTop(taxClass: TaxClass, netMinor: number, ratePermille: number): TaxTotal {
  const taxMinor = exact(multiplyRounded(netMinor, ratePermille, 1000))
  return { taxClass, ratePermille, grossMinor: exact(sumMinor([netMinor, taxMinor])), netMinor, taxMinor }
}

function added(totals: readonly TaxTotal[]): TaxTotal {
  const [first] = totals
  if (!first) throw new Error('A class without lines has no total')
  const sum = (of: 'grossMinor' | 'netMinor' | 'taxMinor') =>
    exact(sumMinor(totals.map((total) => total[of])))
  return { ...first, grossMinor: sum('grossMinor'), netMinor: sum('netMinor'), taxMinor: sum('taxMinor') }
}

function exact(amount: ReturnType<typeof sumMinor>): number {
  if (!amount.ok) throw new Error('The lines of one sale exceed what an amount can hold')
  return amount.value
}
