import type { Language } from '../../src-main/contract/values.ts'
import type { WalletAccount } from '../providers/wallet/accounts.ts'
import type { IssuedCode } from '../providers/wallet/codes.ts'
import type { RecentPayment } from '../providers/wallet/recent.ts'
import type { Debt } from '../recovery/recoveries.ts'
import { debtCards } from './debts.ts'
import { html, type Markup } from './html.ts'
import { renderPage } from './layout.ts'
import { memberWords } from './memberWords.ts'
import { moneyWords } from './moneyWords.ts'
import { qrFigure } from './qr.ts'
import { money, words } from './words.ts'

/** Long before the code expires, so that what is on the phone can always still be scanned. */
const renewSeconds = 30

export interface WalletView {
  readonly token: string
  readonly account: WalletAccount
  readonly code: IssuedCode
  readonly recent: readonly RecentPayment[]
  readonly debts: readonly Debt[]
  /** In the account's currency; one point is one minor unit. */
  readonly pointsMinor: number
  /** Whether a debit agreement can be looked at or signed here. */
  readonly agreements: boolean
}

/** What a shopper holds to the scanner: balance, name, and a payment code that renews itself. */
export async function walletPage(
  language: Language,
  { token, account, code, recent, debts, pointsMinor, agreements }: WalletView,
): Promise<string> {
  const text = words[language]
  const digits = code.code.replace(/(\d{3})(?=\d)/g, '$1 ')
  const body = html`
    <header>
      <p class="soft">${text.wallet} · ${account.name}</p>
      <p class="soft small">${text.balance}</p>
      <p class="total">${money(language, account.balanceMinor, account.currency)}</p>
      ${pointsMinor === 0 ? null : pointsLine(language, pointsMinor, account.currency)}
    </header>
    ${debtCards(language, token, account, debts)}
    <section class="card">
      <p class="center bold">${text.showCode}</p>
      ${await qrFigure(code.code, text.showCode)}
      <p class="digits">${digits}</p>
      <div class="life" aria-hidden="true"><i></i></div>
      <p class="soft small center">${text.codeRenews}</p>
    </section>
    ${recent.length === 0 ? null : recentList(language, recent)}
    ${agreements ? html`<p class="card"><a href="/w/${token}/agreement">${moneyWords[language].agreement}</a></p>` : null}
    <p class="card"><a href="/w/${token}/face">${memberWords[language].link}</a></p>
  `
  return renderPage({ language, title: text.wallet, body, refresh: { seconds: renewSeconds } })
}

function pointsLine(language: Language, pointsMinor: number, currency: string): Markup {
  const worth = money(language, pointsMinor, currency)
  return html`<p class="soft">${moneyWords[language].points} ${pointsMinor} (${worth})</p>`
}

function recentList(language: Language, recent: readonly RecentPayment[]): Markup {
  const text = words[language]
  const rows = recent.map((payment) => {
    const receipt = payment.receiptToken
    const left =
      receipt === null
        ? timeOf(language, payment.atMs)
        : html`<a href="/r/${receipt}">${timeOf(language, payment.atMs)}</a>`
    const note = payment.givenBack ? ` · ${text.givenBack}` : ''
    return html`<div class="row">
      <span>${left}</span><span>${money(language, -payment.amountMinor, payment.currency)}${note}</span>
    </div>`
  })
  return html`<section class="card">
    <p class="soft small">${text.lastPayments}</p>
    ${rows}
  </section>`
}

function timeOf(language: Language, atMs: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs)
}

export function noWalletPage(language: Language): string {
  const text = words[language]
  const body = html`<div class="card center">
    <h1>${text.noWallet}</h1>
    <p class="soft">${text.noWalletDetail}</p>
  </div>`
  return renderPage({ language, title: text.noWallet, body })
}
