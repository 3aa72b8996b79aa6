import { err, ok, type Result } from '../../contract/result.ts'
import type { Language, Money } from '../../contract/values.ts'
import { knownMinorDigits, minorDigits } from './currencies.ts'

const formats = new Map<string, Intl.NumberFormat>()

/** For people: `¥1,234.50`. Exact for every amount; the currency must be one of ISO 4217. */
export function formatMoney(money: Money, language: Language): string {
  const digits = knownMinorDigits(money.currency)
  // A decimal string is formatted exactly; a number would pass through binary fractions.
  return currencyFormat(money.currency, language, digits).format(decimal(money.amountMinor, digits))
}

function currencyFormat(currency: string, language: Language, digits: number): Intl.NumberFormat {
  const key = `${language} ${currency}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    // "¥" in both languages; the wide form is "CN¥" in English, which no shelf label says.
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  formats.set(key, format)
  return format
}

function decimal(minor: number, digits: number): Intl.StringNumericLiteral {
  return formatDecimal(minor, digits) as Intl.StringNumericLiteral
}

/** For files and machines: `1234.50`, no symbol, no grouping. */
export function formatDecimal(minor: number, digits: number): string {
  const figures = Math.abs(minor)
    .toString()
    .padStart(digits + 1, '0')
  const sign = minor < 0 ? '-' : ''
  if (digits === 0) return sign + figures
  return `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)}`
}

export const amountProblems = [
  'money.unknownCurrency',
  'money.notAnAmount',
  'money.tooManyDecimals',
  'money.overflow',
] as const
export type AmountProblem = (typeof amountProblems)[number]

/** An amount as people and `formatMoney` write it: sign, one symbol, grouping by three and decimals are optional. */
const amountPattern = /^(-?)\p{Sc}?\s*(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/u

/** Minor units. A point separates decimals and a comma groups, as in both languages of the lane. */
export function parseAmount(text: string, currency: string): Result<number, AmountProblem> {
  const digits = minorDigits(currency)
  if (digits === null) return err('money.unknownCurrency')
  const [, sign = '', whole, fraction = ''] = amountPattern.exec(text.trim()) ?? []
  if (whole === undefined) return err('money.notAnAmount')
  if (fraction.length > digits) return err('money.tooManyDecimals')
  const minor = Number(sign + whole.replaceAll(',', '') + fraction.padEnd(digits, '0'))
  if (!Number.isSafeInteger(minor)) return err('money.overflow')
  return ok(minor === 0 ? 0 : minor)
}
