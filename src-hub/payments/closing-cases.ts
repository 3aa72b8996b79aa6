import type { z } from 'zod'
import type { closeCaseSchema } from '../../src-main/contract/hubMoney.ts'
import { Refusal } from '../refusal.ts'
import type { Transaction } from '../store/database.ts'
import { lockAttempt } from './attempts.ts'
import { resolveAttempt } from './attempt-writes.ts'
import { closeCase, findOpenCase, type PaymentCase } from './cases.ts'
import { afterFinalWord } from './conclusion.ts'
import type { PaymentScope } from './policy.ts'

/**
 * A person ends a case. Nothing stays without a final word for it: who closes the case of an attempt that has none
 * says what they found at the provider, and that becomes its word.
 */
export async function closeByPerson(
  scope: PaymentScope,
  caseId: number,
  { finding, note }: z.infer<typeof closeCaseSchema>,
): Promise<PaymentCase> {
  const now = scope.context.nowMs()
  return scope.context.database.transaction(async (tx) => {
    const open = await findOpenCase(tx, caseId)
    if (open === null) throw new Refusal(404, 'case.unknown', 'There is no such open case.')
    const attempt = await lockAttempt(tx, open.attemptKey)
    if (attempt?.outcome.kind === 'pending') {
      if (finding === undefined) {
        throw new Refusal(
          409,
          'case.findingNeeded',
          'This payment has no final word: look at the provider and say charged or notCharged.',
        )
      }
      const found = { state: finding === 'charged' ? ('approved' as const) : ('cancelled' as const) }
      await clearCancel(tx, attempt.attemptKey)
      const final = await resolveAttempt(
        tx,
        attempt.attemptKey,
        attempt.state === 'approved' || finding === 'notCharged'
          ? found
          : {
              ...found,
              approvedMinor: attempt.order?.amountMinor ?? 0,
              approvalCode: `CASE${caseId}`,
              providerReference: `case-${caseId}`,
              maskedAccount: '****',
            },
        now,
      )
      await afterFinalWord(scope, tx, final)
    }
    const closed = await closeCase(tx, caseId, `${finding ?? 'closed'}: ${note}`, now)
    return closed ?? { ...open, resolvedAtMs: now, resolution: `${finding ?? 'closed'}: ${note}` }
  })
}

/** The person's word stands instead of what was asked of the provider. */
async function clearCancel(tx: Transaction, attemptKey: string): Promise<void> {
  await tx.query('UPDATE payment_attempt SET cancel_asked_at_ms = NULL WHERE attempt_key = $1', [attemptKey])
}

/** The provider is asked again now. */
export async function retryCase(scope: PaymentScope, caseId: number): Promise<void> {
  const now = scope.context.nowMs()
  await scope.context.database.transaction(async (tx) => {
    const open = await findOpenCase(tx, caseId)
    if (open === null) throw new Refusal(404, 'case.unknown', 'There is no such open case.')
    const { attemptKey } = open
    await tx.query(
      `UPDATE payment_attempt SET due_at_ms = $2 WHERE attempt_key = $1
         AND (state = 'started' OR cancel_asked_at_ms IS NOT NULL) AND due_at_ms IS NOT NULL`,
      [attemptKey, now],
    )
    await tx.query(`UPDATE payment_refund SET due_at_ms = $2 WHERE attempt_key = $1 AND state = 'started'`, [
      attemptKey,
      now,
    ])
  })
}
