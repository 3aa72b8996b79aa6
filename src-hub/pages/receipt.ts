import type { ReceiptBlock, ReceiptDocument } from '../../src-main/contract/receipt.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import type { Language } from '../../src-main/contract/values.ts'
import type { Debt } from '../recovery/recoveries.ts'
import { dayOf } from './debts.ts'
import { html, type Markup } from './html.ts'
import { renderPage } from './layout.ts'
import { moneyWords } from './moneyWords.ts'
import { qrFigure } from './qr.ts'
import { money, words } from './words.ts'

/** The same blocks the printer got, laid out for a phone; below them what came back of the sale. */
export async function receiptPage(
  receipt: ReceiptDocument,
  creditNotes: readonly ReceiptDocument[] = [],
  debts: readonly Debt[] = [],
): Promise<string> {
  const { language, totalMinor, currency } = receipt
  const text = words[language]
  const body = html`
    <header class="center">
      <span class="mark" aria-hidden="true">✓</span>
      <p class="soft">${text.receipt}</p>
      <p class="total" aria-label="${text.receiptTotal}">${money(language, totalMinor, currency)}</p>
    </header>
    ${debts.map((debt) => debtNote(language, debt))}
    ${await Promise.all([receipt, ...creditNotes].map(paperOf))}
  `
  return renderPage({ language, title: text.receipt, body })
}

/** What the paper could not know: the payment it names did not come, or came later. */
function debtNote(language: Language, debt: Debt): Markup | null {
  const amount = money(language, debt.amountMinor, debt.currency)
  if (debt.state === 'open')
    return html`<p class="card" role="status">${moneyWords[language].unpaid(amount)}</p>`
  if (debt.state === 'waived' || debt.resolvedAtMs === null) return null
  const when = dayOf(language, debt.resolvedAtMs)
  return html`<p class="card" role="status">${moneyWords[language].paidLater(amount, when)}</p>`
}

async function paperOf(receipt: ReceiptDocument): Promise<Markup> {
  // On this page a code that leads to this page would lead nowhere new.
  const blocks = receipt.blocks.filter(
    (block) => block.kind !== 'qr' || !block.data.includes(receipt.receiptToken),
  )
  return html`<article class="card receipt">${await Promise.all(blocks.map(blockOf))}</article>`
}

async function blockOf(block: ReceiptBlock): Promise<Markup> {
  switch (block.kind) {
    case 'title':
      return html`<h1>${block.text}</h1>`
    case 'text':
      return html`<p class="${textClass(block)}">${block.text}</p>`
    case 'columns':
      return html`<div class="row ${block.emphasis}">
        <span>${block.left}</span><span>${block.right}</span>
      </div>`
    case 'rule':
      return html`<hr />`
    case 'space':
      return html`<div class="space"></div>`
    case 'qr':
      return html`<figure>
        ${await qrFigure(block.data, block.caption)}
        <figcaption class="center small soft">${block.caption}</figcaption>
      </figure>`
    case 'barcode':
      return html`<p class="center">${block.data}</p>`
    default:
      return unreachable(block)
  }
}

function textClass({ align, bold }: { align: string; bold: boolean }): string {
  return `${align}${bold ? ' bold' : ''}`
}

/** Seconds between looks: quick at first, patient for a lane that is offline for long. */
const patienceSeconds = [2, 2, 3, 4, 6, 10, 15, 30]

/** The same page for a receipt not synced yet and for one that never was: it tells a guesser nothing. */
export function receiptOnItsWayPage(language: Language, look: number): string {
  const text = words[language]
  const body = html`
    <div class="card center" role="status">
      <h1>${text.onItsWay}</h1>
      <p class="dots" aria-hidden="true"><i></i><i></i><i></i></p>
      <p class="soft">${text.onItsWayDetail}</p>
    </div>
  `
  const seconds = patienceSeconds[Math.min(look, patienceSeconds.length - 1)] ?? 30
  return renderPage({ language, title: text.onItsWay, body, refresh: { seconds, to: `?look=${look + 1}` } })
}
