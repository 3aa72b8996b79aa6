/** How a cash amount is brought to what coins can pay. Only the cash part of a payment is ever rounded. */
export interface CashRounding {
  readonly currency: string
  /** ISO 3166-1 alpha-2; a rule without one holds wherever no rule names the country. */
  readonly country?: string
  /** Smallest coin, or note, in minor units. */
  readonly unitMinor: number
  /** Where exactly half a unit goes; `down` as a mode drops every remainder, in the shopper's favour. */
  readonly mode: 'halfUp' | 'halfDown' | 'down'
  readonly source: string
}

/** A currency that is not here has coins for every minor unit, or its shops give exact change. */
export const cashRoundings: readonly CashRounding[] = [
  { currency: 'CHF', unitMinor: 5, mode: 'halfUp', source: 'no 1 and 2 Rappen coins since 2007' },
  { currency: 'SEK', unitMinor: 100, mode: 'halfUp', source: 'lag (1970:1029), from 50 öre up' },
  { currency: 'NOK', unitMinor: 100, mode: 'halfUp', source: 'no 50 øre coin since 2012' },
  { currency: 'DKK', unitMinor: 50, mode: 'halfUp', source: 'lov om møntvæsen: 25 to 74 øre become 50' },
  { currency: 'AUD', unitMinor: 5, mode: 'halfUp', source: 'ACCC: no 1 and 2 cent coins since 1992' },
  { currency: 'NZD', unitMinor: 10, mode: 'halfDown', source: 'Reserve Bank: 5 cents go down by custom' },
  { currency: 'CAD', unitMinor: 5, mode: 'halfUp', source: 'Finance Canada: no cent since 2013' },
  { currency: 'EUR', country: 'FI', unitMinor: 5, mode: 'halfUp', source: 'laki 890/2000' },
  { currency: 'EUR', country: 'NL', unitMinor: 5, mode: 'halfUp', source: 'DNB, since 2004' },
  { currency: 'EUR', country: 'BE', unitMinor: 5, mode: 'halfUp', source: 'code de droit économique VI.7/1' },
  { currency: 'EUR', country: 'IE', unitMinor: 5, mode: 'halfUp', source: 'Central Bank of Ireland, 2015' },
]

const exact: Pick<CashRounding, 'unitMinor' | 'mode'> = { unitMinor: 1, mode: 'halfUp' }

/** The rule of a till: its own smallest coin when it names one (¥0.10, say), else the currency's. */
export function cashRoundingOf(till: {
  readonly currency: string
  readonly country?: string
  readonly roundToMinor?: number
}): Pick<CashRounding, 'unitMinor' | 'mode'> {
  if (till.roundToMinor !== undefined) return { unitMinor: till.roundToMinor, mode: 'down' }
  const ofCurrency = cashRoundings.filter(({ currency }) => currency === till.currency)
  const ofCountry = ofCurrency.find(({ country }) => country !== undefined && country === till.country)
  return ofCountry ?? ofCurrency.find(({ country }) => country === undefined) ?? exact
}

/** What coins can pay of an amount of 0 or more. */
export function roundCash(
  amountMinor: number,
  { unitMinor, mode }: Pick<CashRounding, 'unitMinor' | 'mode'>,
) {
  const rest = amountMinor % unitMinor
  const up = mode === 'halfUp' ? 2 * rest >= unitMinor : mode === 'halfDown' && 2 * rest > unitMinor
  return rest !== 0 && up ? amountMinor - rest + unitMinor : amountMinor - rest
}
