import type { Language } from '../../src-main/contract/values.ts'
import type { WalletAccount } from '../providers/wallet/accounts.ts'
import type { Agreement } from '../providers/wallet/agreements.ts'
import { html, type Markup } from './html.ts'
import { renderPage } from './layout.ts'
import { moneyWords } from './moneyWords.ts'
import { money, words } from './words.ts'

export interface AgreementView {
  readonly token: string
  readonly account: WalletAccount
  readonly live: Agreement | null
  readonly providers: readonly string[]
  readonly refused: boolean
}

/** The debit agreement that faces are charged under: ended with a button, or entered by its number. */
export function agreementPage(language: Language, view: AgreementView): string {
  const text = moneyWords[language]
  const body = html`<header><h1>${text.agreement}</h1></header>
    ${agreementCard(language, view)}
    <p class="card"><a href="/w/${view.token}">${words[language].wallet}</a></p>`
  return renderPage({ language, title: text.agreement, body })
}

function agreementCard(language: Language, view: AgreementView): Markup {
  const { token, account, live, providers, refused } = view
  const text = moneyWords[language]
  if (live !== null) {
    const limit = money(language, live.paymentLimitMinor, account.currency)
    return html`<section class="card">
      <p>${text.agreementDetail(live.provider, limit)}</p>
      <form method="post" action="/w/${token}/agreement/end">
        <button class="quiet" type="submit">${text.endAgreement}</button>
      </form>
    </section>`
  }
  return html`<section class="card">
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
