import type { DeletionProof } from '../../src-main/contract/rights.ts'
import type { ProofVerdict } from '../../src-main/domain/rights/proof.ts'
import type { Language } from '../../src-main/contract/values.ts'
import { html } from './html.ts'
import { renderPage } from './layout.ts'
import { memberWords } from './memberWords.ts'

/** The receipt of a deletion: what went, when, and the lane's signature, checked as the page is made. */
export function deletionPage(language: Language, proof: DeletionProof, verdict: ProofVerdict): string {
  const { deletion: text } = memberWords[language]
  if (verdict.kind === 'invalid') {
    const body = html`<div class="card">
      <h1>${text.title}</h1>
      <p class="problem" role="alert">${text.invalid}</p>
    </div>`
    return renderPage({ language, title: text.title, body })
  }
  const { deletion, laneId, atMs } = verdict
  const { header, hash } = proof.entry
  const rows: readonly (readonly [string, string])[] = [
    [text.what, text.templates(deletion.references)],
    [text.why, deletion.reason === undefined ? '–' : text.reasons[deletion.reason]],
    [text.when, momentOf(language, atMs)],
    [text.where, laneId],
    [text.entry, `${header.epoch.slice(0, 8)} / ${header.seq}`],
  ]
  const body = html`
    <header class="center">
      <span class="mark" aria-hidden="true">✓</span>
      <h1>${text.title}</h1>
      <p class="soft">${text.body}</p>
    </header>
    <article class="card links">
      ${rows.map(([label, value]) => html`<div class="row"><span class="soft">${label}</span><span>${value}</span></div>`)}
      <hr />
      <p class="soft small">${text.subject}</p>
      <p class="small">${deletion.subjectKey}</p>
      <p class="soft small">${text.hash}</p>
      <p class="small">${hash}</p>
      <p class="bold">${text.valid}</p>
      <p>
        <a href="/d/${deletion.receiptToken ?? ''}/receipt.json" download="deletion-receipt.json"
          >${text.download}</a
        >
      </p>
      <p class="soft small">${text.check}</p>
    </article>
  `
  return renderPage({ language, title: text.title, body })
}

/** The same page for a receipt not synced yet and for one that never was: it tells a guesser nothing. */
export function deletionOnItsWayPage(language: Language): string {
  const { deletion: text } = memberWords[language]
  const body = html`<div class="card center" role="status">
    <h1>${text.onItsWay}</h1>
    <p class="soft">${text.onItsWayBody}</p>
  </div>`
  return renderPage({ language, title: text.onItsWay, body, refresh: { seconds: 15 } })
}

function momentOf(language: Language, atMs: number): string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return `${format.format(atMs)} UTC`
}
