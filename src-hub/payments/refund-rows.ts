import type { RefundRequest } from '../../src-main/contract/hubApi.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'

/** A promise to give money back; once made it is kept or refused by the provider, never forgotten. */
export interface Refund {
  readonly refundKey: string
  readonly attemptKey: string
  readonly amountMinor: number
  readonly currency: string
  readonly state: 'started' | 'done' | 'refused'
  readonly providerReference: string | null
  readonly nativeCode: string | null
  readonly atMs: number
}

interface RefundRow {
  refund_key: string
  attempt_key: string
  amount_minor: string
  currency: string
  state: Refund['state']
  provider_reference: string | null
  native_code: string | null
  created_at_ms: string
}

function refundOf(row: RefundRow): Refund {
  return {
    refundKey: row.refund_key,
    attemptKey: row.attempt_key,
    amountMinor: toSafeInteger(row.amount_minor),
    currency: row.currency,
    state: row.state,
    providerReference: row.provider_reference,
    nativeCode: row.native_code,
    atMs: toSafeInteger(row.created_at_ms),
  }
}

export async function findRefund(database: Queryable, refundKey: string): Promise<Refund | null> {
  const rows = await database.query<RefundRow>('SELECT * FROM payment_refund WHERE refund_key = $1', [
    refundKey,
  ])
  return rows[0] === undefined ? null : refundOf(rows[0])
}

/** Everything given back of an attempt or promised to be; the attempt's row must be locked. */
export async function promisedMinor(tx: Transaction, attemptKey: string): Promise<number> {
  const rows = await tx.query<{ sum: string | null }>(
    `SELECT sum(amount_minor) AS sum FROM payment_refund WHERE attempt_key = $1 AND state <> 'refused'`,
    [attemptKey],
  )
  return toSafeInteger(rows[0]?.sum ?? '0')
}

export async function keepRefund(tx: Transaction, request: RefundRequest, atMs: number): Promise<void> {
  const { refundKey, attemptKey, amountMinor, currency } = request
  await tx.query(
    `INSERT INTO payment_refund (refund_key, attempt_key, amount_minor, currency, state, created_at_ms, due_at_ms)
     VALUES ($1, $2, $3, $4, 'started', $5, $5)`,
    [refundKey, attemptKey, amountMinor, currency, atMs],
  )
}

export async function resolveRefund(
  tx: Transaction,
  refundKey: string,
  state: 'done' | 'refused',
  providerReference: string | null,
  nativeCode: string | null,
): Promise<Refund> {
  const rows = await tx.query<RefundRow>(
    `UPDATE payment_refund SET state = $2, provider_reference = $3, native_code = $4, due_at_ms = NULL
     WHERE refund_key = $1 RETURNING *`,
    [refundKey, state, providerReference, nativeCode],
  )
  if (rows[0] === undefined) throw new Error(`Refund ${refundKey} is not there`)
  return refundOf(rows[0])
}

export async function refundDue(database: Queryable, refundKey: string, dueAtMs: number): Promise<void> {
  await database.query('UPDATE payment_refund SET due_at_ms = $2 WHERE refund_key = $1', [refundKey, dueAtMs])
}

export async function dueRefunds(database: Queryable, atMs: number, limit: number): Promise<Refund[]> {
  const rows = await database.query<RefundRow>(
    'SELECT * FROM payment_refund WHERE due_at_ms <= $1 ORDER BY due_at_ms LIMIT $2',
    [atMs, limit],
  )
  return rows.map(refundOf)
}
