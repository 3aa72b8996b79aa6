import type { Quantity, SoldLine, TaxTotal } from '../../contract/basket.ts'
import type { TaxClass } from '../../contract/catalogue.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import type { ReturnableSale, ReturnedLine, ReturnRefusal } from '../../contract/returns.ts'
import { multiplyRounded, sumMinor } from '../money/money.ts'

/** What goods are worth when they come back. `lines` are the returned part of each line, `taxes` the part of each tax. */
export interface ReturnValue {
  readonly amountMinor: number
  readonly lines: readonly SoldLine[]
  readonly taxes: readonly TaxTotal[]
}

/** Pieces or grams that came back of each line. */
type Units = ReadonlyMap<number, number>

/**
 * Worth what was paid for it: every amount is the rounded share of all that came back so far, less what came back
 * before, so that the parts of a line, of a tax and of a sale add up to it, however many returns they came in.
 */
export function valueOfReturn(
  sale: ReturnableSale,
  lines: readonly ReturnedLine[],
): Result<ReturnValue, ReturnRefusal> {
  const before = unitsOf(sale.returned)
  const after = new Map(before)
  for (const line of lines) {
    const problem = take(sale, after, line)
    if (problem !== null) return err(problem)
  }
  const taxes = sale.taxes.map((tax) => taxBetween(tax, sale.lines, before, after))
  const worth = [...classesOf(sale)].map(
    (taxClass) => grossOf(sale, taxClass, after) - grossOf(sale, taxClass, before),
  )
  return ok({
    amountMinor: exact(sumMinor(worth)),
    lines: sale.lines.flatMap((line) => lineBetween(line, before, after)),
    taxes: taxes.filter((tax) => tax.grossMinor !== 0 || tax.netMinor !== 0),
  })
}

/** In sum of `returned` and `lines`, one entry a line. */
export function addReturned(
  returned: readonly ReturnedLine[],
  lines: readonly ReturnedLine[],
): ReturnedLine[] {
  const units = unitsOf([...returned, ...lines])
  const kinds = new Map([...returned, ...lines].map(({ lineId, quantity }) => [lineId, quantity]))
  return [...units].flatMap(([lineId, count]) => {
    const quantity = kinds.get(lineId)
    return quantity === undefined ? [] : [{ lineId, quantity: withUnits(quantity, count) }]
  })
}

/** What of a line may still come back: pieces, or its grams, or 0. */
export function returnableUnits(sale: Pick<ReturnableSale, 'returned'>, line: SoldLine): number {
  return units(line.quantity) - (unitsOf(sale.returned).get(line.lineId) ?? 0)
}

/** Everything that has not come back yet. */
export function allThatIsLeft(sale: ReturnableSale): ReturnedLine[] {
  return sale.lines.flatMap((line) => {
    const left = returnableUnits(sale, line)
    return left === 0 ? [] : [{ lineId: line.lineId, quantity: withUnits(line.quantity, left) }]
  })
}

function take(sale: ReturnableSale, taken: Map<number, number>, wanted: ReturnedLine): ReturnRefusal | null {
  const line = sale.lines.find(({ lineId }) => lineId === wanted.lineId)
  if (line?.quantity.kind !== wanted.quantity.kind) return 'lineUnknown'
  const before = taken.get(line.lineId) ?? 0
  const count = units(wanted.quantity)
  if (count < 1) return 'nothingReturned'
  if (before + count > units(line.quantity)) return 'tooMuchReturned'
  if (line.quantity.kind === 'weight' && count !== units(line.quantity)) return 'weighedLineWhole'
  taken.set(line.lineId, before + count)
  return null
}

function unitsOf(lines: readonly ReturnedLine[]): Map<number, number> {
  const sums = new Map<number, number>()
  for (const { lineId, quantity } of lines) sums.set(lineId, (sums.get(lineId) ?? 0) + units(quantity))
  return sums
}

function units(quantity: Quantity): number {
  return quantity.kind === 'each' ? quantity.count : quantity.grams
}

function withUnits(quantity: Quantity, count: number): Quantity {
  return quantity.kind === 'each' ? { kind: 'each', count } : { kind: 'weight', grams: count }
}

/** The returned part of a line's own total. */
function shareOf(line: SoldLine, returned: Units): number {
  return share(line.totalMinor, returned.get(line.lineId) ?? 0, units(line.quantity))
}

function lineBetween(line: SoldLine, before: Units, after: Units): SoldLine[] {
  const count = (after.get(line.lineId) ?? 0) - (before.get(line.lineId) ?? 0)
  if (count === 0) return []
  const totalMinor = shareOf(line, after) - shareOf(line, before)
  return [{ ...line, quantity: withUnits(line.quantity, count), totalMinor }]
}

function classesOf(sale: ReturnableSale): Set<TaxClass> {
  return new Set(sale.lines.map(({ taxClass }) => taxClass))
}

/** What was paid for the returned part of a class, tax included, whether its prices came with tax or without. */
function grossOf(sale: ReturnableSale, taxClass: TaxClass, returned: Units): number {
  const lines = sale.lines.filter((line) => line.taxClass === taxClass)
  const tax = sale.taxes.find((total) => total.taxClass === taxClass)
  const sold = exact(sumMinor(lines.map(({ totalMinor }) => totalMinor)))
  const back = exact(sumMinor(lines.map((line) => shareOf(line, returned))))
  return tax === undefined ? back : share(tax.grossMinor, back, sold)
}

function taxBetween(tax: TaxTotal, lines: readonly SoldLine[], before: Units, after: Units): TaxTotal {
  const ofClass = lines.filter(({ taxClass }) => taxClass === tax.taxClass)
  const sold = exact(sumMinor(ofClass.map(({ totalMinor }) => totalMinor)))
  const back = (returned: Units) => exact(sumMinor(ofClass.map((line) => shareOf(line, returned))))
  const between = (amount: number) => share(amount, back(after), sold) - share(amount, back(before), sold)
  const grossMinor = between(tax.grossMinor)
  const taxMinor = between(tax.taxMinor)
  return { ...tax, grossMinor, taxMinor, netMinor: grossMinor - taxMinor }
}

function share(amountMinor: number, part: number, whole: number): number {
  return whole === 0 ? 0 : exact(multiplyRounded(amountMinor, part, whole))
}

function exact(amount: ReturnType<typeof sumMinor>): number {
  if (!amount.ok) throw new Error('A part of a sale is no more than the sale, which is an amount')
  return amount.value
}
