import type { FiscalKind, FiscalMark } from '../../contract/fiscal.ts'
import type { Key } from '../../contract/values.ts'
import type { FiscalRow, FiscalRowState } from '../../ports/fiscal.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'

interface Row {
  readonly record_key: string
  readonly state: FiscalRowState
  readonly seal_order: number | null
  readonly transaction_number: number | null
  readonly kind: FiscalKind
  readonly process_type: string | null
  readonly process_data: string | null
  readonly mark_json: string | null
  readonly updated_at_ms: number
}

export function putFiscalRow(db: WriteHandle, row: FiscalRow): void {
  const sql = `
    INSERT INTO fiscal_record (record_key, state, seal_order, transaction_number, kind, process_type, process_data,
      mark_json, updated_at_ms)
    VALUES (@record_key, @state, @seal_order, @transaction_number, @kind, @process_type, @process_data, @mark_json,
      @updated_at_ms)
    ON CONFLICT (record_key) DO UPDATE SET state = excluded.state, seal_order = excluded.seal_order,
      transaction_number = excluded.transaction_number, kind = excluded.kind, process_type = excluded.process_type,
      process_data = excluded.process_data, mark_json = excluded.mark_json, updated_at_ms = excluded.updated_at_ms`
  statement<[Row]>(db, sql).run({
    record_key: row.recordKey,
    state: row.state,
    seal_order: row.sealOrder,
    transaction_number: row.transactionNumber,
    kind: row.kind,
    process_type: row.process?.processType ?? null,
    process_data: row.process?.processData ?? null,
    mark_json: row.mark === null ? null : JSON.stringify(row.mark),
    updated_at_ms: row.updatedAtMs,
  })
}

/** Forgets a record whose transaction never began. */
export function dropFiscalRow(db: WriteHandle, recordKey: Key): void {
  statement<[string]>(db, 'DELETE FROM fiscal_record WHERE record_key = ?').run(recordKey)
}

/** Signed records stand in the journal; here they are kept as long as a restart could ask for their mark. */
export function dropSignedFiscalRows(db: WriteHandle, beforeMs: number): void {
  statement<[number]>(db, "DELETE FROM fiscal_record WHERE state = 'signed' AND updated_at_ms < ?").run(
    beforeMs,
  )
}

export function readFiscalRow(db: ReadHandle, recordKey: Key): FiscalRow | null {
  const row = statement<[string], Row>(db, 'SELECT * FROM fiscal_record WHERE record_key = ?').get(recordKey)
  return row === undefined ? null : rowFrom(row)
}

/** Those not signed yet, in the order they were handed in; what was never handed in comes last. */
export function readOpenFiscalRows(db: ReadHandle): FiscalRow[] {
  const sql = `
    SELECT * FROM fiscal_record WHERE state <> 'signed' ORDER BY seal_order IS NULL, seal_order, updated_at_ms`
  return statement<[], Row>(db, sql).all().map(rowFrom)
}

export function readNextSealOrder(db: ReadHandle): number {
  const row = statement<[], { next: number }>(
    db,
    'SELECT coalesce(max(seal_order), 0) + 1 AS next FROM fiscal_record',
  ).get()
  return row?.next ?? 1
}

function rowFrom(row: Row): FiscalRow {
  return {
    recordKey: row.record_key,
    state: row.state,
    kind: row.kind,
    sealOrder: row.seal_order,
    transactionNumber: row.transaction_number,
    process:
      row.process_type === null || row.process_data === null
        ? null
        : { processType: row.process_type, processData: row.process_data },
    mark: row.mark_json === null ? null : (JSON.parse(row.mark_json) as FiscalMark),
    updatedAtMs: row.updated_at_ms,
  }
}
