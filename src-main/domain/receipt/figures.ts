import type { Quantity } from '../../contract/basket.ts'
import type { Key, Language, Money } from '../../contract/values.ts'
import { formatMoney } from '../money/text.ts'

/** `2 × ¥6.00` or `0.452 kg × ¥9.80/kg`; null for one piece, whose price is its total. */
export function quantityText(quantity: Quantity, unitPrice: Money, language: Language): string | null {
  const price = formatMoney(unitPrice, language)
  switch (quantity.kind) {
    case 'each':
      return quantity.count === 1 ? null : `${quantity.count} × ${price}`
    case 'weight':
      return `${(quantity.grams / 1000).toFixed(3)} kg × ${price}/kg`
  }
}

/** 130 is "13%", 125 is "12.5%". */
export function rateText(ratePermille: number): string {
  return `${ratePermille / 10}%`
}

/** What people read out at the service desk: enough of the key to find the sale on one day, not a counter. */
export function saleNumber(saleId: Key): string {
  return `${saleId.slice(0, 4)}-${saleId.slice(4, 8)}`.toUpperCase()
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Making one takes longer than all the rest of a receipt. Swedish writes dates as ISO 8601 does. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const made = clocks.get(timeZone)
  if (made !== undefined) return made
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  clocks.set(timeZone, clock)
  return clock
}

/** `2026-11-22 09:05:07` in the given IANA time zone: one order of figures that both languages read the same way. */
export function localTime(atMs: number, timeZone: string): string {
  return clockOf(timeZone).format(atMs)
}
