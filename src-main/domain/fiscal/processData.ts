import type { TaxClass } from '../../contract/catalogue.ts'
import type { FiscalKind, FiscalPayment, FiscalRecord } from '../../contract/fiscal.ts'
import { sumMinor } from '../money/money.ts'
import { knownMinorDigits } from '../money/currencies.ts'

/** DSFinV-K 2.3, annex I: kinds of business process that a receipt's data begins with. */
const processKinds: Readonly<Record<FiscalKind, string>> = {
  sale: 'Beleg',
  return: 'Beleg',
  abandoned: 'AVBelegabbruch',
}

/**
 * The five places of DSFinV-K's gross turnover: general rate, reduced rate, two agricultural averages, 0 %. Which rate
 * a class has is a matter of the day; the place is not.
 */
const places: readonly (readonly TaxClass[])[] = [['standard'], ['reduced'], [], [], ['zero', 'exempt']]

/**
 * `Beleg^75.33_7.99_0.00_0.00_0.00^10.00:Bar_73.32:Unbar` (DSFinV-K 2.3, annex I, Kassenbeleg-V1): kind, gross turnover
 * by tax place, payments by cash and not cash, each other currency than the till's with its code.
 */
export function processData({ kind, currency, turnover, payments }: FiscalRecord): string {
  const amounts = places.map((classes) => {
    const here = turnover.filter(({ taxClass }) => classes.includes(taxClass))
    return decimal(total(here.map(({ grossMinor }) => grossMinor)), currency)
  })
  return [processKinds[kind], amounts.join('_'), paid(payments, currency)].join('^')
}

/** Cash first, then the rest; one figure for each currency. */
function paid(payments: readonly FiscalPayment[], tillCurrency: string): string {
  const figures: string[] = []
  for (const kind of ['cash', 'nonCash'] as const) {
    const ofKind = payments.filter((payment) => payment.kind === kind)
    for (const currency of [...new Set(ofKind.map((payment) => payment.currency))]) {
      const sum = total(
        ofKind.filter((payment) => payment.currency === currency).map((part) => part.amountMinor),
      )
      const name = kind === 'cash' ? 'Bar' : 'Unbar'
      figures.push(`${decimal(sum, currency)}:${name}${currency === tillCurrency ? '' : `:${currency}`}`)
    }
  }
  return figures.join('_')
}

function total(amounts: readonly number[]): number {
  const sum = sumMinor(amounts)
  if (!sum.ok) throw new Error('The turnover of one record exceeds what an amount can hold')
  return sum.value
}

/** A dot, no grouping, as many digits as the currency has: -7.99. */
function decimal(amountMinor: number, currency: string): string {
  const digits = knownMinorDigits(currency)
  const figures = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const sign = amountMinor < 0 ? '-' : ''
  return digits === 0 ? `${sign}${figures}` : `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)}`
}
