import type { Key } from '../../contract/values.ts'
import type { VendOutcome } from '../../contract/vending.ts'
import type { VendJobRecord } from '../../ports/store.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'

interface VendJobRow {
  readonly vend_key: string
  readonly sale_id: string
  readonly place: number
  readonly line_id: number
  readonly slot: string
  readonly state: VendJobRecord['state']
  readonly outcome: VendOutcome | null
  readonly updated_at_ms: number
}

export function putVendJob(db: WriteHandle, record: VendJobRecord): void {
  const sql = `
    INSERT INTO vend_job (vend_key, sale_id, place, line_id, slot, state, outcome, updated_at_ms)
    VALUES (@vend_key, @sale_id, @place, @line_id, @slot, @state, @outcome, @updated_at_ms)
    ON CONFLICT (vend_key) DO UPDATE SET state = excluded.state, outcome = excluded.outcome,
      updated_at_ms = excluded.updated_at_ms
    WHERE sale_id = excluded.sale_id AND slot = excluded.slot`
  const { changes } = statement<[VendJobRow]>(db, sql).run({
    vend_key: record.vendKey,
    sale_id: record.saleId,
    place: record.place,
    line_id: record.lineId,
    slot: record.slot,
    state: record.state,
    outcome: record.outcome,
    updated_at_ms: record.updatedAtMs,
  })
  if (changes !== 1) throw new Error(`Vend job ${record.vendKey} cannot become another one`)
}

export function readVendJobs(db: ReadHandle, saleId: Key): VendJobRecord[] {
  const sql = 'SELECT * FROM vend_job WHERE sale_id = ? ORDER BY place'
  return statement<[string], VendJobRow>(db, sql)
    .all(saleId)
    .map((row) => ({
      vendKey: row.vend_key,
      saleId: row.sale_id,
      place: row.place,
      lineId: row.line_id,
      slot: row.slot,
      state: row.state,
      outcome: row.outcome,
      updatedAtMs: row.updated_at_ms,
    }))
}

export function readOpenVendSales(db: ReadHandle): Key[] {
  const sql =
    "SELECT sale_id FROM vend_job WHERE state <> 'closed' GROUP BY sale_id ORDER BY min(updated_at_ms), sale_id"
  return statement<[], { sale_id: string }>(db, sql)
    .all()
    .map(({ sale_id }) => sale_id)
}
