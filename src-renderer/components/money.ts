import type { Language } from '../../src-main/contract/values.ts'

const formats = new Map<string, Intl.NumberFormat>()

function formatOf(currency: string, language: Language): Intl.NumberFormat {
  const key = `${language} ${currency}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  })
  formats.set(key, format)
  return format
}

/** `1234`, `CNY` -> `¥12.34`: the currency's own symbol and fraction digits. */
export function formatMoney(amountMinor: number, currency: string, language: Language): string {
  const format = formatOf(currency, language)
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amountMinor / 10 ** digits)
}

/** `1250` -> `1.250 kg`. */
export function formatKilograms(grams: number, language: Language): string {
  const figure = new Intl.NumberFormat(language, { minimumFractionDigits: 3 }).format(grams / 1000)
  return `${figure} kg`
}
