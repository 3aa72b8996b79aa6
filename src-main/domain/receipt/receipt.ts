import type { SoldLine, TaxTotal } from '../../contract/basket.ts'
import type { ReceiptBlock, ReceiptDocument } from '../../contract/receipt.ts'
import type { Key, Language } from '../../contract/values.ts'
import type { PaidPart } from '../checkout/state.ts'
import { sumMinor } from '../money/money.ts'
import { formatMoney } from '../money/text.ts'
import { localTime, quantityText, rateText, saleNumber } from './figures.ts'
import { receiptWords } from './words.ts'

export interface ReceiptMerchant {
  readonly name: string
  readonly addressLines: readonly string[]
  readonly taxId?: string
}

/** One part of what was paid. */
export type ReceiptPayment = Omit<PaidPart, 'attemptKey'>

/** The card that was shown, and the points this sale brings. */
export interface ReceiptMember {
  readonly maskedNumber: string
  readonly earnedMinor: number
}

/** Everything a receipt is made of; `taxes` must be those of `lines`, and the payments add up to `totalMinor`. */
export interface ReceiptSale {
  readonly saleId: Key
  readonly receiptToken: Key
  readonly language: Language
  readonly currency: string
  readonly merchant: ReceiptMerchant
  readonly laneId: string
  /** A bench lane's receipt says that no real money moved. */
  readonly bench: boolean
  readonly lines: readonly SoldLine[]
  readonly taxes: readonly TaxTotal[]
  /** Exclusive: the lines come without the tax, which stands above the total. */
  readonly prices: 'inclusive' | 'exclusive'
  readonly totalMinor: number
  readonly payments: readonly ReceiptPayment[]
  /** Null where no member's card was shown. */
  readonly member: ReceiptMember | null
  readonly atMs: number
  /** IANA name of the lane's time zone. */
  readonly timeZone: string
  /** Address of the e-receipt, at most 512 characters; null while the lane has never met its hub: no QR then. */
  readonly receiptUrl: string | null
  /** What fiscal law wants said (`fiscalBlocks`); empty where it wants nothing. */
  readonly fiscal: readonly ReceiptBlock[]
}

/** The one receipt of a sale, which paper, screen and phone lay out in their own way. */
export function buildReceipt(sale: ReceiptSale): ReceiptDocument {
  const lines = sale.lines.flatMap((line) => lineBlocks(line, sale))
  const taxes = sale.taxes.map((tax) => taxBlock(tax, sale))
  const figures =
    sale.prices === 'exclusive'
      ? [[subtotalBlock(sale), ...taxes], totalBlocks(sale)]
      : [totalBlocks(sale), taxes]
  const payments = sale.payments.flatMap((payment) => paymentBlocks(payment, sale))
  const sections = [header(sale), facts(sale), lines, ...figures, payments, memberBlocks(sale), sale.fiscal]
  const ruled = sections.filter((blocks) => blocks.length > 0).flatMap((blocks) => [...blocks, rule])
  return {
    formatVersion: 1,
    saleId: sale.saleId,
    receiptToken: sale.receiptToken,
    language: sale.language,
    totalMinor: sale.totalMinor,
    currency: sale.currency,
    blocks: [...ruled.slice(0, -1), ...footer(sale)],
  }
}

const rule: ReceiptBlock = { kind: 'rule' }

function header({ merchant, bench, language }: ReceiptSale): ReceiptBlock[] {
  const words = receiptWords[language]
  const lines = [...merchant.addressLines]
  if (merchant.taxId !== undefined) lines.push(`${words.taxId} ${merchant.taxId}`)
  return [
    { kind: 'title', text: merchant.name },
    ...lines.map((text) => centred(text)),
    ...(bench ? [centred(words.bench, true)] : []),
  ]
}

function facts({ saleId, atMs, timeZone, laneId, language }: ReceiptSale): ReceiptBlock[] {
  const words = receiptWords[language]
  return [
    columns(words.saleNumber, saleNumber(saleId)),
    columns(words.time, localTime(atMs, timeZone)),
    columns(words.lane, laneId),
  ]
}

