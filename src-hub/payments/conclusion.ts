import type { ProviderAnswer, ProviderPending } from '../providers/port.ts'
import { reopenRecovery, settleRecovery } from '../recovery/settling.ts'
import type { Transaction } from '../store/database.ts'
import type { Attempt, Order } from './attempts.ts'
import { askCancel, type Resolution, resolveAttempt } from './attempt-writes.ts'
import { resolveCases } from './cases.ts'
import { finishDeferred } from './deferred-finish.ts'
import type { PaymentScope } from './policy.ts'

/** The provider's final word, written down with all that follows from it. */
export async function concluded(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
  answer: Exclude<ProviderAnswer, ProviderPending>,
): Promise<Attempt> {
  const resolution = resolutionOf(answer, attempt.order)
  const final = await resolveAttempt(tx, attempt.attemptKey, resolution, scope.context.nowMs())
  return afterFinalWord(scope, tx, final)
}

function resolutionOf(answer: Exclude<ProviderAnswer, ProviderPending>, order: Order | null): Resolution {
  const { accountId } = answer
  if (answer.kind === 'declined') {
    const { reason, nativeCode } = answer
    return { state: 'declined', accountId, reason, ...(nativeCode === undefined ? {} : { nativeCode }) }
  }
  const { approvedMinor, approvalCode, providerReference, maskedAccount } = answer
  if (order === null || approvedMinor < 1 || approvedMinor > order.amountMinor)
    throw new Error(`A provider approved ${approvedMinor} of another amount`)
  return { state: 'approved', accountId, approvedMinor, approvalCode, providerReference, maskedAccount }
}

/** Everything that hangs on an attempt's final word, in the transaction that writes it. */
export async function afterFinalWord(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
): Promise<Attempt> {
  const now = scope.context.nowMs()
  scope.context.log.info(
    { attemptKey: attempt.attemptKey, state: attempt.state, provider: attempt.provider },
    'A payment has its final word',
  )
  await resolveCases(tx, attempt.attemptKey, attempt.state, now)
  const debt = attempt.order?.recoveryKey ?? null
  if (debt !== null && attempt.state === 'cancelled') await reopenRecovery(tx, attempt.attemptKey, now)
  if (debt !== null && attempt.state === 'approved') {
    const paid = await settleRecovery(tx, debt, attempt, now)
    // Somebody else paid it meanwhile, or it was waived: this money goes back.
    if (!paid) return askCancel(tx, attempt.attemptKey, now)
  }
  if (attempt.outcome.kind !== 'pending') await finishDeferred(scope, tx, attempt)
  return attempt
}
