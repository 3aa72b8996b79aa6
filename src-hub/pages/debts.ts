import type { Language } from '../../src-main/contract/values.ts'
import type { WalletAccount } from '../providers/wallet/accounts.ts'
import type { Debt } from '../recovery/recoveries.ts'
import { html, type Markup } from './html.ts'
import { moneyWords } from './moneyWords.ts'
import { money } from './words.ts'

export function dayOf(language: Language, atMs: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(atMs)
}

/** What the shopper owes, each with a button where the balance covers it. */
export function debtCards(
  language: Language,
  token: string,
  account: WalletAccount,
  debts: readonly Debt[],
): Markup[] {
  const text = moneyWords[language]
  return debts.map(({ recoveryKey, amountMinor, currency, soldAtMs }) => {
    const covered = account.currency === currency && account.balanceMinor >= amountMinor
    const pay = html`<form method="post" action="/w/${token}/pay">
      <input type="hidden" name="recoveryKey" value="${recoveryKey}" />
      <button type="submit">${text.payNow}</button>
    </form>`
    return html`<section class="card">
      <h2>${text.owed}</h2>
      <p>${text.owedDetail(money(language, amountMinor, currency), dayOf(language, soldAtMs))}</p>
      ${covered ? pay : html`<p class="soft">${text.notEnough}</p>`}
    </section>`
  })
}
