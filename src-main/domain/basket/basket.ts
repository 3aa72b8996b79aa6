import type { Basket, BasketLine, LineBlock, Quantity, TaxPolicy } from '../../contract/basket.ts'
import type { Item } from '../../contract/catalogue.ts'
import type { LineOverride } from '../../contract/override.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import { multiplyRounded } from '../money/money.ts'
import type { BasketProblem } from './problems.ts'

export const maxLines = 500
export const maxCount = 999
export const maxGrams = 100_000

export type BasketResult = Result<Basket, BasketProblem>

export function emptyBasket(currency: string, tax?: TaxPolicy): Basket {
  return { currency, ...(tax === undefined ? {} : { tax }), nextLineId: 1, lines: [] }
}

/** An item as the catalogue has it now, and which import that is. */
export interface PricedItem {
  readonly item: Item
  readonly priceVersion: string | null
}

/** What an article costs in this basket: the terms it had when it was first scanned into it, whatever came since. */
export function pinned(basket: Basket, offered: PricedItem): PricedItem {
  const known = basket.lines.find(({ item }) => item.sku === offered.item.sku)
  return known ? { item: known.item, priceVersion: known.priceVersion ?? null } : offered
}

/**
 * Pieces of the same item gather in one line, also while that line waits for its age check; every weighed item has its
 * own. `approvedAgeYears`: age that staff confirmed in this sale, in addition to what the basket's lines show.
 */
export function addItem(
  basket: Basket,
  offered: Item,
  count = 1,
  approvedAgeYears = 0,
  version: string | null = null,
): Result<{ basket: Basket; lineId: number }, BasketProblem> {
  const { item, priceVersion } = pinned(basket, { item: offered, priceVersion: version })
  const approved = Math.max(approvedAgeYears, approvedAge(basket))
  const twin = item.unit === 'each' ? basket.lines.find((line) => isTwin(line, item, approved)) : undefined
  if (twin?.quantity.kind === 'each') {
    const changed = changeCount(basket, twin.lineId, twin.quantity.count + count)
    return changed.ok ? ok({ basket: changed.value, lineId: twin.lineId }) : changed
  }
  const quantity = firstQuantity(item, count)
  if (!quantity.ok) return quantity
  const terms = { item, ...(priceVersion === null ? {} : { priceVersion }), blocks: blocksOf(item, approved) }
  return appendLine(basket, terms, quantity.value)
}

/** What the label on goods says of this very piece; a price is in the basket's currency and counts before a weight. */
export interface LabelledPiece {
  readonly grams?: number
  readonly count?: number
  readonly priceMinor?: number
}

/**
 * Goods whose label says more than which article they are: pieces of their own price get a line of their own, a weight
 * spares the scale, a count counts. What the article is not sold by says nothing.
 */
export function addLabelled(
  basket: Basket,
  offered: PricedItem,
  { grams, count = 1, priceMinor }: LabelledPiece,
): Result<{ basket: Basket; lineId: number }, BasketProblem> {
  const { item, priceVersion } = pinned(basket, offered)
  if (priceMinor !== undefined) {
    const blocks = blocksOf(item, approvedAge(basket)).filter((block) => block !== 'weighing')
    const terms = {
      item,
      ...(priceVersion === null ? {} : { priceVersion }),
      labelPriceMinor: priceMinor,
      blocks,
    }
    return appendLine(basket, terms, { kind: 'each', count: 1 })
  }
  if (item.unit === 'each') return addItem(basket, item, count, 0, priceVersion)
  if (grams !== undefined && !isWithin(grams, maxGrams)) return err('basket.weightOutOfRange')
  const added = addItem(basket, item, 1, 0, priceVersion)
  if (!added.ok || grams === undefined) return added
  const weighed = setWeight(added.value.basket, added.value.lineId, grams)
  return weighed.ok ? ok({ basket: weighed.value, lineId: added.value.lineId }) : weighed
}

function appendLine(
  basket: Basket,
  terms: Omit<BasketLine, 'lineId' | 'quantity' | 'totalMinor'>,
  quantity: Quantity,
): Result<{ basket: Basket; lineId: number }, BasketProblem> {
  if (basket.lines.length >= maxLines) return err('basket.full')
  const lineId = basket.nextLineId
  const line = priced({ lineId, ...terms }, quantity)
  return ok({ basket: { ...basket, nextLineId: lineId + 1, lines: [...basket.lines, line] }, lineId })
}

/** The same article, waiting for the same. */
function isTwin(line: BasketLine, item: Item, approvedAgeYears: number): boolean {
  if (line.override !== undefined || line.labelPriceMinor !== undefined) return false
  return line.item.sku === item.sku && line.blocks.join() === blocksOf(item, approvedAgeYears).join()
}

