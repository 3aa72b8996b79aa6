import type { DeferredGauges } from '../../src-main/contract/deferred.ts'
import type { Language } from '../../src-main/contract/values.ts'
import type { PaymentCase } from '../payments/cases.ts'
import { html, type Markup } from './html.ts'
import { moneyWords } from './moneyWords.ts'
import { money } from './words.ts'

/** "3 payments of ¥41.20 wait since 02:10, the first expires in 21 hours." Null when nothing waits. */
export function waitingBanner(language: Language, { atMs, UPLOADED, nextExpiryAtMs }: DeferredGauges) {
  if (UPLOADED.count === 0 || UPLOADED.oldestAtMs === null) return null
  const text = moneyWords[language]
  const sums = Object.entries(UPLOADED.sumMinor).map(([currency, minor]) => money(language, minor, currency))
  const waiting = text.waiting(UPLOADED.count, sums.join(' + '), sinceOf(language, UPLOADED.oldestAtMs, atMs))
  const rest =
    nextExpiryAtMs === null || nextExpiryAtMs - atMs < 60_000
      ? text.expiresNow
      : text.firstExpires(inTime(language, nextExpiryAtMs - atMs))
  const comma = language === 'en' ? ', ' : '，'
  return html`<p class="card bold" role="status">${waiting}${comma}${rest}</p>`
}

/** The time of day; with the day where that was not today. */
function sinceOf(language: Language, sinceMs: number, nowMs: number): string {
  const today = new Date(sinceMs).toDateString() === new Date(nowMs).toDateString()
  return new Intl.DateTimeFormat(language, {
    ...(today ? {} : { dateStyle: 'medium' }),
    timeStyle: 'short',
  }).format(sinceMs)
}

function inTime(language: Language, ms: number): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always' })
  if (ms < 3_600_000) return format.format(Math.floor(ms / 60_000), 'minute')
  if (ms < 72 * 3_600_000) return format.format(Math.floor(ms / 3_600_000), 'hour')
  return format.format(Math.floor(ms / 86_400_000), 'day')
}

/** What a person has to see to, in plain words; null when there is nothing. */
export function caseList(language: Language, cases: readonly PaymentCase[]): Markup | null {
  if (cases.length === 0) return null
  const text = moneyWords[language]
  const at = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  return html`<section class="card scroll">
    <h2>${text.cases}</h2>
    <table>
      <thead>
        <tr>
          ${text.caseColumns.map((column) => html`<th>${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${cases.map(
          ({ kind, attemptKey, owner, openedAtMs }) =>
            html`<tr>
              <td>${text.caseKinds[kind]}</td>
              <td class="small">${attemptKey}</td>
              <td>${owner}</td>
              <td>${at.format(openedAtMs)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}
