import type { DeclineReason } from '../../src-main/contract/payment.ts'
import type { PaymentProvider } from '../providers/port.ts'
import type { Queryable, Transaction } from '../store/database.ts'
import { type Attempt, attemptOf, type AttemptRow, type AttemptState, type Order } from './attempts.ts'
import type { KeptPayer } from './payer.ts'

/**
 * Writes the attempt down if its key is new, with whom it will be charged, and answers whether it was. Whoever comes
 * second finds the first one's row. The first try counts as begun: after a crash its key may have been on the wire.
 */
export async function beginAttempt(
  database: Queryable,
  order: Order,
  route: { readonly provider: PaymentProvider; readonly payer: KeptPayer },
  atMs: number,
): Promise<boolean> {
  const rows = await database.query(
    `INSERT INTO payment_attempt (attempt_key, lane_id, state, sale_id, amount_minor, currency, instrument, account_id,
       code_hash, mode, bench, recovery_key, provider, payer, tries, created_at_ms, called_at_ms, due_at_ms)
     VALUES ($1, $2, 'started', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $14, $15)
     ON CONFLICT (attempt_key) DO NOTHING RETURNING 1`,
    [
      ...orderColumns(order),
      route.provider.name,
      JSON.stringify(route.payer),
      atMs,
      atMs + route.provider.timetable.firstQueryMs,
    ],
  )
  return rows.length > 0
}

/** An order nobody is asked about: it is declined as it is written down, and stays so. */
export async function declineUnasked(
  database: Queryable,
  order: Order,
  reason: DeclineReason,
  nativeCode: string | null,
  atMs: number,
): Promise<void> {
  await database.query(
    `INSERT INTO payment_attempt (attempt_key, lane_id, state, sale_id, amount_minor, currency, instrument, account_id,
       code_hash, mode, bench, recovery_key, reason, native_code, created_at_ms, resolved_at_ms)
     VALUES ($1, $2, 'declined', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
     ON CONFLICT (attempt_key) DO NOTHING`,
    [...orderColumns(order), reason, nativeCode, atMs],
  )
}

function orderColumns(order: Order): unknown[] {
  const { instrument } = order
  return [
    order.attemptKey,
    order.laneId,
    order.saleId,
    order.amountMinor,
    order.currency,
    JSON.stringify(instrument),
    'accountId' in instrument ? instrument.accountId : null,
    order.codeHash,
    order.mode,
    order.bench,
    order.recoveryKey,
  ]
}

/** A cancel of a key nobody has seen: the row that makes every later authorise of it refused. */
export async function layTombstone(
  database: Queryable,
  attemptKey: string,
  laneId: string,
  atMs: number,
): Promise<void> {
  await database.query(
    `INSERT INTO payment_attempt (attempt_key, lane_id, state, created_at_ms, resolved_at_ms)
     VALUES ($1, $2, 'cancelled', $3, $3) ON CONFLICT (attempt_key) DO NOTHING`,
    [attemptKey, laneId, atMs],
  )
}

export interface Resolution {
  readonly state: Exclude<AttemptState, 'started'>
  readonly accountId?: string | null
  readonly reason?: DeclineReason
  readonly nativeCode?: string
  readonly approvedMinor?: number
  readonly approvalCode?: string
  readonly providerReference?: string
  readonly maskedAccount?: string
}

/** Writes the final word on an attempt and answers with the row as it now stands. */
export async function resolveAttempt(
  tx: Transaction,
  attemptKey: string,
  resolution: Resolution,
  atMs: number,
): Promise<Attempt> {
  return changed(
    attemptKey,
    await tx.query<AttemptRow>(
      `UPDATE payment_attempt SET state = $2::text, account_id = coalesce($3, account_id), reason = $4, native_code = $5,
         approval_code = coalesce($6, approval_code), provider_reference = coalesce($7, provider_reference),
         masked_account = coalesce($8, masked_account), approved_minor = coalesce($9, approved_minor),
         resolved_at_ms = $10::bigint,
         due_at_ms = CASE WHEN $2::text = 'approved' AND cancel_asked_at_ms IS NOT NULL THEN $10::bigint END
       WHERE attempt_key = $1 RETURNING *`,
      [
        attemptKey,
        resolution.state,
        resolution.accountId,
        resolution.reason,
        resolution.nativeCode,
        resolution.approvalCode,
        resolution.providerReference,
        resolution.maskedAccount,
        resolution.approvedMinor,
        atMs,
      ],
    ),
  )
}