function firstQuantity(item: Item, count: number): Result<Quantity, BasketProblem> {
  if (item.unit === 'each') {
    return isWithin(count, maxCount) ? ok({ kind: 'each', count }) : err('basket.countOutOfRange')
  }
  return count === 1 ? ok({ kind: 'weight', grams: 0 }) : err('basket.soldByWeight')
}

function blocksOf(item: Item, approvedAgeYears: number): LineBlock[] {
  const blocks: LineBlock[] = []
  if (item.minimumAgeYears !== undefined && item.minimumAgeYears > approvedAgeYears) blocks.push('ageCheck')
  if (item.unit === 'kg') blocks.push('weighing')
  return blocks
}

/** 1 to 999; a line is taken out by `removeLine`, not by counting to nothing. */
export function changeCount(basket: Basket, lineId: number, count: number): BasketResult {
  return changeLine(basket, lineId, (line) => {
    if (line.quantity.kind !== 'each') return err('basket.soldByWeight')
    if (!isWithin(count, maxCount)) return err('basket.countOutOfRange')
    return ok(priced(line, { kind: 'each', count }))
  })
}

/** The numbers of removed lines are not used again. */
export function removeLine(basket: Basket, lineId: number): BasketResult {
  const lines = basket.lines.filter((line) => line.lineId !== lineId)
  return lines.length === basket.lines.length ? err('basket.unknownLine') : ok({ ...basket, lines })
}

/** Staff checked the shopper's age for this line: settles every line with the same limit or a lower one. */
export function approveAge(basket: Basket, lineId: number): BasketResult {
  const ageYears = basket.lines.find((line) => line.lineId === lineId)?.item.minimumAgeYears
  if (ageYears === undefined) return err(hasLine(basket, lineId) ? 'basket.noAgeLimit' : 'basket.unknownLine')
  const lines = basket.lines.map((line) =>
    (line.item.minimumAgeYears ?? 0) <= ageYears ? without(line, 'ageCheck') : line,
  )
  return ok({ ...basket, lines })
}

/** Net weight from a scale or from staff; may be corrected until the sale is paid. */
export function setWeight(basket: Basket, lineId: number, grams: number): BasketResult {
  return changeLine(basket, lineId, (line) => {
    if (line.quantity.kind !== 'weight') return err('basket.soldByPiece')
    if (!isWithin(grams, maxGrams)) return err('basket.weightOutOfRange')
    return ok(without(priced(line, { kind: 'weight', grams }), 'weighing'))
  })
}

/** Staff changed the price of a line: of one piece, or of 1,000 grams. The item keeps the price it was scanned with. */
export function overridePrice(basket: Basket, lineId: number, override: LineOverride): BasketResult {
  return changeLine(basket, lineId, (line) => ok(priced({ ...line, override }, line.quantity)))
}

/** What one piece or 1,000 grams of a line cost in this sale. */
export function unitPriceMinor({
  item,
  override,
  labelPriceMinor,
}: Pick<BasketLine, 'item' | 'override' | 'labelPriceMinor'>): number {
  return override?.unitPriceMinor ?? labelPriceMinor ?? item.priceMinor
}

/** The highest age limit that staff already settled on a line of this basket, 0 when none. */
export function approvedAge(basket: Basket): number {
  return basket.lines.reduce((age, { item, blocks }) => {
    return blocks.includes('ageCheck') ? age : Math.max(age, item.minimumAgeYears ?? 0)
  }, 0)
}

function changeLine(
  basket: Basket,
  lineId: number,
  change: (line: BasketLine) => Result<BasketLine, BasketProblem>,
): BasketResult {
  const line = basket.lines.find((candidate) => candidate.lineId === lineId)
  if (line === undefined) return err('basket.unknownLine')
  const changed = change(line)
  if (!changed.ok) return changed
  return ok({ ...basket, lines: basket.lines.map((other) => (other === line ? changed.value : other)) })
}

function hasLine(basket: Basket, lineId: number): boolean {
  return basket.lines.some((line) => line.lineId === lineId)
}

function without(line: BasketLine, block: LineBlock): BasketLine {
  return { ...line, blocks: line.blocks.filter((open) => open !== block) }
}

/** A price is per piece or per 1,000 grams. */
function priced(line: Omit<BasketLine, 'quantity' | 'totalMinor'>, quantity: Quantity): BasketLine {
  const priceMinor = unitPriceMinor(line)
  const total =
    quantity.kind === 'each'
      ? multiplyRounded(priceMinor, quantity.count, 1)
      : multiplyRounded(priceMinor, quantity.grams, 1000)
  if (!total.ok) throw new Error(`Item ${line.item.sku} has a price beyond the catalogue's limit`)
  return { ...line, quantity, totalMinor: total.value }
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max
}
