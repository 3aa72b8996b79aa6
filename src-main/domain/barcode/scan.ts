import { couponCodeSchema, paymentCodeSchema } from '../../contract/payment.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import { walletOfCode } from '../tender/instruments.ts'
import { hasValidCheckDigit } from './checkDigit.ts'
import { isDigitalLink, parseDigitalLink } from './gs1/digitalLink.ts'
import { parseBracketed, parseElementString, type ElementProblem, type Elements } from './gs1/elements.ts'
import { goodsOf, type Goods } from './gs1/goods.ts'
import { readLabel, type PrintedLabel } from './priceLabel.ts'
import { expandUpcE } from './upcE.ts'

/**
 * `gtin`: 13 digits, shorter numbers with zeros in front, the form in which the catalogue keeps barcodes; 14 where the
 * first is not 0. `goods`: the code says more than which article it is.
 */
export type Scan =
  | { readonly kind: 'gtin'; readonly gtin: string }
  | { readonly kind: 'goods'; readonly goods: Goods }
  | { readonly kind: 'walletCode'; readonly code: string }
  | { readonly kind: 'coupon'; readonly code: string }

export const scanProblems = ['empty', 'notDigits', 'wrongLength', 'wrongCheckDigit'] as const
export type ScanProblem = (typeof scanProblems)[number]
export type ScanRefusal = ScanProblem | ElementProblem | 'noGoods'

/** AIM identifiers of symbols that carry element strings: GS1-128, GS1 DataBar, Data Matrix, QR, Dot Code. */
const gs1Symbols = new Set(['C1', 'e0', 'e1', 'e2', 'd2', 'Q3', 'J1'])
const groupSeparator = '\u001d'

/**
 * What a scanner sent for one symbol, or a person typed; white space around it does not matter, and an AIM identifier in
 * front (`]C1`) says what it is. `labels`: patterns of price labels, see `priceLabel.ts`.
 */
export function parseScan(raw: string, labels: readonly string[] = []): Result<Scan, ScanRefusal> {
  const [, symbol = null, sent = ''] = /^\s*(?:\]([A-Za-z][0-9A-Za-z]))?(.*)$/s.exec(raw) ?? []
  const text = sent.replace(/^[^\S\u001d]+|\s+$/g, '')
  if (symbol !== null && gs1Symbols.has(symbol)) return goodsFrom(parseElementString(text))
  if (isDigitalLink(text)) return goodsFrom(parseDigitalLink(text))
  if (/^\(\d{2,4}\)/.test(text)) return goodsFrom(parseBracketed(text))
  if (paymentCodeSchema.safeParse(text).success) return ok({ kind: 'walletCode', code: text })
  const coupon = couponIn(text)
  if (coupon !== null) return ok({ kind: 'coupon', code: coupon })
  if (looksLikeElements(text)) return goodsFrom(parseElementString(text))
  const label = readLabel(text, labels)
  if (label === 'wrongCheckDigit') return err(label)
  if (label !== null) return ok({ kind: 'goods', goods: goodsOfLabel(label) })
  const gtin = normaliseGtin(text)
  return gtin.ok ? ok({ kind: 'gtin', gtin: gtin.value }) : gtin
}

/** Scanners that send no AIM identifier: a separator, or a GTIN of 14 digits behind 01 or 02, gives a string away. */
function looksLikeElements(text: string): boolean {
  if (text.includes(groupSeparator)) return true
  const [, gtin] = /^0[12](\d{14})/.exec(text) ?? []
  return gtin !== undefined && hasValidCheckDigit(gtin)
}

function goodsFrom(elements: Result<Elements, ElementProblem>): Result<Scan, ScanRefusal> {
  if (!elements.ok) return elements
  const coupon = [...elements.value.values()].map(couponIn).find((code) => code !== null)
  if (coupon !== undefined && !elements.value.has('01')) return ok({ kind: 'coupon', code: coupon })
  const goods = goodsOf(elements.value)
  if (!goods.ok) return goods
  const says = Object.keys(goods.value).some((key) => !['gtin', 'batch', 'serial'].includes(key))
  return ok(says ? { kind: 'goods', goods: goods.value } : { kind: 'gtin', gtin: goods.value.gtin })
}

function goodsOfLabel({ gtin, measure }: PrintedLabel): Goods {
  if (measure.kind === 'grams') return { gtin, grams: measure.value }
  return { gtin, price: { amount: measure.value, decimals: null, currencyNumber: null } }
}

/** A coupon's code by itself, or at the end of a link as a QR code has it. */
function couponIn(text: string): string | null {
  const [, inLink] = /^https?:\/\/\S*[/=]([0-9A-Za-z]{14})$/i.exec(text) ?? []
  const code = (inLink ?? text).toUpperCase()
  return couponCodeSchema.safeParse(code).success ? code : null
}

/** A code of the hub's own wallet, which alone says whose it is. */
export function isOwnCode(scan: Scan): scan is Extract<Scan, { kind: 'walletCode' }> {
  return scan.kind === 'walletCode' && walletOfCode(scan.code) === 'own'
}

/** EAN-13, EAN-8, UPC-A, UPC-E and GTIN-14 to 13 digits, or 14 where the first of them is not 0; stable when applied to its own answer. */
export function normaliseGtin(text: string): Result<string, ScanProblem> {
  if (text === '') return err('empty')
  if (!/^[0-9]+$/.test(text)) return err('notDigits')
  const full = fullNumber(text)
  if (full === null) return err('wrongLength')
  return hasValidCheckDigit(full)
    ? ok(full.replace(/^0(?=\d{13}$)/, '').padStart(13, '0'))
    : err('wrongCheckDigit')
}

function fullNumber(digits: string): string | null {
  switch (digits.length) {
    case 8:
      return eightDigitNumber(digits)
    case 12:
    case 13:
    case 14:
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
