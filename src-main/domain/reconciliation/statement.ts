import { statementKinds, type StatementLine } from '../../contract/day.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import { parseAmount } from '../money/text.ts'

export interface StatementProblem {
  /** 1 for the first line of the file. */
  readonly line: number
  /** What is wrong with it, as a sentence for the operator. */
  readonly problem: string
}

export type StatementResult = Result<readonly StatementLine[], StatementProblem>

/** Columns of a CSV statement; the order is free, `fee`, `at` and further columns may be missing. */
export const statementColumns = [
  'provider',
  'kind',
  'provider_key',
  'amount',
  'currency',
  'fee',
  'at',
] as const

/** A statement as CSV with a header line, or the simulator's log as NDJSON: the first character tells. */
export function parseStatement(text: string): StatementResult {
  const plain = text.replace(/^\uFEFF/, '')
  return plain.trimStart().startsWith('{') ? parseLog(plain) : parseCsv(plain)
}

interface LogEntry {
  readonly kind?: unknown
  readonly wallet?: unknown
  readonly outTradeNo?: unknown
  readonly attach?: unknown
  readonly amountMinor?: unknown
  readonly currency?: unknown
  readonly at?: unknown
}

/** One line an effect; other kinds of line move no money. A killed writer may leave the last one torn. */
function parseLog(text: string): StatementResult {
  const lines: StatementLine[] = []
  const ownKeys = new Map<string, string>()
  const rows = text.split('\n')
  for (const [index, row] of rows.entries()) {
    if (row.trim() === '') continue
    const entry = jsonOf(row)
    if (entry === null) {
      if (index === rows.length - 1) break
      return refused(index, 'This line is not JSON.')
    }
    const { kind, wallet, outTradeNo, attach, amountMinor, currency, at } = entry
    if (!isKind(kind)) continue
    if (typeof wallet !== 'string' || typeof outTradeNo !== 'string' || typeof currency !== 'string')
      return refused(index, 'A line that moves money names wallet, outTradeNo and currency.')
    if (typeof amountMinor !== 'number' || !Number.isSafeInteger(amountMinor) || amountMinor < 0)
      return refused(index, 'amountMinor is not a whole number of minor units.')
    const trade = `${wallet} ${outTradeNo}`
    if (typeof attach === 'string') ownKeys.set(trade, attach)
    const providerKey = ownKeys.get(trade) ?? ownKey(outTradeNo)
    const atMs = typeof at === 'number' ? at : null
    lines.push({ provider: wallet, kind, providerKey, amountMinor, currency, feeMinor: 0, atMs })
  }
  return ok(lines)
}

function parseCsv(text: string): StatementResult {
  const [header = '', ...rows] = text.split(/\r?\n/)
  const columns = cellsOf(header).map((name) => name.trim().toLowerCase())
  const missing = statementColumns.slice(0, 5).find((name) => !columns.includes(name))
  if (missing !== undefined) return refused(0, `The column "${missing}" is missing.`)
  const lines: StatementLine[] = []
  for (const [index, row] of rows.entries()) {
    if (row.trim() === '') continue
    const cells = cellsOf(row)
    const cell = (name: (typeof statementColumns)[number]) => cells[columns.indexOf(name)]?.trim() ?? ''
    const line = lineOf(cell)
    if (!line.ok) return refused(index + 1, line.error)
    lines.push(line.value)
  }
  return ok(lines)
}

function lineOf(cell: (name: (typeof statementColumns)[number]) => string): Result<StatementLine, string> {
  const [provider, kind, currency, providerKey] = [
    cell('provider'),
    cell('kind'),
    cell('currency'),
    cell('provider_key'),
  ]
  if (provider === '' || providerKey === '') return err('provider and provider_key must not be empty.')
  if (!isKind(kind)) return err(`kind is ${statementKinds.join(', ')}, not "${kind}".`)
  const amount = parseAmount(cell('amount'), currency)
  if (!amount.ok || amount.value < 0)
    return err(`amount "${cell('amount')}" is not an amount of ${currency}.`)
  const fee = cell('fee') === '' ? ok(0) : parseAmount(cell('fee'), currency)
  if (!fee.ok) return err(`fee "${cell('fee')}" is not an amount of ${currency}.`)
  const atMs = cell('at') === '' ? null : Date.parse(cell('at'))
  if (Number.isNaN(atMs)) return err(`at "${cell('at')}" is not a time such as 2026-11-22T09:05:07Z.`)
  return ok({
    provider,
    kind,
    providerKey: ownKey(providerKey),
    amountMinor: amount.value,
    currency,
    feeMinor: fee.value,
    atMs,
  })
}

/** Cells may stand in double quotes, in which a doubled quote is one. */
function cellsOf(row: string): string[] {
  return [...`,${row}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}

/** The hub's own form of a number that a wire took only letters, digits and "_" of. */
function ownKey(outTradeNo: string): string {
  return outTradeNo.replace(/^([0-9a-f]{32})_(\d+)$/, '$1-$2')
}

function isKind(kind: unknown): kind is StatementLine['kind'] {
  return statementKinds.some((known) => known === kind)
}

function jsonOf(row: string): LogEntry | null {
  try {
    const value: unknown = JSON.parse(row)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}

function refused(index: number, problem: string): StatementResult {
  return err({ line: index + 1, problem })
}
