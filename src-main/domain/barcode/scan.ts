import { couponCodeSchema, paymentCodeSchema } from '../../contract/payment.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import { walletOfCode } from '../tender/instruments.ts'
import { hasValidCheckDigit } from './checkDigit.ts'
import { expandUpcE } from './upcE.ts'

/** `gtin`: 13 digits, shorter numbers with zeros in front, the form in which the catalogue keeps barcodes. */
export type Scan =
  | { readonly kind: 'gtin'; readonly gtin: string }
  | { readonly kind: 'walletCode'; readonly code: string }
  | { readonly kind: 'coupon'; readonly code: string }

export const scanProblems = ['empty', 'notDigits', 'wrongLength', 'wrongCheckDigit'] as const
export type ScanProblem = (typeof scanProblems)[number]

/** What a scanner sent for one symbol, or a person typed; white space around it does not matter. */
export function parseScan(raw: string): Result<Scan, ScanProblem> {
  const text = raw.trim()
  if (paymentCodeSchema.safeParse(text).success) return ok({ kind: 'walletCode', code: text })
  if (couponCodeSchema.safeParse(text.toUpperCase()).success)
    return ok({ kind: 'coupon', code: text.toUpperCase() })
  const gtin = normaliseGtin(text)
  return gtin.ok ? ok({ kind: 'gtin', gtin: gtin.value }) : gtin
}

/** A code of the hub's own wallet, which alone says whose it is. */
export function isOwnCode(scan: Scan): scan is Extract<Scan, { kind: 'walletCode' }> {
  return scan.kind === 'walletCode' && walletOfCode(scan.code) === 'own'
}

/** EAN-13, EAN-8, UPC-A and UPC-E to 13 digits; stable when applied to its own answer. */
export function normaliseGtin(text: string): Result<string, ScanProblem> {
  if (text === '') return err('empty')
  if (!/^[0-9]+$/.test(text)) return err('notDigits')
  const full = fullNumber(text)
  if (full === null) return err('wrongLength')
  return hasValidCheckDigit(full) ? ok(full.padStart(13, '0')) : err('wrongCheckDigit')
}

function fullNumber(digits: string): string | null {
  switch (digits.length) {
    case 8:
      return eightDigitNumber(digits)
    case 12:
    case 13:
      return digits
    default:
      return null
  }
}

/**
 * Eight digits are EAN-8 or UPC-E, and some are valid as both. A first digit of 0 is read as UPC-E where it is valid:
 * GS1 keeps EAN-8 numbers of that range for use inside one company. All others are EAN-8 where valid, then UPC-E.
 */
function eightDigitNumber(digits: string): string {
  const upcA = expandUpcE(digits)
  if (upcA === null || !hasValidCheckDigit(upcA)) return digits
  return digits.startsWith('0') || !hasValidCheckDigit(digits) ? upcA : digits
}
