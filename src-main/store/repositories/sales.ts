import type { Basket } from '../../contract/basket.ts'
import type { Member } from '../../contract/membership.ts'
import type { PaymentMode, PaymentOutcome, JournalledInstrument } from '../../contract/payment.ts'
import type { CopyReason, ReceiptDocument } from '../../contract/receipt.ts'
import type { Key, Language } from '../../contract/values.ts'
import type {
  AttemptRecord,
  AttemptState,
  DeferredTotals,
  OpenSale,
  PrintJobRecord,
  PrintJobState,
} from '../../ports/store.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'

interface OpenSaleRow {
  readonly sale_id: string
  readonly receipt_token: string
  readonly language: Language
  readonly basket_json: string
  readonly member_json: string | null
}

export function readOpenSale(db: ReadHandle): OpenSale | null {
  const row = statement<[], OpenSaleRow>(db, 'SELECT * FROM open_sale').get()
  if (row === undefined) return null
  return {
    saleId: row.sale_id,
    receiptToken: row.receipt_token,
    language: row.language,
    basket: JSON.parse(row.basket_json) as Basket,
    member: row.member_json === null ? null : (JSON.parse(row.member_json) as Member),
  }
}

export function putOpenSale(db: WriteHandle, sale: OpenSale | null): void {
  if (sale === null) {
    statement(db, 'DELETE FROM open_sale WHERE id = 1').run()
    return
  }
  const sql = `
    INSERT INTO open_sale (id, sale_id, receipt_token, language, basket_json, member_json)
    VALUES (1, @sale_id, @receipt_token, @language, @basket_json, @member_json)
    ON CONFLICT (id) DO UPDATE SET sale_id = excluded.sale_id, receipt_token = excluded.receipt_token,
      language = excluded.language, basket_json = excluded.basket_json, member_json = excluded.member_json`
  statement<[OpenSaleRow]>(db, sql).run({
    sale_id: sale.saleId,
    receipt_token: sale.receiptToken,
    language: sale.language,
    basket_json: JSON.stringify(sale.basket),
    member_json: sale.member === null ? null : JSON.stringify(sale.member),
  })
}

interface AttemptRow {
  readonly attempt_key: string
  readonly sale_id: string
  readonly amount_minor: number
  readonly currency: string
  readonly mode: PaymentMode
  readonly instrument_json: string
  readonly state: AttemptState
  readonly outcome_json: string | null
  readonly created_at_ms: number
  readonly updated_at_ms: number
  readonly linked_to: string | null
  readonly recovery_key: string | null
  readonly released_by: string | null
  readonly cancel_asked_at_ms: number | null
}

const changeAttempt = `
  UPDATE attempt SET mode = ?, instrument_json = ?, state = ?, outcome_json = ?, updated_at_ms = ?, released_by = ?,
    cancel_asked_at_ms = ?
  WHERE attempt_key = ? AND sale_id = ? AND amount_minor = ? AND currency = ?`
const insertAttempt = `
  INSERT INTO attempt (mode, instrument_json, state, outcome_json, updated_at_ms, released_by, cancel_asked_at_ms,
    attempt_key, sale_id, amount_minor, currency, created_at_ms, linked_to, recovery_key)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (attempt_key) DO NOTHING`

/** An upsert would write every index anew for a change; so both are tried, the likelier first. */
export function putAttempt(db: WriteHandle, record: AttemptRecord): void {
  const isWritten =
    record.createdAtMs === record.updatedAtMs
      ? isInserted(db, record) || isChanged(db, record)
      : isChanged(db, record) || isInserted(db, record)
  if (!isWritten) throw new Error(`Attempt ${record.attemptKey} cannot change its sale or amount`)
}

type Values = (string | number | null)[]

function isChanged(db: WriteHandle, record: AttemptRecord): boolean {
  const values = [...changing(record), ...fixed(record)]
  return statement<Values>(db, changeAttempt).run(...values).changes === 1
}

function isInserted(db: WriteHandle, record: AttemptRecord): boolean {
  const { createdAtMs, linkedTo = null, recoveryKey = null } = record
  const values = [...changing(record), ...fixed(record), createdAtMs, linkedTo, recoveryKey]
  return statement<Values>(db, insertAttempt).run(...values).changes === 1
}

function changing(record: AttemptRecord): Values {
  const { mode, instrument, state, outcome, updatedAtMs, releasedBy = null, cancelAskedAtMs = null } = record
  const outcomeJson = outcome === null ? null : JSON.stringify(outcome)
  return [mode, JSON.stringify(instrument), state, outcomeJson, updatedAtMs, releasedBy, cancelAskedAtMs]
}

function fixed({ attemptKey, saleId, amount }: AttemptRecord): Values {
  return [attemptKey, saleId, amount.amountMinor, amount.currency]
}

export function readAttempt(db: ReadHandle, attemptKey: Key): AttemptRecord | null {
  const row = statement<[string], AttemptRow>(db, 'SELECT * FROM attempt WHERE attempt_key = ?').get(
    attemptKey,
  )
  return row === undefined ? null : attemptFrom(row)
}

