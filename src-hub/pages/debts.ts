import type { Language } from '../../src-main/contract/values.ts'
import type { Agreement } from '../providers/wallet/agreements.ts'
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

export interface AgreementView {
  readonly live: Agreement | null
  readonly providers: readonly string[]
  readonly refused: boolean
}

/** The debit agreement that faces are charged under: ended with a button, or entered by its number. */
export function agreementCard(
  language: Language,
  token: string,
  account: WalletAccount,
  { live, providers, refused }: AgreementView,
): Markup | null {
  const text = moneyWords[language]
  if (live !== null) {
    const limit = money(language, live.paymentLimitMinor, account.currency)
    return html`<section class="card">
      <h2>${text.agreement}</h2>
      <p>${text.agreementDetail(live.provider, limit)}</p>
      <form method="post" action="/w/${token}/agreement/end">
        <button class="quiet" type="submit">${text.endAgreement}</button>
      </form>
    </section>`
  }
  if (providers.length === 0) return null
  return html`<section class="card">
    <h2>${text.agreement}</h2>
    <p class="soft">${text.agreementNone}</p>
    ${refused ? html`<p class="problem" role="alert">${text.agreementRefused}</p>` : null}
    <form method="post" action="/w/${token}/agreement">
      <label for="provider">${text.provider}</label>
      <select id="provider" name="provider">
        ${providers.map((name) => html`<option value="${name}">${name}</option>`)}
      </select>
      <label for="agreementNo">${text.agreementNo}</label>
      <input id="agreementNo" name="agreementNo" required maxlength="64" autocomplete="off" />
      <label for="limit">${text.agreementLimit} (${account.currency})</label>
      <input id="limit" name="limit" required inputmode="decimal" />
      <button type="submit">${text.signAgreement}</button>
    </form>
  </section>`
}
