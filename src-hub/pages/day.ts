import type { DayReport, Difference, ReconcileResponse } from '../../src-main/contract/day.ts'
import type { Language } from '../../src-main/contract/values.ts'
import { differenceWords } from '../../src-main/domain/reconciliation/words.ts'
import { html, type Markup } from './html.ts'
import { renderPage } from './layout.ts'
import { money } from './words.ts'

export interface DayView {
  readonly report: DayReport
  readonly verdict: { readonly atMs: number; readonly result: ReconcileResponse }
  readonly yesterday: string
  readonly tomorrow: string
}

interface DayWords {
  readonly title: string
  readonly back: string
  readonly agree: string
  readonly differ: (count: number) => string
  readonly open: (count: number) => string
  readonly lanes: string
  readonly hub: string
  readonly providers: string
  readonly settlements: string
  readonly provider: string
  readonly charges: string
  readonly refunds: string
  readonly fees: string
  readonly net: string
  readonly differences: string
  readonly none: string
  readonly sales: string
  readonly returns: string
  readonly zReports: string
  readonly lane: string
  readonly gross: string
  readonly cashDifference: string
  readonly withoutStatement: (name: string) => string
  readonly nothing: string
}

const dayWords: Readonly<Record<Language, DayWords>> = {
  'zh-CN': {
    title: '日终对账',
    back: '返回',
    agree: '账目一致',
    differ: (count) => `${count} 处不一致`,
    open: (count) => `${count} 笔尚无最终结果`,
    lanes: '收银台',
    hub: '中心',
    providers: '支付机构',
    settlements: '结算',
    provider: '机构',
    charges: '收款',
    refunds: '退款',
    fees: '手续费',
    net: '净额',
    differences: '不一致项',
    none: '没有。',
    sales: '销售',
    returns: '退货',
    zReports: 'Z 报表',
    lane: '收银台',
    gross: '净销售额',
    cashDifference: '现金差额',
    withoutStatement: (name) => `未提供 ${name} 的账单，未核对`,
    nothing: '这一天没有结算。',
  },
  en: {
    title: "Day's end",
    back: 'Back',
    agree: 'The books agree',
    differ: (count) => (count === 1 ? '1 difference' : `${count} differences`),
    open: (count) => `${count} without a final word yet`,
    lanes: 'Lanes',
    hub: 'Hub',
    providers: 'Providers',
    settlements: 'Settlements',
    provider: 'Provider',
    charges: 'Charges',
    refunds: 'Refunds',
    fees: 'Fees',
    net: 'Net',
    differences: 'Differences',
    none: 'None.',
    sales: 'Sales',
    returns: 'Returns',
    zReports: 'Z reports',
    lane: 'Lane',
    gross: 'Net of returns',
    cashDifference: 'Cash difference',
    withoutStatement: (name) => `No statement of ${name} was given: not compared`,
    nothing: 'Nothing was settled on this day.',
  },
}

