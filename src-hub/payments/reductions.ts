import { reduceDebt } from '../recovery/settling.ts'
import type { Queryable } from '../store/database.ts'
import { findAttempt } from './attempts.ts'
import type { PaymentScope } from './policy.ts'
import type { Reduction } from './reduction-rows.ts'
import { refundAttempt } from './refunds.ts'

/** A reduction that came after the charge is refunded under its own key; one of a debt makes the debt smaller. */
export async function applyReduction(scope: PaymentScope, reduction: Reduction): Promise<void> {
  const { database, nowMs } = scope.context
  const attempt = await findAttempt(database, reduction.attemptKey)
  if (attempt === null || attempt.outcome.kind === 'pending')
    return lookAgain(database, reduction, nowMs() + scope.policy.deferredRetryMs)
  if (attempt.state === 'approved') {
    const { reductionKey: refundKey, attemptKey, amountMinor } = reduction
    const currency = attempt.order?.currency ?? ''
    await refundAttempt(scope, attempt, { attemptKey, refundKey, amountMinor, currency })
    return lookAgain(database, reduction, null)
  }
  await database.transaction(async (tx) => {
    const rows = await tx.query(
      'UPDATE deferred_reduction SET due_at_ms = NULL WHERE reduction_key = $1 AND due_at_ms IS NOT NULL RETURNING 1',
      [reduction.reductionKey],
    )
    if (rows.length > 0) await reduceDebt(tx, reduction.attemptKey, reduction.amountMinor, nowMs())
  })
}

async function lookAgain(database: Queryable, { reductionKey }: Reduction, dueAtMs: number | null) {
  await database.query('UPDATE deferred_reduction SET due_at_ms = $2 WHERE reduction_key = $1', [
    reductionKey,
    dueAtMs,
  ])
}
