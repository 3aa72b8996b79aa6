import type { LaneEventOf } from '../../contract/events.ts'
import type { FindSaleRequest, RefundState, ReturnOrder } from '../../contract/returns.ts'
import type { Key, Language } from '../../contract/values.ts'
import type { ReturnPlan } from '../../domain/returns/plan.ts'
import type { ReturnRecord, UnsyncedSale } from '../../ports/store.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'
import { readAckedOrd, readEntriesAfter } from './journal.ts'

interface ReturnRow {
  readonly return_key: string
  readonly sale_id: string
  readonly state: ReturnRecord['state']
  readonly decided_by: ReturnRecord['decidedBy']
  readonly language: Language
  readonly currency: string
  readonly order_json: string
  readonly plan_json: string
  readonly refunds_json: string
  readonly created_at_ms: number
  readonly updated_at_ms: number
}

export function putReturn(db: WriteHandle, record: ReturnRecord): void {
  const sql = `
    INSERT INTO sale_return (return_key, sale_id, state, decided_by, language, currency, order_json, plan_json,
      refunds_json, created_at_ms, updated_at_ms)
    VALUES (@return_key, @sale_id, @state, @decided_by, @language, @currency, @order_json, @plan_json,
      @refunds_json, @created_at_ms, @updated_at_ms)
    ON CONFLICT (return_key) DO UPDATE SET state = excluded.state, refunds_json = excluded.refunds_json,
      updated_at_ms = excluded.updated_at_ms
    WHERE order_json = excluded.order_json`
  const { changes } = statement<[ReturnRow]>(db, sql).run({
    return_key: record.order.returnKey,
    sale_id: record.order.saleId,
    state: record.state,
    decided_by: record.decidedBy,
    language: record.language,
    currency: record.currency,
    order_json: JSON.stringify(record.order),
    plan_json: JSON.stringify(record.plan),
    refunds_json: JSON.stringify(record.refunds),
    created_at_ms: record.createdAtMs,
    updated_at_ms: record.updatedAtMs,
  })
  if (changes !== 1) throw new Error(`Return ${record.order.returnKey} cannot become another one`)
}

export function readReturn(db: ReadHandle, returnKey: Key): ReturnRecord | null {
  const sql = 'SELECT * FROM sale_return WHERE return_key = ?'
  const row = statement<[string], ReturnRow>(db, sql).get(returnKey)
  return row === undefined ? null : returnFrom(row)
}

export function readReturnsOfSale(db: ReadHandle, saleId: Key): ReturnRecord[] {
  const sql = 'SELECT * FROM sale_return WHERE sale_id = ? ORDER BY created_at_ms, return_key'
  return statement<[string], ReturnRow>(db, sql).all(saleId).map(returnFrom)
}

export function readOpenReturns(db: ReadHandle): ReturnRecord[] {
  const sql = `
    SELECT * FROM sale_return WHERE state IN ('ordered', 'accepted') ORDER BY created_at_ms, return_key`
  return statement<[], ReturnRow>(db, sql).all().map(returnFrom)
}

function returnFrom(row: ReturnRow): ReturnRecord {
  return {
    state: row.state,
    decidedBy: row.decided_by,
    language: row.language,
    currency: row.currency,
    order: JSON.parse(row.order_json) as ReturnOrder,
    plan: JSON.parse(row.plan_json) as ReturnPlan,
    refunds: JSON.parse(row.refunds_json) as RefundState[],
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }
}

export function readLastSaleId(db: ReadHandle): Key | null {
  const sql = `SELECT aggregate_id AS sale_id FROM journal WHERE type = 'sale.completed' ORDER BY ord DESC LIMIT 1`
  return statement<[], { sale_id: string }>(db, sql).get()?.sale_id ?? null
}

/** The lane's own completed sale while the hub has not acknowledged it. Newest first where several would fit. */
export function readUnsyncedSale(db: ReadHandle, request: FindSaleRequest): UnsyncedSale | null {
  let found: UnsyncedSale | null = null
  for (const { header, payload } of readEntriesAfter(db, readAckedOrd(db))) {
    if (header.type !== 'sale.completed') continue
    const sale = JSON.parse(payload.toString('utf8')) as LaneEventOf<'sale.completed'>
    if (isWanted(sale, request)) found = { sale, soldAtMs: header.at.atMs }
  }
  return found
}

/** Goods of this sale that the lane took back on its own: decided, and not acknowledged by the hub yet. */
export function hasUnsyncedReturn(db: ReadHandle, saleId: Key): boolean {
  const begun = readReturnsOfSale(db, saleId).filter(({ decidedBy }) => decidedBy === 'lane')
  if (begun.some(({ state }) => state === 'ordered')) return true
  const keys = new Set(begun.map(({ order }) => order.returnKey))
  if (keys.size === 0) return false
  for (const { header, payload } of readEntriesAfter(db, readAckedOrd(db))) {
    if (header.type !== 'sale.returned') continue
    const { returnKey } = JSON.parse(payload.toString('utf8')) as LaneEventOf<'sale.returned'>
    if (keys.has(returnKey)) return true
  }
  return false
}

function isWanted(sale: LaneEventOf<'sale.completed'>, request: FindSaleRequest): boolean {
  switch (request.by) {
    case 'saleId':
      return sale.saleId === request.saleId
    case 'receiptToken':
      return sale.receipt.receiptToken === request.receiptToken
    case 'saleNumber':
      return sale.saleId.startsWith(request.saleNumber)
  }
}