/** A day in one look: do the books agree, and if not, in what. */
export function dayPage(language: Language, view: DayView): string {
  const text = dayWords[language]
  const { report, verdict, yesterday, tomorrow } = view
  const { result } = verdict
  const count = result.differences.length
  const body = html`
    <div class="row">
      <h1>${text.title}</h1>
      <a href="/">${text.back}</a>
    </div>
    <nav class="row" aria-label="${text.title}">
      <a href="/day?day=${yesterday}">← ${yesterday}</a><b>${report.day}</b
      ><a href="/day?day=${tomorrow}">${tomorrow} →</a>
    </nav>
    <div class="card" role="status">
      <h2>
        <span class="tag ${count === 0 ? '' : 'attention'}"
          >${count === 0 ? text.agree : text.differ(count)}</span
        >
      </h2>
      <p class="soft">${text.open(result.open)} · ${timeOf(language, verdict.atMs)}</p>
      ${result.withoutStatement.map((name) => html`<p class="soft small">${text.withoutStatement(name)}</p>`)}
    </div>
    <div class="figures">
      ${figure(text.lanes, sums(language, result.laneMinor))}
      ${figure(text.hub, sums(language, result.hubMinor))}
      ${figure(text.providers, sums(language, result.providerMinor))}
      ${figure(text.sales, counted(language, report.sales))}
      ${figure(text.returns, counted(language, report.returns))}
    </div>
    <section class="card">
      <h2>${text.differences}</h2>
      ${
        count === 0
          ? html`<p class="soft">${text.none}</p>`
          : result.differences.map((difference) => differenceBlock(language, difference))
      }
    </section>
    <section class="card scroll">
      <h2>${text.settlements}</h2>
      ${result.settlements.length === 0 ? html`<p class="soft">${text.nothing}</p>` : settlementTable(language, result)}
    </section>
    ${report.zReports.length === 0 ? null : zTable(language, report)}
  `
  return renderPage({ language, title: text.title, body, wide: true })
}

function differenceBlock(language: Language, difference: Difference): Markup {
  const { laneId, attemptKey, providerKey } = difference
  return html`<p>${differenceWords(difference, language)}</p>
    <p class="soft small">
      ${[laneId, attemptKey ?? providerKey].filter((part) => part !== null).join(' · ')}
    </p>`
}

function settlementTable(language: Language, { settlements }: ReconcileResponse): Markup {
  const text = dayWords[language]
  return html`<table>
    <thead>
      <tr>
        <th>${text.provider}</th>
        <th class="n">${text.charges}</th>
        <th class="n">${text.refunds}</th>
        <th class="n">${text.fees}</th>
        <th class="n">${text.net}</th>
      </tr>
    </thead>
    <tbody>
      ${settlements.map(
        (each) =>
          html`<tr>
            <td class="bold">${each.provider}</td>
            <td class="n">${each.charges} · ${money(language, each.chargedMinor, each.currency)}</td>
            <td class="n">${each.refunds} · ${money(language, each.refundedMinor, each.currency)}</td>
            <td class="n">${each.feeMinor === null ? '–' : money(language, each.feeMinor, each.currency)}</td>
            <td class="n bold">${money(language, each.netMinor, each.currency)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

function zTable(language: Language, { zReports }: DayReport): Markup {
  const text = dayWords[language]
  return html`<section class="card scroll">
    <h2>${text.zReports}</h2>
    <table>
      <thead>
        <tr>
          <th>${text.lane}</th>
          <th class="n">Z</th>
          <th class="n">${text.gross}</th>
          <th class="n">${text.cashDifference}</th>
        </tr>
      </thead>
      <tbody>
        ${zReports.map(
          ({ laneId, zNumber, grossMinor, currency, cashDifferenceMinor }) =>
            html`<tr>
              <td class="bold">${laneId}</td>
              <td class="n">${zNumber}</td>
              <td class="n">${money(language, grossMinor, currency)}</td>
              <td class="n">
                ${cashDifferenceMinor === null ? '–' : money(language, cashDifferenceMinor, currency)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

function figure(label: string, value: string): Markup {
  return html`<div class="card"><span class="soft small">${label}</span><b>${value}</b></div>`
}

function sums(language: Language, byCurrency: Readonly<Record<string, number>>): string {
  const texts = Object.entries(byCurrency).map(([currency, minor]) => money(language, minor, currency))
  return texts.length === 0 ? '–' : texts.join(' · ')
}

function counted(
  language: Language,
  sold: readonly { readonly currency: string; readonly count: number; readonly totalMinor: number }[],
): string {
  const texts = sold.map(
    ({ count, totalMinor, currency }) => `${count} · ${money(language, totalMinor, currency)}`,
  )
  return texts.length === 0 ? '–' : texts.join(' · ')
}

function timeOf(language: Language, atMs: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs)
}
