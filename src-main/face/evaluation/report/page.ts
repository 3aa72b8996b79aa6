import type { ImageOutcome, Outcomes } from '../images/outcome.ts'
import type { Provenance } from '../provenance.ts'
import type { Suspect } from '../suspects.ts'
import { suspectScore } from '../suspects.ts'
import type { Chart } from './chart.ts'
import { renderChart } from './chart.ts'
import { escapeHtml } from './escape.ts'
import { style } from './style.ts'
import type { SummaryRow } from './summary.ts'

export interface ReportPage {
  readonly title: string
  readonly provenance: Provenance
  readonly summary: readonly SummaryRow[]
  readonly charts: readonly { readonly heading: string; readonly chart: Chart; readonly caption: string }[]
  readonly suspects: readonly Suspect[]
  /** Images the second set of figures leaves out. */
  readonly excluded: readonly { readonly image: string; readonly reason: string }[]
  readonly outcomes: Outcomes
  /** How the figures are defined. */
  readonly method: readonly string[]
}

/** One self-contained HTML document: no script, nothing fetched from anywhere, no picture of anybody. */
export function renderPage(page: ReportPage): string {
  const { title, provenance } = page
  const { dataset, date, images, packId, msPerImage, engines } = provenance
  const lead = `${dataset}, ${images} images, ${date}, model pack ${packId}`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(title)}: ${escapeHtml(dataset)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeHtml(title)}</h1>`,
    `<p class="lead">${escapeHtml(lead)}</p>`,
    section('Figures', figures(page.summary)),
    ...page.charts.map(({ heading, chart, caption }) =>
      section(
        heading,
        `<figure>${renderChart(chart)}<figcaption>${escapeHtml(caption)}</figcaption></figure>`,
      ),
    ),
    suspects(page.suspects),
    named(
      'Left out of the second figures',
      ['image', 'reason'],
      page.excluded.map((e) => [e.image, e.reason]),
    ),
    failed('Failures to acquire', 'failedToAcquire', page.outcomes),
    failed('Unreadable files', 'unreadable', page.outcomes),
    section('Models', models(provenance)),
    section(
      'How it was measured',
      `<ul>${page.method.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}<li>Time for one image, read and analysed on one thread with ${engines} side by side: ${msPerImage.p50 ?? '-'} ms (median), ${msPerImage.p95 ?? '-'} ms (95th percentile).</li></ul>`,
    ),
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function section(heading: string, body: string): string {
  return `<section>\n<h2>${escapeHtml(heading)}</h2>\n${body}\n</section>`
}

function figures(rows: readonly SummaryRow[]): string {
  const cells = rows.map(
    ({ what, figure, n }) =>
      `<tr><td>${escapeHtml(what)}</td><td class="figure">${escapeHtml(figure)}</td><td>${escapeHtml(n)}</td></tr>`,
  )
  return `<table><thead><tr><th>what</th><th>figure</th><th>counted on</th></tr></thead><tbody>${cells.join('')}</tbody></table>`
}

function named(
  heading: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  note = '',
): string {
  if (rows.length === 0) return ''
  const head = columns.map((column) => `<th>${escapeHtml(column)}</th>`).join('')
  const body = rows
    .map((row) => `<tr>${row.map((cell) => `<td class="wide">${escapeHtml(cell)}</td>`).join('')}</tr>`)
    .join('')
  const table = `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`
  return section(`${heading} (${rows.length})`, note === '' ? table : `<p>${escapeHtml(note)}</p>${table}`)
}

function suspects(pairs: readonly Suspect[]): string {
  const note = `Non-mated comparisons above ${suspectScore}, the highest ones. They are counted as errors; look at them: the same person under two names is a label error of the set (--exclude).`
  const rows = pairs.map(({ imageA, imageB, score }) => [imageA, imageB, score.toFixed(4)])
  return named('Pairs to look at', ['image', 'image', 'score'], rows, note)
}

/** `kind` other than `acquired`. */
function failed(
  heading: string,
  kind: Exclude<ImageOutcome['kind'], 'acquired'>,
  outcomes: Outcomes,
): string {
  const rows = [...outcomes].flatMap(([image, outcome]) =>
    outcome.kind === kind ? [[image, outcome.reason]] : [],
  )
  return named(heading, ['file', 'why'], rows)
}

function models({ models: used }: Provenance): string {
  const rows = used.map(
    ({ role, file, sha256 }) =>
      `<tr><td>${escapeHtml(role)}</td><td>${escapeHtml(file)}</td><td><code>${escapeHtml(sha256)}</code></td></tr>`,
  )
  return `<table><thead><tr><th>role</th><th>file</th><th>SHA-256</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}
