import { hexOf } from './bcd.ts'

/** Digits of a card number that may be shown; PCI DSS 4, requirement 3.4.1 allows these. */
const shownDigits = 4

/**
 * A card number as the terminal packs it (two digits a byte, `e` for a masked digit, `f` as filling): `****4771`. Its
 * other digits end here, masked by the terminal or not.
 */
export function maskPan(packed: Uint8Array): string {
  const digits = hexOf(packed).replace(/f+$/, '')
  const last = digits.slice(-shownDigits)
  return digits.length <= shownDigits || !/^\d+$/.test(last) ? '****' : `****${last}`
}

/** Free text without card numbers: 12 to 19 digits in a row, spaces and dashes between them allowed. */
export function maskText(text: string): string {
  return text.replaceAll(
    /\d(?:[ -]?\d){11,18}/g,
    (run) => `****${run.replaceAll(/\D/g, '').slice(-shownDigits)}`,
  )
}
