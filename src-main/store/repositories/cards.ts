import type { Key } from '../../contract/values.ts'
import type { CardCallRow } from '../../ports/cardTerminal.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'

interface Row {
  readonly call_key: string
  readonly kind: CardCallRow['kind']
  readonly amount_minor: number
  readonly currency: string
  readonly trace_before: number | null
  readonly state: CardCallRow['state']
  readonly outcome_json: string | null
  readonly reversal: CardCallRow['reversal']
  readonly created_at_ms: number
  readonly updated_at_ms: number
}

export function putCardCall(db: WriteHandle, row: CardCallRow): void {
  const sql = `
    INSERT INTO card_call (call_key, kind, amount_minor, currency, trace_before, state, outcome_json, reversal,
      created_at_ms, updated_at_ms)
    VALUES (@call_key, @kind, @amount_minor, @currency, @trace_before, @state, @outcome_json, @reversal,
      @created_at_ms, @updated_at_ms)
    ON CONFLICT (call_key) DO UPDATE SET state = excluded.state, outcome_json = excluded.outcome_json,
      reversal = excluded.reversal, updated_at_ms = excluded.updated_at_ms
    WHERE kind = excluded.kind AND amount_minor = excluded.amount_minor AND currency = excluded.currency`
  const { changes } = statement<[Row]>(db, sql).run({
    call_key: row.callKey,
    kind: row.kind,
    amount_minor: row.amount.amountMinor,
    currency: row.amount.currency,
    trace_before: row.traceBefore,
    state: row.state,
    outcome_json: row.outcome === null ? null : JSON.stringify(row.outcome),
    reversal: row.reversal,
    created_at_ms: row.createdAtMs,
    updated_at_ms: row.updatedAtMs,
  })
  if (changes !== 1) throw new Error(`The card call ${row.callKey} cannot change its amount`)
}

/** Settled calls: what they led to stands in the journal; here they serve a void or a question of the same days. */
export function dropSettledCardCalls(db: WriteHandle, beforeMs: number): void {
  const sql = `
    DELETE FROM card_call WHERE state = 'done' AND reversal IS NOT 'open' AND updated_at_ms < ?`
  statement<[number]>(db, sql).run(beforeMs)
}

export function readCardCall(db: ReadHandle, callKey: Key): CardCallRow | null {
  const row = statement<[string], Row>(db, 'SELECT * FROM card_call WHERE call_key = ?').get(callKey)
  return row === undefined ? null : callFrom(row)
}

/** Calls whose outcome, or whose reversal, nobody knows yet; oldest first. */
export function readOpenCardCalls(db: ReadHandle): CardCallRow[] {
  const sql = `SELECT * FROM card_call WHERE state = 'open' OR reversal = 'open' ORDER BY created_at_ms`
  return statement<[], Row>(db, sql).all().map(callFrom)
}

function callFrom(row: Row): CardCallRow {
  return {
    callKey: row.call_key,
    kind: row.kind,
    amount: { amountMinor: row.amount_minor, currency: row.currency },
    traceBefore: row.trace_before,
    state: row.state,
    outcome: row.outcome_json === null ? null : (JSON.parse(row.outcome_json) as CardCallRow['outcome']),
    reversal: row.reversal,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }
}
