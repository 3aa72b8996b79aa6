import { err, ok, type Result } from '../../../contract/result.ts'
import type { ElementProblem, Elements } from './elements.ts'

/** A price printed on the goods. */
export interface PrintedPrice {
  /** Of 10^-`decimals`. */
  readonly amount: number
  /** Digits behind the point; null for minor units of the currency. */
  readonly decimals: number | null
  /** ISO 4217 number, three digits; null for the currency of the place. */
  readonly currencyNumber: string | null
}

/** What the code on a piece of goods says of this very piece. */
export interface Goods {
  /** 13 digits, or 14 where the first is not 0. */
  readonly gtin: string
  /** Net weight. */
  readonly grams?: number
  /** Pieces in it. */
  readonly count?: number
  readonly price?: PrintedPrice
  /** The last day on which it may be sold: use by or expiry (AI 17), or sell by (AI 16), the earlier one. YYMMDD. */
  readonly lastDay?: string
  readonly batch?: string
  readonly serial?: string
}

const gramsPerPound = 453.592_37

/** What elements say about the goods that carry them; `noGoods` when they name none. */
export function goodsOf(elements: Elements): Result<Goods, ElementProblem | 'noGoods'> {
  const item = elements.get('01')
  const content = elements.get('02')
  const gtin = item ?? content
  if (gtin === undefined) return err('noGoods')
  if (item !== undefined && content !== undefined) return err('contradiction')
  // AI 37 counts what a box holds, and belongs to AI 02; AI 30 counts what an item of varying content holds.
  const count = elements.get(content === undefined ? '30' : '37')
  const grams = weightOf(elements)
  if (grams === 'contradiction') return err('contradiction')
  const price = priceOf(elements)
  const lastDay = [elements.get('17'), elements.get('16')].filter((day) => day !== undefined).sort()[0]
  const [batch, serial] = [elements.get('10'), elements.get('21')]
  return ok({
    gtin: gtin.startsWith('0') ? gtin.slice(1) : gtin,
    ...(grams === null ? {} : { grams }),
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(price === null ? {} : { price }),
    ...(lastDay === undefined ? {} : { lastDay }),
    ...(batch === undefined ? {} : { batch }),
    ...(serial === undefined ? {} : { serial }),
  })
}

/** Net weight, 310n in kilograms or 320n in pounds, n digits behind the point; both must agree within a gram in 1,000. */
function weightOf(elements: Elements): number | null | 'contradiction' {
  const weights: number[] = []
  for (const [identifier, value] of elements) {
    const inGrams = identifier.startsWith('310') ? 1000 : identifier.startsWith('320') ? gramsPerPound : null
    if (inGrams === null) continue
    weights.push(Math.round((Number(value) * inGrams) / 10 ** Number(identifier.slice(3))))
  }
  const [first, ...others] = weights
  if (first === undefined) return null
  return others.some((other) => Math.abs(other - first) > 1 + first / 1000) ? 'contradiction' : first
}

/** 392n: in the currency of the place; 393n: in the one it names. The first of several counts. */
function priceOf(elements: Elements): PrintedPrice | null {
  for (const [identifier, value] of elements) {
    const decimals = Number(identifier.slice(3))
    if (identifier.startsWith('392')) return { amount: Number(value), decimals, currencyNumber: null }
    if (identifier.startsWith('393')) {
      return { amount: Number(value.slice(3)), decimals, currencyNumber: value.slice(0, 3) }
    }
  }
  return null
}
