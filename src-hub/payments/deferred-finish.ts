import type { DeferredFinal } from '../../src-main/contract/deferred.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { isCancelled, reportedSale } from '../entries/reported-sale.ts'
import { publish } from '../feed/publish.ts'
import { flagAccount } from '../providers/wallet/accounts.ts'
import { openDebt } from '../recovery/recoveries.ts'
import type { Transaction } from '../store/database.ts'
import type { Attempt } from './attempts.ts'
import { openCase } from './cases.ts'
import { type DeferredPayment, lockUploaded, resolveDeferred } from './deferred-rows.ts'
import type { PaymentScope } from './policy.ts'
import { reducedMinor, takeReductions } from './reduction-rows.ts'

/**
 * Gives the deferred payment of this attempt, if there is one, the final state that follows from the attempt's final
 * word, tells its lane, and opens the debt of what left the store unpaid. All within the transaction of that word.
 */
export async function finishDeferred(scope: PaymentScope, tx: Transaction, attempt: Attempt): Promise<void> {
  const payment = await lockUploaded(tx, attempt.attemptKey)
  if (payment === null) return
  const state = stateOf(attempt, payment)
  if (state === null) return
  const { attemptKey, outcome } = attempt
  const now = scope.context.nowMs()
  const reason = outcome.kind === 'declined' ? outcome.reason : null
  await resolveDeferred(tx, attemptKey, state, reason, now)
  const recoveryKey = await debtFor(tx, payment, attempt, state, now)
  await publish(
    tx,
    { laneId: payment.laneId },
    {
      kind: 'deferredOutcome',
      attemptKey,
      state,
      ...(reason === null ? {} : { reason }),
      ...(attempt.approvalCode === null ? {} : { approvalCode: attempt.approvalCode }),
      ...(attempt.maskedAccount === null ? {} : { maskedAccount: attempt.maskedAccount }),
      ...(attempt.approvedMinor === null || attempt.approvedMinor === payment.amountMinor
        ? {}
        : { approvedMinor: attempt.approvedMinor }),
      ...(recoveryKey === null ? {} : { recoveryKey }),
    },
    now,
  )
  scope.context.log.info({ attemptKey, laneId: payment.laneId, state, reason }, 'A deferred payment ended')
}

/** Null while the attempt itself does not know. */
function stateOf(attempt: Attempt, payment: DeferredPayment): DeferredFinal | null {
  switch (attempt.outcome.kind) {
    case 'approved':
    case 'refunded':
      return 'PROCESSED'
    case 'declined':
      return 'DECLINED'
    case 'cancelled':
      return payment.expiringAtMs === null ? 'REVERSED' : 'EXPIRED'
    case 'pending':
    case 'notFound':
      return null
    default:
      return unreachable(attempt.outcome)
  }
}

/** The debt's key; null when nothing is owed, or nobody is known to owe it. */
async function debtFor(
  tx: Transaction,
  payment: DeferredPayment,
  attempt: Attempt,
  state: DeferredFinal,
  atMs: number,
): Promise<string | null> {
  const { attemptKey, accountId: known, saleId, laneId, currency, soldAtMs } = payment
  // Once it is charged a reduction comes back as a refund; before, it makes the debt smaller.
  const reduced = await (state === 'PROCESSED'
    ? reducedMinor(tx, attemptKey)
    : takeReductions(tx, attemptKey))
  const amountMinor =
    payment.amountMinor - reduced - (state === 'PROCESSED' ? (attempt.approvedMinor ?? 0) : 0)
  if (amountMinor <= 0) return null
  if (state === 'REVERSED') {
    await caseForUnpaidGoods(tx, payment, atMs)
    return null
  }
  const accountId = attempt.accountId ?? known
  if (accountId === null || (await isCancelled(tx, saleId))) return null
  await flagAccount(tx, accountId, state === 'EXPIRED' ? 'deferredExpired' : 'deferredDeclined', atMs)
  const debt = { attemptKey, accountId, saleId, laneId, amountMinor, currency, soldAtMs }
  return openDebt(tx, debt, atMs)
}

/** The lane both cancelled the payment and let the goods go with it. */
async function caseForUnpaidGoods(tx: Transaction, payment: DeferredPayment, atMs: number): Promise<void> {
  const sale = await reportedSale(tx, payment.saleId)
  if (sale?.type !== 'sale.completed') return
  if (!sale.payments.some(({ attemptKey }) => attemptKey === payment.attemptKey)) return
  const detail = 'The sale counts on this payment, but the lane has cancelled it.'
  await openCase(tx, 'goodsUnpaid', payment.attemptKey, detail, atMs)
}
