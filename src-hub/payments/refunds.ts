import type { RefundRequest } from '../../src-main/contract/hubApi.ts'
import type { PaymentOutcome } from '../../src-main/contract/payment.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import type { MoneyBackAnswer, PaymentProvider } from '../providers/port.ts'
import { Refusal } from '../refusal.ts'
import { Busy, type Queryable, type Transaction } from '../store/database.ts'
import { type Attempt, findAttempt, lockKnown } from './attempts.ts'
import { addRefunded } from './attempt-writes.ts'
import { openCase } from './cases.ts'
import type { PaymentScope } from './policy.ts'
import { chargeKey } from './provider-order.ts'
import {
  findRefund,
  keepRefund,
  promisedMinor,
  type Refund,
  refundDue,
  resolveRefund,
} from './refund-rows.ts'
import { inTransaction, providerOf } from './running.ts'

/**
 * Gives back a part or all of an approved attempt, never more than was paid; one refund key pays out once. The promise
 * is committed before a provider outside is called, and is pursued until it is kept or refused.
 */
export async function refundAttempt(
  scope: PaymentScope,
  { attemptKey }: Attempt,
  request: RefundRequest,
): Promise<PaymentOutcome> {
  const { database } = scope.context
  const provider = providerOf(scope, await findAttempt(database, attemptKey))
  const outside = provider?.ledger === 'outside'
  try {
    const promised = await inTransaction(scope, provider, async (tx) => {
      const refused = await promise(scope, tx, await lockKnown(tx, attemptKey), request, provider)
      if (refused !== null || outside) return refused
      return payOut(scope, tx, request.refundKey)
    })
    return promised ?? (await payOutLater(scope, attemptKey, request.refundKey))
  } catch (error) {
    if (error instanceof Busy) return { kind: 'pending' }
    throw error
  }
}

/** Goes on with a promised refund. */
export async function payOutLater(
  scope: PaymentScope,
  attemptKey: string,
  refundKey: string,
): Promise<PaymentOutcome> {
  const provider = providerOf(scope, await findAttempt(scope.context.database, attemptKey))
  return inTransaction(scope, provider, (tx) => payOut(scope, tx, refundKey))
}

/** Null when the promise stands; else why it cannot be made, which is an answer too. */
async function promise(
  scope: PaymentScope,
  tx: Transaction,
  attempt: Attempt,
  request: RefundRequest,
  provider: PaymentProvider | null,
): Promise<PaymentOutcome | null> {
  const earlier = await findRefund(tx, request.refundKey)
  if (earlier !== null) {
    requireSame(earlier, request)
    return null
  }
  const { order, outcome, approvedMinor } = attempt
  if (attempt.state !== 'approved' || order === null || outcome.kind === 'pending') return outcome
  if (order.currency !== request.currency)
    throw new Refusal(409, 'payment.refundCurrency', `This attempt was paid in ${order.currency}.`)
  const paidMinor = approvedMinor ?? 0
  if ((await promisedMinor(tx, attempt.attemptKey)) + request.amountMinor > paidMinor)
    throw new Refusal(409, 'payment.refundTooLarge', 'More would be given back than was paid.')
  if (provider?.declares.partialRefund === false && request.amountMinor !== paidMinor)
    throw new Refusal(409, 'payment.refundWholeOnly', `${provider.name} gives back the whole payment only.`)
  await keepRefund(tx, request, scope.context.nowMs())
  return null
}

/** Under the attempt's lock: asks the provider, with the same key however often, and writes down what it says. */
async function payOut(scope: PaymentScope, tx: Transaction, refundKey: string): Promise<PaymentOutcome> {
  const promised = await knownRefund(tx, refundKey)
  const attempt = await lockKnown(tx, promised.attemptKey)
  const refund = await knownRefund(tx, refundKey)
  if (refund.state !== 'started') return outcomeOf(refund)
  const provider = providerOf(scope, attempt)
  if (provider === null || attempt.order === null) {
    await openCase(tx, 'providerMissing', attempt.attemptKey, 'Its provider is not configured.', refund.atMs)
    await refundDue(tx, refundKey, scope.context.nowMs() + scope.policy.slowEveryMs)
    return { kind: 'pending' }
  }
  const answer = await provider.refund(tx, {
    chargeKey: chargeKey(attempt),
    providerKey: `${attempt.attemptKey}-refund-${refundKey}`,
    attemptKey: attempt.attemptKey,
    amountMinor: refund.amountMinor,
    chargedMinor: attempt.approvedMinor ?? attempt.order.amountMinor,
    currency: refund.currency,
    atMs: refund.atMs,
    signal: AbortSignal.timeout(scope.policy.callLimitMs),
  })
  return heard(scope, tx, refund, answer)
}

async function heard(
  scope: PaymentScope,
  tx: Transaction,
  refund: Refund,
  answer: MoneyBackAnswer,
): Promise<PaymentOutcome> {
  const { refundKey, attemptKey } = refund
  const now = scope.context.nowMs()
  switch (answer.kind) {
    case 'done':
      await addRefunded(tx, attemptKey, refund.amountMinor)
      return outcomeOf(await resolveRefund(tx, refundKey, 'done', answer.providerReference, null))
    case 'refused':
      await openCase(tx, 'refundRefused', attemptKey, `Its provider refuses: ${answer.nativeCode}.`, now)
      scope.context.log.warn({ attemptKey, refundKey }, 'A refund was refused: a payment waits for a person')
      return outcomeOf(await resolveRefund(tx, refundKey, 'refused', null, answer.nativeCode))
    case 'pending': {
      const overdue = now - refund.atMs >= scope.policy.caseAfterMs
      if (overdue) await openCase(tx, 'providerSilent', attemptKey, 'A refund of it has no answer.', now)
      const waitMs = overdue ? scope.policy.slowEveryMs : Math.max(answer.queryAfterMs, 1_000)
      await refundDue(tx, refundKey, now + waitMs)
      return { kind: 'pending' }
    }
    default:
      return unreachable(answer)
  }
}

function outcomeOf(refund: Refund): PaymentOutcome {
  switch (refund.state) {
    case 'done':
      return { kind: 'refunded', providerReference: refund.providerReference ?? '' }
    case 'refused':
      return { kind: 'declined', reason: 'other', nativeCode: refund.nativeCode ?? 'refused' }
    case 'started':
      return { kind: 'pending' }
    default:
      return unreachable(refund.state)
  }
}

async function knownRefund(database: Queryable, refundKey: string): Promise<Refund> {
  const refund = await findRefund(database, refundKey)
  if (refund === null) throw new Error(`Refund ${refundKey} is not there`)
  return refund
}

function requireSame(known: Refund, request: RefundRequest): void {
  const same =
    known.attemptKey === request.attemptKey &&
    known.amountMinor === request.amountMinor &&
    known.currency === request.currency
  if (!same) throw new Refusal(409, 'payment.keyReused', 'This refund key was used for another refund.')
}
