import type { BasketProblem } from '../basket/problems.ts'
import type { Basket } from '../../contract/basket.ts'
import type { Result } from '../../contract/result.ts'
import { unreachable } from '../../contract/result.ts'
import { addItem, addLabelled, emptyBasket } from '../basket/basket.ts'
import { basketTotal } from '../basket/reading.ts'
import type { CheckoutState, InputOf, Sale, SaleDefaults, Step } from './state.ts'

export type BeginSale = (keys: Pick<Sale, 'saleId' | 'receiptToken'>) => Sale

export function saleBeginner(defaults: () => SaleDefaults): BeginSale {
  return ({ saleId, receiptToken }) => {
    const { currency, tax, language } = defaults()
    const basket = emptyBasket(currency, tax)
    return { saleId, receiptToken, language, basket, paid: [], linkedTo: null, member: null }
  }
}

/** What is still to be paid; the cash that rounds is counted without its rounding. */
export function dueMinor(sale: Sale): number {
  return sale.paid.reduce((due, part) => due - part.amountMinor, basketTotal(sale.basket).amountMinor)
}

export function withBasket(sale: Sale, basket: Basket): Sale {
  return { ...sale, basket }
}

/** Stays where it is and says so to the person who asked. */
export function refuse(
  state: CheckoutState,
  refused: NonNullable<Step['refused']>,
  notice?: Step['notice'],
): Step {
  return { state, effects: [], refused, ...(notice === undefined ? {} : { notice }) }
}

/** The scanned item lands in the basket and the lane is (again) scanning, whatever screen the shopper was on. */
export function scanInto(
  state: CheckoutState,
  sale: Sale,
  { item, priceVersion, piece }: InputOf<'itemScanned'>,
): Step {
  const added =
    piece === undefined
      ? addItem(sale.basket, item, 1, 0, priceVersion)
      : addLabelled(sale.basket, { item, priceVersion }, piece)
  if (!added.ok) {
    const isFull = piece === undefined || added.error === 'basket.full'
    const code = isFull ? 'basketFull' : 'unreadableBarcode'
    return { state, effects: [], notice: { code }, refused: 'limit' }
  }
  const next = withBasket(sale, added.value.basket)
  return scanning(next, { lastLineId: added.value.lineId })
}

/** A changed basket, kept on disk before it is shown. */
export function changeBasket(state: CheckoutState, sale: Sale, changed: Result<Basket, BasketProblem>): Step {
  if (!changed.ok) return refuse(state, refusalOf(changed.error))
  return scanning(withBasket(sale, changed.value))
}

export function scanning(sale: Sale, more: { lastLineId?: number; notice?: Step['notice'] } = {}): Step {
  return {
    state: { kind: 'scanning', sale, lastLineId: more.lastLineId ?? null },
    effects: [{ type: 'commitOpenSale', sale }],
    notice: more.notice ?? null,
  }
}

function refusalOf(problem: BasketProblem): NonNullable<Step['refused']> {
  switch (problem) {
    case 'basket.unknownLine':
    case 'basket.soldByWeight':
    case 'basket.soldByPiece':
    case 'basket.noAgeLimit':
      return 'noSuchLine'
    case 'basket.full':
    case 'basket.countOutOfRange':
    case 'basket.weightOutOfRange':
      return 'limit'
    default:
      return unreachable(problem)
  }
}
