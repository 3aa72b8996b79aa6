import type { DeclineReason } from '../../src-main/contract/payment.ts'
import type { Payer, PaymentProvider, ProviderAnswer } from '../providers/port.ts'
import type { Transaction } from '../store/database.ts'
import { type Attempt, type Order, resolveAttempt } from './attempts.ts'

/**
 * Charges an attempt whose row this transaction has locked, unless it already has its final word. A provider that may
 * have been called before is asked first.
 */
export async function executeAttempt(
  tx: Transaction,
  provider: PaymentProvider,
  attempt: Attempt,
  atMs: number,
): Promise<Attempt> {
  const { order } = attempt
  if (attempt.state !== 'started' || order === null) return attempt
  const refusal = refusalOf(order, provider)
  if (refusal !== null)
    return resolveAttempt(tx, attempt.attemptKey, { state: 'declined', reason: refusal }, atMs)
  const payer = payerOf(order)
  if (payer === null) return attempt
  const call = {
    providerKey: `${attempt.attemptKey}-${attempt.tries + 1}`,
    attemptKey: attempt.attemptKey,
    laneId: order.laneId,
    saleId: order.saleId,
    amountMinor: order.amountMinor,
    currency: order.currency,
    payer,
    atMs: attempt.createdAtMs,
    signal: AbortSignal.timeout(10_000),
  }
  const answer = (await provider.query(tx, call)) ?? (await provider.authorise(tx, call))
  if (answer.kind === 'pending') return attempt
  return resolveAttempt(
    tx,
    attempt.attemptKey,
    { ...resolutionOf(answer), provider: provider.name, tries: attempt.tries + 1 },
    atMs,
  )
}

function refusalOf(order: Order, provider: PaymentProvider): DeclineReason | null {
  if (order.bench && !provider.declares.takesBench) return 'benchNotAllowed'
  if (order.mode === 'deferred' && !provider.declares.deferrable) return 'offlineLimit'
  return payerOf(order) === null ? 'codeInvalid' : null
}

function payerOf(order: Order): Payer | null {
  if (order.instrument.kind === 'face') return { kind: 'account', accountId: order.instrument.accountId }
  if (order.instrument.kind !== 'walletCode' || order.codeHash === null) return null
  return { kind: 'code', wallet: order.instrument.wallet ?? 'own', codeHash: order.codeHash, code: null }
}

function resolutionOf(answer: Exclude<ProviderAnswer, { kind: 'pending' }>) {
  const { accountId } = answer
  switch (answer.kind) {
    case 'approved': {
      const { approvalCode, providerReference, maskedAccount } = answer
      return { state: 'approved' as const, accountId, approvalCode, providerReference, maskedAccount }
    }
    case 'declined': {
      const { reason, nativeCode } = answer
      return {
        state: 'declined' as const,
        accountId,
        reason,
        ...(nativeCode === undefined ? {} : { nativeCode }),
      }
    }
  }
}

/**
 * Makes sure the key is not and will never be charged: what was approved is taken back whole. A declined attempt stays
 * declined, a refunded one refunded: those were never, or are no longer, charged.
 */
export async function voidAttempt(
  tx: Transaction,
  provider: PaymentProvider,
  attempt: Attempt,
  atMs: number,
): Promise<Attempt> {
  const { attemptKey, order, refundedMinor } = attempt
  if (attempt.state === 'cancelled' || attempt.state === 'declined' || attempt.outcome.kind === 'refunded')
    return attempt
  if (attempt.state === 'approved' && order !== null) {
    await provider.cancel(tx, {
      chargeKey: `${attemptKey}-${attempt.tries}`,
      providerKey: `${attemptKey}-void`,
      attemptKey,
      amountMinor: order.amountMinor - refundedMinor,
      chargedMinor: order.amountMinor,
      currency: order.currency,
      atMs,
      signal: AbortSignal.timeout(10_000),
    })
  }
  return resolveAttempt(tx, attemptKey, { state: 'cancelled' }, atMs)
}
