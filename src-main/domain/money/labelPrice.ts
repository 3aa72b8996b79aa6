import type { PrintedPrice } from '../barcode/gs1/goods.ts'
import { knownMinorDigits } from './currencies.ts'

/** Highest price of a label, in minor units: what an item of the catalogue may cost at most. */
const maxMinor = 100_000_000

/** Numbers of ISO 4217 that labels name their currency by, of the currencies a lane is likely to meet. */
const currencyNumbers: Readonly<Record<string, string>> = {
  '036': 'AUD', '124': 'CAD', '156': 'CNY', '203': 'CZK', '208': 'DKK', '344': 'HKD', '348': 'HUF', '356': 'INR',
  '360': 'IDR', '376': 'ILS', '392': 'JPY', '410': 'KRW', '446': 'MOP', '458': 'MYR', '554': 'NZD', '578': 'NOK',
  '608': 'PHP', '702': 'SGD', '704': 'VND', '752': 'SEK', '756': 'CHF', '764': 'THB', '784': 'AED', '826': 'GBP',
  '840': 'USD', '901': 'TWD', '946': 'RON', '949': 'TRY', '978': 'EUR', '985': 'PLN', '986': 'BRL',
} // prettier-ignore

/** A printed price in minor units of `currency`; null for another currency, and for what cannot be paid in it. */
export function labelPriceMinor(
  { amount, decimals, currencyNumber }: PrintedPrice,
  currency: string,
): number | null {
  if (currencyNumber !== null && currencyNumbers[currencyNumber] !== currency) return null
  const shift = decimals === null ? 0 : knownMinorDigits(currency) - decimals
  const minor = shift >= 0 ? amount * 10 ** shift : amount / 10 ** -shift
  return Number.isInteger(minor) && minor >= 0 && minor <= maxMinor ? minor : null
}
