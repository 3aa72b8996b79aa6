import { Refusal } from '../refusal.ts'
import type { Transaction } from '../store/database.ts'
import { type Attempt, findAttempt, lockKnown, type Order } from './attempts.ts'
import {
  askCancel,
  beginAttempt,
  declineUnasked,
  layTombstone,
  markDeferred,
  reopenClosed,
} from './attempt-writes.ts'
import { finishDeferred } from './deferred-finish.ts'
import {
  type DeferredPayment,
  findDeferred,
  keepDeferred,
  lookAgainAt,
  markExpiring,
} from './deferred-rows.ts'
import { pursue } from './execution.ts'
import { requireOwn, requireSameOrder } from './ownership.ts'
import { routeOf } from './payer.ts'
import type { PaymentPolicy, PaymentScope } from './policy.ts'
import { takeReductions } from './reduction-rows.ts'
import { carryOn, inTransaction, providerOf } from './running.ts'

/**
 * Takes a payment over from a lane's journal, in the transaction that keeps its entry: only written down here, charged
 * after the commit. Throws `Refusal` for a key that is another order's or another lane's.
 */
export async function uploadDeferred(
  tx: Transaction,
  policy: PaymentPolicy,
  order: Order,
  soldAtMs: number,
  receivedAtMs: number,
): Promise<void> {
  const { attemptKey, laneId, instrument } = order
  const before = await findDeferred(tx, attemptKey)
  if (before !== null) {
    requireOwn(before, laneId)
    return requireSameOrder(orderOf(before, before.amountMinor), order)
  }
  const attempt = await findAttempt(tx, attemptKey)
  if (attempt !== null) {
    requireOwn(attempt, laneId)
    if (attempt.order !== null) requireSameOrder(attempt.order, order)
  }
  await keepDeferred(tx, {
    attemptKey,
    laneId,
    saleId: order.saleId,
    accountId: 'accountId' in instrument ? instrument.accountId : null,
    amountMinor: order.amountMinor,
    currency: order.currency,
    instrument,
    bench: order.bench,
    soldAtMs,
    receivedAtMs,
    expiresAtMs: receivedAtMs + policy.deferredExpiryMs,
  })
}

/** Charges what is due, or gives up what has expired; safe to repeat at any point. */
export async function executeDeferred(scope: PaymentScope, attemptKey: string): Promise<void> {
  const { database, nowMs } = scope.context
  const payment = await findDeferred(database, attemptKey)
  if (payment?.state !== 'UPLOADED') return
  const known = await findAttempt(database, attemptKey)
  const expired = known !== null && nowMs() >= payment.expiresAtMs
  const attempt = known ?? (await begin(scope, payment))
  const after = expired ? await giveUp(scope, attempt) : await charge(scope, attempt)
  if (after.outcome.kind !== 'pending') return
  // From here the attempt's own timetable leads; what is left to decide here is when to give it up.
  const retryAtMs = nowMs() + scope.policy.deferredRetryMs
  await lookAgainAt(database, attemptKey, expired ? retryAtMs : Math.max(payment.expiresAtMs, retryAtMs))
}

/** Commits the attempt before anybody is called. What a return left nothing of is closed for good instead. */
async function begin(scope: PaymentScope, payment: DeferredPayment): Promise<Attempt> {
  const { database, nowMs } = scope.context
  const { attemptKey, laneId } = payment
  return database.transaction(async (tx) => {
    const dueMinor = payment.amountMinor - (await takeReductions(tx, attemptKey))
    if (dueMinor <= 0) await layTombstone(tx, attemptKey, laneId, nowMs())
    else await beginReduced(scope, tx, orderOf(payment, dueMinor))
    return lockKnown(tx, attemptKey)
  })
}

async function beginReduced(scope: PaymentScope, tx: Transaction, order: Order): Promise<void> {
  const now = scope.context.nowMs()
  const route = await routeOf(tx, scope.registry, order)
  if (route.kind === 'refused') return declineUnasked(tx, order, route.reason, route.nativeCode ?? null, now)
  const began = await beginAttempt(tx, order, route, now)
  if (!began) throw new Refusal(409, 'payment.begunElsewhere', 'The attempt was begun meanwhile; ask again.')
}

async function charge(scope: PaymentScope, attempt: Attempt): Promise<Attempt> {
  return inTransaction(scope, providerOf(scope, attempt), async (tx) => {
    const locked = await lockKnown(tx, attempt.attemptKey)
    const chargeable = await takenOver(scope, tx, locked)
    if (chargeable !== null) return pursue(scope, tx, chargeable)
    await finishDeferred(scope, tx, locked)
    return locked
  })
}

/** The attempt as a deferred one; null when it has its final word. */
async function takenOver(scope: PaymentScope, tx: Transaction, attempt: Attempt): Promise<Attempt | null> {
  const { attemptKey, state, order, cancelAskedAtMs } = attempt
  if (state === 'started') return order?.mode === 'deferred' ? attempt : markDeferred(tx, attemptKey)
  if (state !== 'cancelled' || order === null || cancelAskedAtMs !== null) return null
  return reopenClosed(tx, attemptKey, scope.context.nowMs())
}

/** Expired only when it is certain that it was not charged: until then it stays `UPLOADED`. */
async function giveUp(scope: PaymentScope, attempt: Attempt): Promise<Attempt> {
  const { nowMs } = scope.context
  const asked = await inTransaction(scope, providerOf(scope, attempt), async (tx) => {
    const locked = await lockKnown(tx, attempt.attemptKey)
    await markExpiring(tx, locked.attemptKey, nowMs())
    if (locked.state !== 'started') {
      await finishDeferred(scope, tx, locked)
      return locked
    }
    return askCancel(tx, locked.attemptKey, nowMs())
  })
  return asked.outcome.kind === 'pending' ? carryOn(scope, asked) : asked
}

function orderOf(payment: DeferredPayment, amountMinor: number): Order {
  const { attemptKey, laneId, saleId, currency, instrument, bench } = payment
  return {
    attemptKey,
    laneId,
    saleId,
    amountMinor,
    currency,
    instrument,
    codeHash: null,
    mode: 'deferred',
    bench,
    recoveryKey: null,
  }
}