/** Nothing is known yet: look again at `dueAtMs`. */
export async function waitUntil(tx: Transaction, attemptKey: string, dueAtMs: number | null): Promise<void> {
  await tx.query('UPDATE payment_attempt SET due_at_ms = $2 WHERE attempt_key = $1', [attemptKey, dueAtMs])
}

/** The last try's key is closed for good: the next one may go out under its own. */
export async function nextTry(tx: Transaction, attemptKey: string, dueAtMs: number): Promise<Attempt> {
  return changed(
    attemptKey,
    await tx.query<AttemptRow>(
      `UPDATE payment_attempt SET tries = tries + 1, called_at_ms = $2::bigint, due_at_ms = $2::bigint
       WHERE attempt_key = $1 RETURNING *`,
      [attemptKey, dueAtMs],
    ),
  )
}

/**
 * The hub itself had closed the key, for nobody's wish but its own patience, and its lane, which could not hear of it,
 * let the goods go: it is charged after all, under the next try's key.
 */
export async function reopenClosed(tx: Transaction, attemptKey: string, atMs: number): Promise<Attempt> {
  return changed(
    attemptKey,
    await tx.query<AttemptRow>(
      `UPDATE payment_attempt SET state = 'started', mode = 'deferred', tries = tries + 1, resolved_at_ms = NULL,
         called_at_ms = $2::bigint, due_at_ms = $2::bigint
       WHERE attempt_key = $1 AND state = 'cancelled' AND cancel_asked_at_ms IS NULL RETURNING *`,
      [attemptKey, atMs],
    ),
  )
}

/** A cancelled key stays so from now on: its lane has asked. */
export async function noteCancelAsked(database: Queryable, attemptKey: string, atMs: number): Promise<void> {
  await database.query(
    `UPDATE payment_attempt SET cancel_asked_at_ms = $2
     WHERE attempt_key = $1 AND state = 'cancelled' AND cancel_asked_at_ms IS NULL`,
    [attemptKey, atMs],
  )
}

/** From here on it is being taken back, whoever asks and however often. */
export async function askCancel(tx: Transaction, attemptKey: string, atMs: number): Promise<Attempt> {
  return changed(
    attemptKey,
    await tx.query<AttemptRow>(
      `UPDATE payment_attempt SET cancel_asked_at_ms = coalesce(cancel_asked_at_ms, $2::bigint), due_at_ms = $2::bigint
       WHERE attempt_key = $1 RETURNING *`,
      [attemptKey, atMs],
    ),
  )
}

/** It began online and was then accepted offline under the same key: from now on it is charged until it expires. */
export async function markDeferred(tx: Transaction, attemptKey: string): Promise<Attempt> {
  return changed(
    attemptKey,
    await tx.query<AttemptRow>(
      `UPDATE payment_attempt SET mode = 'deferred' WHERE attempt_key = $1 RETURNING *`,
      [attemptKey],
    ),
  )
}

export async function addRefunded(tx: Transaction, attemptKey: string, amountMinor: number): Promise<void> {
  await tx.query('UPDATE payment_attempt SET refunded_minor = refunded_minor + $2 WHERE attempt_key = $1', [
    attemptKey,
    amountMinor,
  ])
}

function changed(attemptKey: string, rows: readonly AttemptRow[]): Attempt {
  if (rows[0] === undefined) throw new Error(`Attempt ${attemptKey} is not there`)
  return attemptOf(rows[0])
}
