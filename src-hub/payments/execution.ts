import { unreachable } from '../../src-main/contract/result.ts'
import type { PaymentProvider, ProviderAnswer, ProviderPending } from '../providers/port.ts'
import type { Transaction } from '../store/database.ts'
import type { Attempt } from './attempts.ts'
import { waitUntil } from './attempt-writes.ts'
import { openCase } from './cases.ts'
import { concluded } from './conclusion.ts'
import { type LiveSecret, mayCharge } from './payer.ts'
import type { PaymentScope } from './policy.ts'
import { providerOrder } from './provider-order.ts'
import { closedUncharged, moneyBack, takeBack } from './taking-back.ts'

/** The first call of an attempt, in the process that wrote it down: with the live secret, and no need to ask first. */
export interface FirstCall {
  readonly live: LiveSecret
  readonly fresh: boolean
}

const laterCall: FirstCall = { live: null, fresh: false }

/**
 * Brings an attempt, whose row this transaction has locked, as near to its final word as can be done now: a provider
 * that may have been called before is asked first; what it still does not know is asked again on its timetable; when
 * its patience ends, the key is closed at once. An attempt that has its final word stays as it is.
 */
export async function pursue(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
  { live, fresh }: FirstCall = laterCall,
): Promise<Attempt> {
  if (attempt.cancelAskedAtMs !== null && attempt.outcome.kind === 'pending')
    return takeBack(scope, tx, attempt)
  if (attempt.state !== 'started') {
    await waitUntil(tx, attempt.attemptKey, null)
    return attempt
  }
  const provider = attempt.provider === null ? null : scope.registry.named(attempt.provider)
  if (provider === null) return withoutProvider(scope, tx, attempt)
  const order = providerOrder(scope, attempt, live)
  const known = fresh ? null : await provider.query(tx, order)
  if (known !== null) return heard(scope, tx, attempt, provider, known)
  if (isStillWanted(scope, attempt, provider) && mayCharge(order.payer)) {
    const answer = await provider.authorise(tx, order)
    const surely = fresh || provider.ledger === 'hub' || answer.kind !== 'declined'
    if (surely || (await closedFor(scope, tx, attempt, provider)))
      return heard(scope, tx, attempt, provider, answer)
  }
  // What was sent before may still arrive: only a closed key is certain.
  return heard(scope, tx, attempt, provider, { kind: 'pending', queryAfterMs: provider.timetable.everyMs })
}

/**
 * A refusal is final only when no earlier copy of the order is under way: a wallet that refuses one may charge another
 * that comes later. True when the provider has closed the key.
 */
async function closedFor(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
  provider: PaymentProvider,
): Promise<boolean> {
  const mayClose = scope.context.nowMs() >= attempt.calledAtMs + provider.timetable.cancelNotBeforeMs
  return mayClose && (await provider.cancel(tx, moneyBack(scope, attempt))).kind === 'done'
}

/** Nobody waits any more for an online payment that its provider has not seen for so long; goods on trust are gone. */
function isStillWanted({ context }: PaymentScope, attempt: Attempt, { timetable }: PaymentProvider): boolean {
  return attempt.order?.mode === 'deferred' || context.nowMs() < attempt.calledAtMs + timetable.patienceMs
}

async function heard(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
  provider: PaymentProvider,
  answer: ProviderAnswer,
): Promise<Attempt> {
  switch (answer.kind) {
    case 'approved':
      return concluded(scope, tx, attempt, answer)
    case 'declined':
      // Closed by the provider's own timeout, or by a cancel whose answer was lost: that says nothing of the payer.
      if (answer.reason === 'attemptCancelled') return closedUncharged(scope, tx, attempt)
      return concluded(scope, tx, attempt, answer)
    case 'pending':
      return stillPending(scope, tx, attempt, provider, answer)
    default:
      return unreachable(answer)
  }
}

async function stillPending(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
  provider: PaymentProvider,
  answer: ProviderPending,
): Promise<Attempt> {
  const now = scope.context.nowMs()
  const { firstQueryMs, everyMs, patienceMs } = provider.timetable
  const patienceEndsAtMs = attempt.calledAtMs + patienceMs
  if (now >= patienceEndsAtMs) return takeBack(scope, tx, attempt)
  const nextAtMs = now + Math.min(Math.max(answer.queryAfterMs, 0), everyMs)
  // A clock that went back has the call in its future.
  const queryAtMs = Math.max(nextAtMs, Math.min(attempt.calledAtMs, now) + firstQueryMs)
  await waitUntil(tx, attempt.attemptKey, Math.min(queryAtMs, patienceEndsAtMs))
  return attempt
}

async function withoutProvider(scope: PaymentScope, tx: Transaction, attempt: Attempt): Promise<Attempt> {
  const detail = `${attempt.provider ?? 'a provider'} is not configured any more: configure it again, or close the case.`
  await openCase(tx, 'providerMissing', attempt.attemptKey, detail, scope.context.nowMs())
  await waitUntil(tx, attempt.attemptKey, scope.context.nowMs() + scope.policy.slowEveryMs)
  return attempt
}