function lineBlocks(line: SoldLine, { language, currency }: ReceiptSale): ReceiptBlock[] {
  const unitPrice = { amountMinor: line.unitPriceMinor, currency }
  const quantity = quantityText(line.quantity, unitPrice, language)
  const blocks = [columns(line.name[language], formatMoney(amount(line.totalMinor, currency), language))]
  if (quantity !== null) blocks.push({ kind: 'text', text: quantity, align: 'left', bold: false })
  if (line.override !== undefined) {
    const from = formatMoney(amount(line.override.fromMinor, currency), language)
    const to = formatMoney(unitPrice, language)
    const text = receiptWords[language].priceChanged(from, to)
    blocks.push({ kind: 'text', text, align: 'left', bold: false })
  }
  return blocks
}

function subtotalBlock({ lines, language, currency }: ReceiptSale): ReceiptBlock {
  const sum = sumMinor(lines.map((line) => line.totalMinor))
  if (!sum.ok) throw new Error('The lines of one sale exceed what an amount can hold')
  return columns(receiptWords[language].subtotal, formatMoney(amount(sum.value, currency), language))
}

function totalBlocks({ totalMinor, lines, language, currency }: ReceiptSale): ReceiptBlock[] {
  const words = receiptWords[language]
  const pieces = lines.reduce((sum, { quantity }) => sum + (quantity.kind === 'each' ? quantity.count : 1), 0)
  const figure = formatMoney(amount(totalMinor, currency), language)
  return [columns(words.pieces, String(pieces)), columns(words.total, figure, 'large')]
}

function taxBlock(tax: TaxTotal, { language, currency }: ReceiptSale): ReceiptBlock {
  const words = receiptWords[language]
  const net = formatMoney(amount(tax.netMinor, currency), language)
  const label = tax.taxClass === 'exempt' ? words.taxExempt(net) : words.tax(rateText(tax.ratePermille), net)
  return columns(label, formatMoney(amount(tax.taxMinor, currency), language))
}

function paymentBlocks(payment: ReceiptPayment, { language, currency }: ReceiptSale): ReceiptBlock[] {
  const words = receiptWords[language]
  const money = (amountMinor: number) => formatMoney(amount(amountMinor, currency), language)
  const blocks = [columns(tenderText(payment, language), money(payment.amountMinor), 'bold')]
  const { cash, card, maskedAccount, approvalCode } = payment
  if (card !== null) blocks.push(columns(card.scheme ?? words.card, card.maskedPan ?? ''))
  else if (maskedAccount !== null) blocks.push(columns(words.account, maskedAccount))
  if (approvalCode !== null) blocks.push(columns(words.approval, approvalCode))
  if (cash !== null) {
    if (cash.roundingMinor !== 0) blocks.push(columns(words.rounding, money(cash.roundingMinor)))
    blocks.push(
      columns(words.given, money(cash.tenderedMinor)),
      columns(words.change, money(cash.changeMinor)),
    )
  }
  if (payment.mode === 'deferred') blocks.push(said(words.chargedLater))
  if (payment.releasedBy !== null) blocks.push(said(words.beingFoundOut))
  return blocks
}

function tenderText({ tender, wallet }: ReceiptPayment, language: Language): string {
  const words = receiptWords[language]
  return wallet === null || wallet === 'own' ? words.tender[tender] : words.wallet[wallet]
}

function memberBlocks({ member, language }: ReceiptSale): ReceiptBlock[] {
  if (member === null) return []
  const words = receiptWords[language]
  const card = columns(words.memberCard, member.maskedNumber)
  return member.earnedMinor === 0 ? [card] : [card, columns(words.pointsEarned, String(member.earnedMinor))]
}

function said(text: string): ReceiptBlock {
  return { kind: 'text', text, align: 'left', bold: true }
}

/** Either code finds the sale again at the returns desk; the number in bars needs no hub. */
function footer({ saleId, receiptUrl, language }: ReceiptSale): ReceiptBlock[] {
  const words = receiptWords[language]
  const code: ReceiptBlock =
    receiptUrl === null
      ? { kind: 'barcode', symbology: 'code128', data: saleNumber(saleId) }
      : { kind: 'qr', data: receiptUrl, caption: words.eReceipt }
  return [{ kind: 'space' }, code, centred(words.thanks)]
}

function amount(amountMinor: number, currency: string): { amountMinor: number; currency: string } {
  return { amountMinor, currency }
}

function centred(text: string, bold = false): ReceiptBlock {
  return { kind: 'text', text, align: 'center', bold }
}

function columns(
  left: string,
  right: string,
  emphasis: 'normal' | 'bold' | 'large' = 'normal',
): ReceiptBlock {
  return { kind: 'columns', left, right, emphasis }
}
