import { checkDigit, hasValidCheckDigit } from './checkDigit.ts'
import { priceCheckDigit } from './priceCheckDigit.ts'

/**
 * How a shop or a country fills an EAN-13 with a price or a weight (prefixes 20 to 29, free for each country): 13
 * characters. Digits stand for themselves, `I` for the item, `P` for the price in minor units, `W` for grams, `C` for the
 * check digit of that field where it has four or five digits, `K` at the end for the check digit of the whole.
 * For example `28IIIIIPPPPPK`, or `20IIIIICPPPPK` with a check digit in front of a price of four digits.
 */
export const labelPattern = /^2\d(?=[IPWC]{10}K$)I{2,8}(?:C(?:P{4,5}|W{4,5})|P{3,8}|W{3,8})K$/

export interface PrintedLabel {
  /** What the catalogue has the item under: the field of the price as zeros, with its own check digit. */
  readonly gtin: string
  readonly measure: { readonly kind: 'price' | 'grams'; readonly value: number }
}

/**
 * What a label says under the first pattern that fits; null when it fits none. `wrongCheckDigit`: it fits, and its price
 * was misread.
 */
export function readLabel(
  ean13: string,
  patterns: readonly string[],
): PrintedLabel | 'wrongCheckDigit' | null {
  if (!/^2\d{12}$/.test(ean13) || !hasValidCheckDigit(ean13)) return null
  const pattern = patterns.find((each) => ean13.startsWith(each.slice(0, 2)))
  if (pattern === undefined) return null
  const field = (letter: string): string =>
    Array.from(ean13)
      .filter((_digit, at) => pattern[at] === letter)
      .join('')
  const [price, grams, check] = [field('P'), field('W'), field('C')]
  const value = price === '' ? grams : price
  if (check !== '' && priceCheckDigit(value) !== Number(check)) return 'wrongCheckDigit'
  const body = Array.from(ean13.slice(0, -1), (digit, at) =>
    'PWC'.includes(pattern[at] ?? '') ? '0' : digit,
  ).join('')
  return {
    gtin: body + checkDigit(body),
    measure: { kind: price === '' ? 'grams' : 'price', value: Number(value) },
  }
}
