import type { Basket, BasketLine, LineBlock, SoldLine, TaxTotal } from '../../contract/basket.ts'
import type { Item } from '../../contract/catalogue.ts'
import type { LineOverride } from '../../contract/override.ts'
import type { Money } from '../../contract/values.ts'
import { sumMinor } from '../money/money.ts'
import { taxTotals as totalsOf } from '../tax/tax.ts'
import { unitPriceMinor } from './basket.ts'

export interface OpenBlock {
  readonly lineId: number
  readonly block: LineBlock
}

/** What staff must still settle, in the order of the lines. */
export function openBlocks(basket: Basket): OpenBlock[] {
  return basket.lines.flatMap(({ lineId, blocks }) => blocks.map((block) => ({ lineId, block })))
}

/** Something is in it and nothing waits for staff: only then may it be paid. */
export function isPayable(basket: Basket): boolean {
  return basket.lines.length > 0 && openBlocks(basket).length === 0
}

/** What the shopper pays, tax included. Lines that wait for their weight count nothing yet. */
export function basketTotal(basket: Basket): Money {
  const amounts =
    basket.tax?.prices === 'exclusive'
      ? taxTotals(basket).map((total) => total.grossMinor)
      : basket.lines.map((line) => line.totalMinor)
  const sum = sumMinor(amounts)
  if (!sum.ok) throw new Error('500 lines of the highest price fit into an amount')
  return { amountMinor: sum.value, currency: basket.currency }
}

/** Under the policy the sale began with; a basket without one is taxed nowhere. */
export function taxTotals({ tax, lines }: Basket): TaxTotal[] {
  if (tax === undefined) return []
  const taxed = lines.map(({ item, totalMinor }) => ({ taxClass: item.taxClass, totalMinor }))
  return totalsOf(taxed, tax.rates, tax)
}

/** The lines as journal, receipt and hub keep them, whether or not they may be paid. */
export function soldLines(basket: Basket): SoldLine[] {
  return basket.lines.map((line) => ({
    lineId: line.lineId,
    sku: line.item.sku,
    name: line.item.name,
    quantity: line.quantity,
    unitPriceMinor: unitPriceMinor(line),
    totalMinor: line.totalMinor,
    taxClass: line.item.taxClass,
    ...(line.priceVersion === undefined ? {} : { priceVersion: line.priceVersion }),
    ...(line.override === undefined ? {} : { override: soldOverride(line.item, line.override) }),
  }))
}

function soldOverride({ priceMinor: fromMinor }: Item, { reason, staffId }: LineOverride) {
  return { fromMinor, reason, staffId }
}

/** As a shopper counts: pieces, and one for each weighed line. */
export function itemCount(basket: Basket): number {
  return basket.lines.reduce((count, line) => count + pieces(line), 0)
}

function pieces({ quantity }: BasketLine): number {
  return quantity.kind === 'each' ? quantity.count : 1
}
