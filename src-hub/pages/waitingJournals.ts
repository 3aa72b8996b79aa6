import type { Language } from '../../src-main/contract/values.ts'
import type { Fork } from '../journal/forks.ts'
import type { WaitingEntry, WaitingInJournals } from '../journal/waiting.ts'
import { html, type Markup } from './html.ts'
import { journalWords } from './journalWords.ts'

/** Forks, parked and quarantined entries, each with the command that ends its waiting; null when nothing waits. */
export function waitingJournals(language: Language, { forks, entries }: WaitingInJournals): Markup | null {
  if (forks.length + entries.length === 0) return null
  const text = journalWords[language]
  return html`<section class="card scroll">
    <h2>${text.title}</h2>
    <table>
      <thead>
        <tr>
          ${text.columns.map((column) => html`<th>${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${forks.map((fork) => forkRow(language, fork))} ${entries.map((entry) => entryRow(language, entry))}
      </tbody>
    </table>
  </section>`
}

function forkRow(language: Language, { laneId, forkKey, entries, sales, lastAtMs }: Fork): Markup {
  const text = journalWords[language]
  const why = text.forkOf(entries, sales)
  return row(language, {
    laneId,
    kind: 'fork',
    why,
    commands: [`fork import ${laneId} ${forkKey}`],
    atMs: lastAtMs,
  })
}

function entryRow(language: Language, { laneId, kind, reason, name, behind, atMs }: WaitingEntry): Markup {
  const why = behind === 0 ? reason : `${reason} · ${journalWords[language].behind(behind)}`
  const aside = `aside ${laneId} ${name} --reason …`
  const commands = kind === 'parked' ? [`reapply ${laneId}`, aside] : [aside]
  return row(language, { laneId, kind, why, commands, atMs })
}

interface Row {
  readonly laneId: string
  readonly kind: 'fork' | 'parked' | 'quarantined'
  readonly why: string
  readonly commands: readonly string[]
  readonly atMs: number
}

function row(language: Language, { laneId, kind, why, commands, atMs }: Row): Markup {
  const text = journalWords[language]
  const at = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  return html`<tr>
    <td class="bold">${laneId}</td>
    <td>${text.kinds[kind]}</td>
    <td class="small">${why}</td>
    <td class="small">
      ${text.remedy[kind]} ${commands.map((command) => html`<br /><code>facelane hub ${command}</code>`)}
    </td>
    <td>${at.format(atMs)}</td>
  </tr>`
}
