import type { SoldLine, TaxTotal } from '../../contract/basket.ts'
import type { ReceiptBlock, ReceiptDocument } from '../../contract/receipt.ts'
import type { Refund, ReturnReason } from '../../contract/returns.ts'
import type { Key, Language } from '../../contract/values.ts'
import { formatMoney } from '../money/text.ts'
import { localTime, quantityText, rateText, saleNumber } from '../receipt/figures.ts'
import type { ReceiptMerchant } from '../receipt/receipt.ts'
import { receiptWords } from '../receipt/words.ts'
import { creditNoteWords } from './words.ts'

export interface CreditNote {
  readonly returnKey: Key
  readonly receiptToken: Key
  readonly saleId: Key
  readonly reason: ReturnReason
  readonly language: Language
  readonly currency: string
  readonly merchant: ReceiptMerchant
  readonly laneId: string
  readonly bench: boolean
  readonly amountMinor: number
  readonly lines: readonly SoldLine[]
  readonly taxes: readonly TaxTotal[]
  readonly refunds: readonly (Refund & { readonly roundingMinor?: number; readonly reduced: boolean })[]
  readonly atMs: number
  readonly timeZone: string
  /** Address of the credit note's own page; null while the lane has never met its hub. */
  readonly receiptUrl: string | null
  /** What the fiscal device signed, or that it did not. */
  readonly fiscal: readonly ReceiptBlock[]
}

/** The receipt of a return: its figures are negative, its number is the return's own. */
export function buildCreditNote(note: CreditNote): ReceiptDocument {
  const sections = [
    header(note),
    facts(note),
    note.lines.flatMap((line) => lineBlocks(line, note)),
    [columns(creditNoteWords[note.language].returned, minus(note.amountMinor, note), 'large')],
    note.taxes.map((tax) => taxBlock(tax, note)),
    note.refunds.flatMap((refund) => refundBlocks(refund, note)),
    note.fiscal,
  ]
  const ruled = sections.filter((blocks) => blocks.length > 0).flatMap((blocks) => [...blocks, rule])
  return {
    formatVersion: 1,
    saleId: note.returnKey,
    receiptToken: note.receiptToken,
    language: note.language,
    totalMinor: 0 - note.amountMinor,
    currency: note.currency,
    blocks: [...ruled.slice(0, -1), ...footer(note)],
  }
}

const rule: ReceiptBlock = { kind: 'rule' }

function header({ merchant, bench, language, reason }: CreditNote): ReceiptBlock[] {
  const words = receiptWords[language]
  const lines = [...merchant.addressLines]
  if (merchant.taxId !== undefined) lines.push(`${words.taxId} ${merchant.taxId}`)
  const title = creditNoteWords[language].title[reason === 'voided' ? 'void' : 'return']
  return [
    { kind: 'title', text: merchant.name },
    ...lines.map((text) => centred(text)),
    ...(bench ? [centred(words.bench, true)] : []),
    centred(title, true),
  ]
}

function facts({ returnKey, saleId, atMs, timeZone, laneId, language }: CreditNote): ReceiptBlock[] {
  const words = receiptWords[language]
  return [
    columns(words.saleNumber, saleNumber(returnKey)),
    columns(creditNoteWords[language].ofSale, saleNumber(saleId)),
    columns(words.time, localTime(atMs, timeZone)),
    columns(words.lane, laneId),
  ]
}

function lineBlocks(line: SoldLine, note: CreditNote): ReceiptBlock[] {
  const unitPrice = { amountMinor: line.unitPriceMinor, currency: note.currency }
  const quantity = quantityText(line.quantity, unitPrice, note.language)
  const blocks = [columns(line.name[note.language], minus(line.totalMinor, note))]
  if (quantity !== null) blocks.push({ kind: 'text', text: quantity, align: 'left', bold: false })
  return blocks
}

function taxBlock(tax: TaxTotal, note: CreditNote): ReceiptBlock {
  const words = receiptWords[note.language]
  const net = minus(tax.netMinor, note)
  const label = tax.taxClass === 'exempt' ? words.taxExempt(net) : words.tax(rateText(tax.ratePermille), net)
  return columns(label, minus(tax.taxMinor, note))
}

function refundBlocks(refund: CreditNote['refunds'][number], note: CreditNote): ReceiptBlock[] {
  const words = creditNoteWords[note.language]
  const { tender, amountMinor, roundingMinor = 0, reduced } = refund
  const blocks = [columns(words.backTo[tender], plain(amountMinor + roundingMinor, note), 'bold')]
  if (roundingMinor !== 0) blocks.push(columns(words.rounding, plain(roundingMinor, note)))
  if (reduced) blocks.push({ kind: 'text', text: words.reduced, align: 'left', bold: false })
  return blocks
}

function footer({ receiptUrl, language }: CreditNote): ReceiptBlock[] {
  const caption = receiptWords[language].eReceipt
  const qr: ReceiptBlock[] = receiptUrl === null ? [] : [{ kind: 'qr', data: receiptUrl, caption }]
  return [{ kind: 'space' }, ...qr, centred(creditNoteWords[language].thanks)]
}

function minus(amountMinor: number, { currency, language }: CreditNote): string {
  return formatMoney({ amountMinor: 0 - amountMinor, currency }, language)
}

function plain(amountMinor: number, { currency, language }: CreditNote): string {
  return formatMoney({ amountMinor, currency }, language)
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
