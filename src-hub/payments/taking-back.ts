import { unreachable } from '../../src-main/contract/result.ts'
import type { MoneyBack, MoneyBackAnswer, PaymentProvider } from '../providers/port.ts'
import type { Transaction } from '../store/database.ts'
import type { Attempt } from './attempts.ts'
import { nextTry, resolveAttempt, waitUntil } from './attempt-writes.ts'
import { openCase } from './cases.ts'
import { afterFinalWord, concluded } from './conclusion.ts'
import type { PaymentScope } from './policy.ts'
import { chargeKey, providerOrder } from './provider-order.ts'
import { promisedMinor } from './refund-rows.ts'

/**
 * Makes certain that the attempt is not and will never be charged: closes a key without a final word, gives an approved
 * charge back whole. Until the provider confirms, the attempt keeps its state and is asked for again; what the provider
 * refuses to do becomes a case. The row is locked by this transaction.
 */
export async function takeBack(scope: PaymentScope, tx: Transaction, attempt: Attempt): Promise<Attempt> {
  const provider = attempt.provider === null ? null : scope.registry.named(attempt.provider)
  if (provider === null)
    return slowly(scope, tx, attempt, 'providerMissing', 'Its provider is not configured.')
  const earliestMs = attempt.calledAtMs + provider.timetable.cancelNotBeforeMs
  if (scope.context.nowMs() < earliestMs) {
    await waitUntil(tx, attempt.attemptKey, earliestMs)
    return attempt
  }
  // A promised refund may or may not have been paid out: only when it is known is the rest known.
  if ((await promisedMinor(tx, attempt.attemptKey)) > attempt.refundedMinor)
    return again(scope, tx, attempt, provider.timetable.everyMs)
  const answer = await askedBack(provider, tx, attempt, moneyBack(scope, attempt))
  switch (answer.kind) {
    case 'done':
      return closedUncharged(scope, tx, attempt)
    case 'pending':
      return again(scope, tx, attempt, answer.queryAfterMs)
    case 'refused':
      return refused(scope, tx, attempt, provider, answer.nativeCode)
    default:
      return unreachable(answer)
  }
}

/** A charge that was refunded in part cannot be cancelled any more, only refunded for the rest. */
async function askedBack(
  provider: PaymentProvider,
  tx: Transaction,
  attempt: Attempt,
  back: MoneyBack,
): Promise<MoneyBackAnswer> {
  if (attempt.state === 'started') return provider.cancel(tx, back)
  if (attempt.refundedMinor > 0) return provider.refund(tx, back)
  const answer = await provider.cancel(tx, back)
  // Too late to cancel, as after settlement: the same money comes back as a refund.
  return answer.kind === 'refused' ? provider.refund(tx, back) : answer
}

/** What takes the whole charge of the current try back, or closes its key. */
export function moneyBack(scope: PaymentScope, attempt: Attempt): MoneyBack {
  const { attemptKey, order, approvedMinor, refundedMinor } = attempt
  if (order === null) throw new Error(`Attempt ${attemptKey} has nothing to take back`)
  const chargedMinor = approvedMinor ?? order.amountMinor
  return {
    chargeKey: chargeKey(attempt),
    providerKey: `${chargeKey(attempt)}-void`,
    attemptKey,
    amountMinor: chargedMinor - refundedMinor,
    chargedMinor,
    currency: order.currency,
    atMs: scope.context.nowMs(),
    signal: AbortSignal.timeout(scope.policy.callLimitMs),
  }
}

/**
 * The current try's key is closed and nothing of it is charged. Goods that were taken on trust are still to be paid:
 * their payment is tried again, until it expires.
 */
export async function closedUncharged(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
): Promise<Attempt> {
  const now = scope.context.nowMs()
  if (attempt.state === 'started' && attempt.cancelAskedAtMs === null && attempt.order?.mode === 'deferred')
    return nextTry(tx, attempt.attemptKey, now + scope.policy.deferredRetryMs)
  return afterFinalWord(scope, tx, await resolveAttempt(tx, attempt.attemptKey, { state: 'cancelled' }, now))
}

async function again(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
  queryAfterMs: number,
): Promise<Attempt> {
  const now = scope.context.nowMs()
  const since = attempt.cancelAskedAtMs ?? attempt.calledAtMs
  if (now - since >= scope.policy.caseAfterMs) {
    return slowly(scope, tx, attempt, 'providerSilent', 'Its provider does not say whether it was charged.')
  }
  await waitUntil(tx, attempt.attemptKey, now + Math.max(queryAfterMs, 1_000))
  return attempt
}

async function refused(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
  provider: PaymentProvider,
  nativeCode: string,
): Promise<Attempt> {
  if (attempt.state !== 'started') {
    return slowly(
      scope,
      tx,
      attempt,
      'cannotGiveBack',
      `Its provider refuses to give it back: ${nativeCode}.`,
    )
  }
  const known = await provider.query(tx, providerOrder(scope, attempt))
  if (known?.kind === 'declined' && known.reason === 'attemptCancelled')
    return closedUncharged(scope, tx, attempt)
  if (known !== null && known.kind !== 'pending') return concluded(scope, tx, attempt, known)
  return slowly(scope, tx, attempt, 'cannotClose', `Its provider refuses to close it: ${nativeCode}.`)
}

async function slowly(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
  kind: 'providerMissing' | 'providerSilent' | 'cannotGiveBack' | 'cannotClose',
  detail: string,
): Promise<Attempt> {
  const now = scope.context.nowMs()
  await openCase(tx, kind, attempt.attemptKey, detail, now)
  scope.context.log.warn({ attemptKey: attempt.attemptKey, kind }, 'A payment waits for a person')
  await waitUntil(tx, attempt.attemptKey, now + scope.policy.slowEveryMs)
  return attempt
}
