import type { Refund, RefundState, ReturnedLine, ReturnReason } from '../../src-main/contract/returns.ts'
import { refundWays } from '../../src-main/domain/returns/tenders.ts'
import type { ReceiptDocument } from '../../src-main/contract/receipt.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'

export interface NewReturn {
  readonly returnKey: string
  readonly saleId: string
  readonly laneId: string
  readonly reason: ReturnReason
  readonly staffId: string
  readonly decidedBy: 'hub' | 'lane'
  readonly amountMinor: number
  readonly currency: string
  readonly lines: readonly ReturnedLine[]
  readonly refunds: readonly Refund[]
  readonly atMs: number
}

/** Writes a return and its refunds down before any money moves. */
export async function insertReturn(tx: Transaction, entry: NewReturn): Promise<void> {
  await tx.query(
    `INSERT INTO sale_return (return_key, sale_id, lane_id, reason, staff_id, decided_by, amount_minor, currency, lines,
       at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      entry.returnKey,
      entry.saleId,
      entry.laneId,
      entry.reason,
      entry.staffId,
      entry.decidedBy,
      entry.amountMinor,
      entry.currency,
      JSON.stringify(entry.lines),
      entry.atMs,
    ],
  )
  for (const [place, refund] of entry.refunds.entries()) {
    await tx.query(
      `INSERT INTO sale_refund (refund_key, return_key, place, attempt_key, tender, mode, amount_minor, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        refund.refundKey,
        entry.returnKey,
        place,
        refund.attemptKey,
        refund.tender,
        refund.mode,
        refund.amountMinor,
        refundWays[refund.tender] === 'hub' ? 'pending' : 'local',
      ],
    )
  }
}

export interface KnownReturn {
  readonly returnKey: string
  readonly saleId: string
  readonly laneId: string
  readonly currency: string
  readonly lines: readonly ReturnedLine[]
  readonly refunds: readonly (Refund & RefundState)[]
}

interface ReturnRow {
  sale_id: string
  lane_id: string
  currency: string
  lines: ReturnedLine[]
}

interface RefundRow {
  refund_key: string
  attempt_key: string
  tender: Refund['tender']
  mode: Refund['mode']
  amount_minor: string
  state: RefundState['state']
  provider_reference: string | null
  native_code: string | null
}

export async function findReturn(database: Queryable, returnKey: string): Promise<KnownReturn | null> {
  const rows = await database.query<ReturnRow>(
    'SELECT sale_id, lane_id, currency, lines FROM sale_return WHERE return_key = $1',
    [returnKey],
  )
  const [row] = rows
  if (row === undefined) return null
  const refunds = await database.query<RefundRow>(
    'SELECT * FROM sale_refund WHERE return_key = $1 ORDER BY place',
    [returnKey],
  )
  return {
    returnKey,
    saleId: row.sale_id,
    laneId: row.lane_id,
    currency: row.currency,
    lines: row.lines,
    refunds: refunds.map(refundOf),
  }
}

function refundOf(row: RefundRow): Refund & RefundState {
  return {
    refundKey: row.refund_key,
    attemptKey: row.attempt_key,
    tender: row.tender,
    mode: row.mode,
    amountMinor: toSafeInteger(row.amount_minor),
    state: row.state,
    ...(row.provider_reference === null ? {} : { providerReference: row.provider_reference }),
    ...(row.native_code === null ? {} : { nativeCode: row.native_code }),
  }
}

/** Returns with money that the provider has not confirmed, oldest first. */
export async function pendingReturns(database: Queryable, limit = 100): Promise<string[]> {
  const rows = await database.query<{ return_key: string }>(
    `SELECT r.return_key FROM sale_return r
     WHERE EXISTS (SELECT 1 FROM sale_refund f WHERE f.return_key = r.return_key AND f.state = 'pending')
     ORDER BY r.at_ms LIMIT $1`,
    [limit],
  )
  return rows.map(({ return_key }) => return_key)
}

/** The final word on one refund; the first one stands. */
export async function settleRefund(
  database: Queryable,
  refundKey: string,
  settled: Omit<RefundState, 'refundKey'>,
  atMs: number,
): Promise<void> {
  await database.query(
    `UPDATE sale_refund SET state = $2, provider_reference = $3, native_code = $4, resolved_at_ms = $5
     WHERE refund_key = $1 AND state IN ('pending', 'local')`,
    [refundKey, settled.state, settled.providerReference, settled.nativeCode, atMs],
  )
}

/** The credit note as the lane printed it. */
export async function keepCreditNote(
  tx: Transaction,
  returnKey: string,
  receipt: ReceiptDocument,
): Promise<void> {
  await tx.query('UPDATE sale_return SET receipt_token = $2, document = $3 WHERE return_key = $1', [
    returnKey,
    receipt.receiptToken,
    JSON.stringify(receipt),
  ])
}

/** Credit notes of a sale, oldest first. */
export async function creditNotesOf(database: Queryable, saleId: string): Promise<unknown[]> {
  const rows = await database.query<{ document: unknown }>(
    'SELECT document FROM sale_return WHERE sale_id = $1 AND document IS NOT NULL ORDER BY at_ms, return_key',
    [saleId],
  )
  return rows.map(({ document }) => document)
}

export async function creditNoteOf(database: Queryable, receiptToken: string): Promise<unknown> {
  const rows = await database.query<{ document: unknown }>(
    'SELECT document FROM sale_return WHERE receipt_token = $1',
    [receiptToken],
  )
  return rows[0]?.document ?? null
}
