import type { Queryable, Transaction } from '../store/database.ts'
import { findAttempt, type Order } from './attempts.ts'
import { beginAttempt, waitUntil } from './attempt-writes.ts'
import { openCase } from './cases.ts'
import { routeOf } from './payer.ts'
import type { PaymentScope } from './policy.ts'

/** A restore leaves its time in the database; see the feed's hub epoch. */
export async function cameFromBackup(database: Queryable): Promise<boolean> {
  const rows = await database.query(`SELECT 1 FROM hub_meta WHERE key = 'restoredAtMs'`)
  return rows.length > 0
}

/**
 * Writes an approved attempt down again that only its lane still knows. It is pursued like any other after a crash: the
 * provider is asked under the first try's key, and only what it never saw is charged. What cannot be asked for without
 * the code is a person's.
 */
export async function restoreLost(scope: PaymentScope, tx: Transaction, order: Order): Promise<void> {
  if ((await findAttempt(tx, order.attemptKey)) !== null) return
  const now = scope.context.nowMs()
  const route = await routeOf(tx, scope.registry, order)
  if (route.kind === 'refused') {
    const detail = `Its lane says that it was approved; the restored hub cannot ask for it again (${route.reason}).`
    return openCase(tx, 'lostInRestore', order.attemptKey, detail, now)
  }
  await beginAttempt(tx, order, route, now)
  await waitUntil(tx, order.attemptKey, now)
}
