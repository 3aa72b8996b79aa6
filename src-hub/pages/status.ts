import type { DeferredGauges } from '../../src-main/contract/deferred.ts'
import type { Language } from '../../src-main/contract/values.ts'
import type { WaitingInJournals } from '../journal/waiting.ts'
import type { LaneState } from '../lanes/lanes.ts'
import type { PaymentCase } from '../payments/cases.ts'
import { html, type Markup } from './html.ts'
import { renderPage } from './layout.ts'
import { moneyWords } from './moneyWords.ts'
import { caseList, waitingBanner } from './paymentBanner.ts'
import { waitingJournals } from './waitingJournals.ts'
import { money, words } from './words.ts'

export interface StatusView {
  readonly lanes: readonly LaneState[]
  readonly completedSales: number
  readonly chargedMinor: Readonly<Record<string, number>>
  readonly balanced: boolean
  /** Faces that lanes were asked to delete and have not yet. */
  readonly deletions: { readonly waiting: number; readonly overdue: number }
  readonly payments: DeferredGauges
  readonly cases: readonly PaymentCase[]
  readonly journals: WaitingInJournals
  readonly nowMs: number
}

export function signInPage(language: Language, wrongToken: boolean): string {
  const text = words[language]
  const body = html`
    <h1>${text.hub}</h1>
    <form class="card" method="post" action="/operator/login">
      <label for="token">${text.operatorToken}</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="current-password"
        required
        aria-describedby="hint"
      />
      <p id="hint" class="soft small">${text.operatorTokenHint}</p>
      ${wrongToken ? html`<p class="problem" role="alert">${text.wrongToken}</p>` : null}
      <button type="submit">${text.signIn}</button>
    </form>
  `
  return renderPage({ language, title: text.hub, body })
}

/** The merchant's glance: what the lanes sent, and what waits for a person. */
export function statusPage(language: Language, view: StatusView): string {
  const text = words[language]
  const charged = Object.entries(view.chargedMinor).map(([currency, minor]) =>
    money(language, minor, currency),
  )
  const body = html`
    <form class="row" method="post" action="/operator/logout">
      <h1>${text.hub}</h1>
      <a href="/day">${text.day}</a>
      <button class="quiet" type="submit">${text.signOut}</button>
    </form>
    ${waitingBanner(language, view.payments)}
    <div class="figures">
      ${figure(text.sales, String(view.completedSales))}
      ${figure(text.charged, charged.length === 0 ? '–' : charged.join(' · '))}
      ${figure(text.ledger, view.balanced ? text.balanced : text.unbalanced)}
      ${figure(text.deletions, deletionsOwed(language, view))}
      ${figure(moneyWords[language].cases, String(view.payments.openCases))}
      ${figure(moneyWords[language].debts, String(view.payments.openRecoveries))}
    </div>
    ${caseList(language, view.cases)} ${waitingJournals(language, view.journals)}
    <section class="card scroll">
      <h2>${text.lanes}</h2>
      ${view.lanes.length === 0 ? html`<p class="soft">${text.noLanes}</p>` : laneTable(language, view)}
    </section>
  `
  return renderPage({ language, title: text.hub, body, wide: true, refresh: { seconds: 10 } })
}

function deletionsOwed(language: Language, { deletions }: StatusView): string {
  const { waiting, overdue } = deletions
  return overdue === 0 ? String(waiting) : `${waiting} (${words[language].overdue(overdue)})`
}

function figure(label: string, value: string): Markup {
  return html`<div class="card"><span class="soft small">${label}</span><b>${value}</b></div>`
}

function laneTable(language: Language, { lanes, nowMs }: StatusView): Markup {
  const text = words[language]
  return html`<table>
    <thead>
      <tr>
        <th>${text.lane}</th>
        <th>${text.lastSync}</th>
        <th class="n">${text.entries}</th>
        <th class="n">${text.parked}</th>
        <th class="n">${text.quarantined}</th>
        <th>${text.state}</th>
      </tr>
    </thead>
    <tbody>
      ${lanes.map((lane) => laneRow(language, lane, nowMs))}
    </tbody>
  </table>`
}

function laneRow(language: Language, lane: LaneState, nowMs: number): Markup {
  const lastSync = Math.max(...lane.positions.map(({ updatedAtMs }) => updatedAtMs))
  return html`<tr>
    <td class="bold">${lane.laneId}</td>
    <td>${Number.isFinite(lastSync) ? ago(language, nowMs - lastSync) : words[language].never}</td>
    <td class="n">${lane.entries}</td>
    <td class="n">${lane.parked}</td>
    <td class="n">${lane.quarantined}</td>
    <td>${stateTag(language, lane)}</td>
  </tr>`
}

function stateTag(language: Language, lane: LaneState): Markup {
  const text = words[language]
  if (lane.positions.some(({ forked }) => forked))
    return html`<span class="tag attention">${text.forked}</span>`
  if (lane.released) return html`<span class="tag attention">${text.released}</span>`
  return html`<span class="tag">${text.fine}</span>`
}

function ago(language: Language, elapsedMs: number): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const seconds = Math.max(0, Math.round(elapsedMs / 1000))
  if (seconds < 60) return format.format(-seconds, 'second')
  if (seconds < 3600) return format.format(-Math.round(seconds / 60), 'minute')
  if (seconds < 86_400) return format.format(-Math.round(seconds / 3600), 'hour')
  return format.format(-Math.round(seconds / 86_400), 'day')
}
