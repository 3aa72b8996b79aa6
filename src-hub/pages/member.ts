import type { StoredFace } from '../../src-main/contract/rights.ts'
import type { Language } from '../../src-main/contract/values.ts'
import type { WalletAccount } from '../providers/wallet/accounts.ts'
import { html, type Markup } from './html.ts'
import { renderPage } from './layout.ts'
import { memberWords } from './memberWords.ts'

export interface MemberView {
  readonly account: WalletAccount
  readonly faces: readonly StoredFace[]
  readonly token: string
}

/** What is kept of a shopper's face, where, since when and on what grounds; and the way to have it deleted. */
export function memberPage(language: Language, { account, faces, token }: MemberView): string {
  const text = memberWords[language]
  const kept = faces.some(({ state }) => state === 'kept')
  const waiting = faces.some(({ state }) => state === 'deletionAsked')
  const body = html`
    <header>
      <p class="soft">${account.maskedName} · ${account.maskedAccount}</p>
      <h1>${text.title}</h1>
    </header>
    ${faces.length === 0 ? html`<p class="card">${text.nothing}</p>` : faces.map((face) => faceCard(language, face))}
    ${waiting ? html`<p class="card soft" role="status">${text.waiting}</p>` : null}
    ${
      kept
        ? html`<form class="card" method="post" action="/w/${token}/face/delete">
            <p class="bold">${text.deleteTitle}</p>
            <p class="soft">${text.deleteBody}</p>
            <button class="stop" type="submit">${text.delete}</button>
          </form>`
        : null
    }
    <section class="card links">
      <p><a href="/w/${token}/face.json" download="my-face.json">${text.download}</a></p>
      <p class="soft small">${text.downloadBody}</p>
      <p><a href="/w/${token}">${text.back}</a></p>
    </section>
  `
  return renderPage({ language, title: text.title, body })
}

function faceCard(language: Language, face: StoredFace): Markup {
  const text = memberWords[language]
  const { consent, deletion } = face
  const row = (label: string, value: string | Markup | null): Markup | null =>
    value === null
      ? null
      : html`<div class="row"><span class="soft">${label}</span><span>${value}</span></div>`
  const day = (atMs: number | null | undefined): string | null =>
    atMs == null ? null : dayOf(language, atMs)
  const receipt = deletion?.receiptToken ?? null
  return html`<section class="card">
    <p>
      <b>${text.lane(face.laneId)}</b>
      <span class="tag ${face.state === 'deletionAsked' ? 'attention' : ''}">${text.states[face.state]}</span>
    </p>
    ${row(text.since, day(face.enrolledAtMs))}
    ${row(text.lastUsed, face.enrolledAtMs === null ? null : (day(face.lastUsedAtMs) ?? text.never))}
    ${row(text.payments, String(face.payments.length))} ${row(text.templates, String(face.references.length))}
    ${row(text.consent, consent === null ? null : text.consentOf(day(consent.atMs) ?? '', consent.textVersion))}
    ${row(text.rules, consent === null ? null : text.jurisdictions[consent.jurisdiction])}
    ${face.state === 'deletionAsked' ? row(text.due, day(deletion?.dueAtMs)) : null}
    ${row(text.deleted, day(deletion?.deletedAtMs))}
    ${receipt === null ? null : html`<p><a href="/d/${receipt}">${text.receipt}</a></p>`}
  </section>`
}

export function dayOf(language: Language, atMs: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(atMs)
}