export function readAttemptsInState(db: ReadHandle, states: readonly AttemptState[]): AttemptRecord[] {
  const sql = `
    SELECT * FROM attempt WHERE state IN (SELECT value FROM json_each(?)) ORDER BY created_at_ms, attempt_key`
  return statement<[string], AttemptRow>(db, sql).all(JSON.stringify(states)).map(attemptFrom)
}

export function readAttemptsOfSale(db: ReadHandle, saleId: Key): AttemptRecord[] {
  const sql = 'SELECT * FROM attempt WHERE sale_id = ? ORDER BY created_at_ms, rowid'
  return statement<[string], AttemptRow>(db, sql).all(saleId).map(attemptFrom)
}

/** Asked with every picture of the lane: the index holds nothing else, so that its last row is the answer. */
export function readLastChargedAtMs(db: ReadHandle): number | null {
  const sql = `
    SELECT updated_at_ms AS at_ms FROM attempt INDEXED BY attempt_charged
    WHERE state IN ('approved', 'processed') AND mode <> 'local' ORDER BY updated_at_ms DESC LIMIT 1`
  return statement<[], { readonly at_ms: number }>(db, sql).get()?.at_ms ?? null
}

export function readDeferredTotals(db: ReadHandle, currency: string): DeferredTotals {
  const sql = `
    SELECT count(*) AS attempts, coalesce(sum(amount_minor) FILTER (WHERE currency = ?), 0) AS sum_minor,
      min(created_at_ms) AS oldest_at_ms
    FROM attempt INDEXED BY attempt_deferred WHERE state = 'deferred'`
  interface Totals {
    readonly attempts: number
    readonly sum_minor: number
    readonly oldest_at_ms: number | null
  }
  const row = statement<[string], Totals>(db, sql).get(currency)
  return { count: row?.attempts ?? 0, sumMinor: row?.sum_minor ?? 0, oldestAtMs: row?.oldest_at_ms ?? null }
}

function attemptFrom(row: AttemptRow): AttemptRecord {
  return {
    attemptKey: row.attempt_key,
    saleId: row.sale_id,
    amount: { amountMinor: row.amount_minor, currency: row.currency },
    mode: row.mode,
    instrument: JSON.parse(row.instrument_json) as JournalledInstrument,
    state: row.state,
    outcome: row.outcome_json === null ? null : (JSON.parse(row.outcome_json) as PaymentOutcome),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    ...(row.linked_to === null ? {} : { linkedTo: row.linked_to }),
    ...(row.recovery_key === null ? {} : { recoveryKey: row.recovery_key }),
    ...(row.released_by === null ? {} : { releasedBy: row.released_by }),
    ...(row.cancel_asked_at_ms === null ? {} : { cancelAskedAtMs: row.cancel_asked_at_ms }),
  }
}

interface PrintJobRow {
  readonly job_key: string
  readonly sale_id: string
  readonly document_json: string
  readonly copy: CopyReason | null
  readonly state: PrintJobState
  readonly created_at_ms: number
}

/** A job keeps its document and its mark as a copy for ever; only its state changes. */
export function putPrintJob(db: WriteHandle, record: PrintJobRecord): void {
  const isWritten =
    record.state === 'queued'
      ? insertPrintJob(db, record) || changePrintJob(db, record)
      : changePrintJob(db, record) || insertPrintJob(db, record)
  if (!isWritten) throw new Error(`Paper ${record.jobKey} was neither new nor there`)
}

function changePrintJob(db: WriteHandle, { jobKey, state }: PrintJobRecord): boolean {
  const sql = 'UPDATE print_job SET state = ? WHERE job_key = ?'
  return statement<[string, string]>(db, sql).run(state, jobKey).changes === 1
}

/** False when it is there. */
function insertPrintJob(db: WriteHandle, record: PrintJobRecord): boolean {
  const sql = `
    INSERT INTO print_job (job_key, sale_id, document_json, copy, state, created_at_ms)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (job_key) DO NOTHING`
  const { jobKey, saleId, document, copy, state, createdAtMs } = record
  const values = [jobKey, saleId, JSON.stringify(document), copy, state, createdAtMs]
  return statement<Values>(db, sql).run(...values).changes === 1
}

export function readPrintJobs(db: ReadHandle, states: readonly PrintJobState[]): PrintJobRecord[] {
  const sql = `
    SELECT * FROM print_job WHERE state IN (SELECT value FROM json_each(?)) ORDER BY created_at_ms, job_key`
  return statement<[string], PrintJobRow>(db, sql).all(JSON.stringify(states)).map(printJobFrom)
}

/** Oldest first. Sorted here: SQLite with STAT4 prepares ORDER BY beside a parameter anew for every call. */
export function readPrintJobsOfSale(db: ReadHandle, saleId: Key): PrintJobRecord[] {
  const sql = 'SELECT * FROM print_job WHERE sale_id = ?'
  return statement<[string], PrintJobRow>(db, sql)
    .all(saleId)
    .sort((a, b) => a.created_at_ms - b.created_at_ms || (a.job_key < b.job_key ? -1 : 1))
    .map(printJobFrom)
}

function printJobFrom(row: PrintJobRow): PrintJobRecord {
  return {
    jobKey: row.job_key,
    saleId: row.sale_id,
    document: JSON.parse(row.document_json) as ReceiptDocument,
    copy: row.copy,
    state: row.state,
    createdAtMs: row.created_at_ms,
  }
}
