import { debtsOfSale } from '../recovery/recoveries.ts'
import { waiveRecovery } from '../recovery/settling.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import { openCase } from './cases.ts'
import { findDeferred } from './deferred-rows.ts'
import type { PaymentScope } from './policy.ts'
import { cancelAttempt } from './running.ts'

/** A sale that ended without goods must end without money: noted with its entry, seen to after the commit. */
export async function noteCancelledSale(tx: Transaction, saleId: string, atMs: number): Promise<void> {
  await tx.query(
    'INSERT INTO cancelled_sale (sale_id, due_at_ms) VALUES ($1, $2) ON CONFLICT (sale_id) DO NOTHING',
    [saleId, atMs],
  )
}

export async function dueCancelledSales(database: Queryable, atMs: number, limit: number): Promise<string[]> {
  const rows = await database.query<{ sale_id: string }>(
    'SELECT sale_id FROM cancelled_sale WHERE due_at_ms <= $1 ORDER BY due_at_ms LIMIT $2',
    [atMs, limit],
  )
  return rows.map(({ sale_id }) => sale_id)
}

/** Gives back everything of the sale that the lane did not take back itself, as when it died on the way. */
export async function giveBackSale(scope: PaymentScope, saleId: string): Promise<void> {
  const { database } = scope.context
  const rows = await database.query<{ attempt_key: string; lane_id: string }>(
    `SELECT attempt_key, lane_id FROM payment_attempt
       WHERE sale_id = $1 AND state IN ('started', 'approved') AND refunded_minor < coalesce(approved_minor, amount_minor)
     UNION SELECT attempt_key, lane_id FROM deferred_payment WHERE sale_id = $1 AND state = 'UPLOADED'`,
    [saleId],
  )
  for (const { attempt_key: attemptKey, lane_id: laneId } of rows) {
    const attempt = await cancelAttempt(scope, attemptKey, laneId, 'cancelled')
    scope.context.log.warn(
      { attemptKey, state: attempt.state },
      'A cancelled sale was still paid: given back',
    )
    // Its row says REVERSED as soon as it is looked at.
    if ((await findDeferred(database, attemptKey)) !== null) await lookNow(scope, attemptKey)
  }
  await dropDebts(scope, saleId)
  await database.query('UPDATE cancelled_sale SET due_at_ms = NULL WHERE sale_id = $1', [saleId])
}

/** Nobody owes for goods that never left; what was paid of it meanwhile goes back, and takes the debt with it. */
async function dropDebts(scope: PaymentScope, saleId: string): Promise<void> {
  const { database, nowMs } = scope.context
  for (const { recoveryKey, laneId, paidBy } of await debtsOfSale(database, saleId)) {
    if (paidBy !== null) await cancelAttempt(scope, paidBy, laneId, 'cancelled')
    await database.transaction((tx) => waiveRecovery(tx, recoveryKey, nowMs()))
  }
}

async function lookNow({ context: { database, nowMs } }: PaymentScope, attemptKey: string): Promise<void> {
  await database.query(
    `UPDATE deferred_payment SET due_at_ms = $2 WHERE attempt_key = $1 AND state = 'UPLOADED'`,
    [attemptKey, nowMs()],
  )
}

/** The sales are there: nobody needs to look for them any more. */
export async function saleArrived(tx: Transaction, saleIds: readonly string[], atMs: number): Promise<void> {
  await tx.query(
    `UPDATE payment_case c SET resolved_at_ms = $2, resolution = 'saleArrived'
     FROM payment_attempt a
     WHERE a.sale_id = ANY ($1::text[]) AND c.attempt_key = a.attempt_key AND c.kind = 'saleMissing'
       AND c.resolved_at_ms IS NULL`,
    [saleIds, atMs],
  )
}

/**
 * An approved payment whose sale nobody has reported for long is a person's to look into: its lane may be gone. Looks
 * at what was approved since the last look and is now that old; answers how far it has come.
 */
export async function openMissingSales(scope: PaymentScope): Promise<number> {
  const { database, nowMs } = scope.context
  const untilMs = nowMs() - scope.policy.saleMissingMs
  const rows = await database.query<{ attempt_key: string; created_at_ms: string }>(
    `SELECT attempt_key, created_at_ms FROM payment_attempt a
     WHERE state = 'approved' AND mode = 'online' AND recovery_key IS NULL AND created_at_ms <= $1
       AND created_at_ms > $1 - 2 * $2::bigint AND refunded_minor < approved_minor
       AND NOT EXISTS (SELECT 1 FROM sale s WHERE s.sale_id = a.sale_id)
       AND NOT EXISTS (SELECT 1 FROM payment_case c WHERE c.attempt_key = a.attempt_key AND c.kind = 'saleMissing')`,
    [untilMs, scope.policy.saleMissingMs],
  )
  for (const { attempt_key: attemptKey, created_at_ms: at } of rows) {
    const detail = 'It was approved and its lane has reported neither the sale nor its end.'
    await openCase(database, 'saleMissing', attemptKey, detail, toSafeInteger(at))
  }
  return rows.length
}
