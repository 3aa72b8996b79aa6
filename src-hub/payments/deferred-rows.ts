import type { DeferredState } from '../../src-main/contract/deferred.ts'
import type { DeclineReason, JournalledInstrument } from '../../src-main/contract/payment.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'

/** A payment that was accepted offline, from the moment the hub holds it. */
export interface DeferredPayment {
  readonly attemptKey: string
  readonly laneId: string
  readonly saleId: string
  readonly accountId: string | null
  readonly amountMinor: number
  readonly currency: string
  readonly instrument: JournalledInstrument
  readonly bench: boolean
  readonly state: Exclude<DeferredState, 'QUEUED'>
  readonly soldAtMs: number
  readonly receivedAtMs: number
  readonly expiresAtMs: number
  readonly expiringAtMs: number | null
}

interface DeferredRow {
  attempt_key: string
  lane_id: string
  sale_id: string
  account_id: string | null
  amount_minor: string
  currency: string
  instrument: JournalledInstrument
  bench: boolean
  state: DeferredPayment['state']
  sold_at_ms: string
  received_at_ms: string
  expires_at_ms: string
  expiring_at_ms: string | null
}

function deferredOf(row: DeferredRow): DeferredPayment {
  return {
    attemptKey: row.attempt_key,
    laneId: row.lane_id,
    saleId: row.sale_id,
    accountId: row.account_id,
    amountMinor: toSafeInteger(row.amount_minor),
    currency: row.currency,
    instrument: row.instrument,
    bench: row.bench,
    state: row.state,
    soldAtMs: toSafeInteger(row.sold_at_ms),
    receivedAtMs: toSafeInteger(row.received_at_ms),
    expiresAtMs: toSafeInteger(row.expires_at_ms),
    expiringAtMs: row.expiring_at_ms === null ? null : toSafeInteger(row.expiring_at_ms),
  }
}

/** Keeps it as `UPLOADED`; a key that is known already keeps what stands. */
export async function keepDeferred(
  tx: Transaction,
  payment: Omit<DeferredPayment, 'state' | 'expiringAtMs'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO deferred_payment (attempt_key, lane_id, sale_id, account_id, amount_minor, currency, instrument, bench,
       state, sold_at_ms, received_at_ms, expires_at_ms, due_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'UPLOADED', $9, $10, $11, $10) ON CONFLICT DO NOTHING`,
    [
      payment.attemptKey,
      payment.laneId,
      payment.saleId,
      payment.accountId,
      payment.amountMinor,
      payment.currency,
      JSON.stringify(payment.instrument),
      payment.bench,
      payment.soldAtMs,
      payment.receivedAtMs,
      payment.expiresAtMs,
    ],
  )
}

export async function findDeferred(database: Queryable, attemptKey: string): Promise<DeferredPayment | null> {
  const rows = await database.query<DeferredRow>('SELECT * FROM deferred_payment WHERE attempt_key = $1', [
    attemptKey,
  ])
  return rows[0] === undefined ? null : deferredOf(rows[0])
}

/** The same, while nobody has given it its final state; locked until the transaction ends. */
export async function lockUploaded(tx: Transaction, attemptKey: string): Promise<DeferredPayment | null> {
  const rows = await tx.query<DeferredRow>(
    `SELECT * FROM deferred_payment WHERE attempt_key = $1 AND state = 'UPLOADED' FOR UPDATE`,
    [attemptKey],
  )
  return rows[0] === undefined ? null : deferredOf(rows[0])
}

export async function dueDeferred(database: Queryable, atMs: number, limit: number): Promise<string[]> {
  const rows = await database.query<{ attempt_key: string }>(
    `SELECT attempt_key FROM deferred_payment WHERE state = 'UPLOADED' AND due_at_ms <= $1
     ORDER BY due_at_ms LIMIT $2`,
    [atMs, limit],
  )
  return rows.map(({ attempt_key }) => attempt_key)
}

export async function lookAgainAt(database: Queryable, attemptKey: string, dueAtMs: number): Promise<void> {
  await database.query(
    `UPDATE deferred_payment SET due_at_ms = $2 WHERE attempt_key = $1 AND state = 'UPLOADED'`,
    [attemptKey, dueAtMs],
  )
}

export async function markExpiring(tx: Transaction, attemptKey: string, atMs: number): Promise<void> {
  await tx.query(
    `UPDATE deferred_payment SET expiring_at_ms = coalesce(expiring_at_ms, $2)
     WHERE attempt_key = $1 AND state = 'UPLOADED'`,
    [attemptKey, atMs],
  )
}

export async function resolveDeferred(
  tx: Transaction,
  attemptKey: string,
  state: Exclude<DeferredPayment['state'], 'UPLOADED'>,
  reason: DeclineReason | null,
  atMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE deferred_payment SET state = $2, reason = $3, resolved_at_ms = $4, due_at_ms = NULL
     WHERE attempt_key = $1`,
    [attemptKey, state, reason, atMs],
  )
}
