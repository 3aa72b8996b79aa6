import type { RefundRequest } from '../../src-main/contract/hubApi.ts'
import { Refusal } from '../refusal.ts'
import { findAttempt } from './attempts.ts'
import { findDeferred } from './deferred-rows.ts'
import type { PaymentScope } from './policy.ts'
import { applyReduction } from './reductions.ts'
import { keepReduction } from './reduction-rows.ts'
import { refundAttempt } from './refunds.ts'

export type GiveBackAnswer =
  | { readonly kind: 'done'; readonly providerReference: string }
  /** Promised, and pursued by the hub; the same key may be asked again. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly code: string }

/**
 * Gives a part of what a sale was paid with back, once for each refund key and never more than was paid. A deferred
 * payment that is not charged yet, or never was, becomes smaller instead: 0 left is `REVERSED`, or nothing owed.
 */
export async function giveBack(scope: PaymentScope, request: RefundRequest): Promise<GiveBackAnswer> {
  try {
    const deferred = await findDeferred(scope.context.database, request.attemptKey)
    if (deferred !== null && deferred.state !== 'PROCESSED') return await reduce(scope, request)
    return await refund(scope, request)
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', code: error.code }
    throw error
  }
}

async function reduce(scope: PaymentScope, request: RefundRequest): Promise<GiveBackAnswer> {
  const { attemptKey, refundKey: reductionKey, amountMinor } = request
  const { database, nowMs } = scope.context
  await database.transaction((tx) => keepReduction(tx, { reductionKey, attemptKey, amountMinor }, nowMs()))
  await applyReduction(scope, { reductionKey, attemptKey, amountMinor })
  return { kind: 'done', providerReference: `reduction-${reductionKey}` }
}

async function refund(scope: PaymentScope, request: RefundRequest): Promise<GiveBackAnswer> {
  const attempt = await findAttempt(scope.context.database, request.attemptKey)
  if (attempt === null) return { kind: 'refused', code: 'payment.notFound' }
  const outcome = await refundAttempt(scope, attempt, request)
  switch (outcome.kind) {
    case 'refunded':
      return { kind: 'done', providerReference: outcome.providerReference }
    case 'pending':
      return { kind: 'pending' }
    case 'declined':
      return { kind: 'refused', code: outcome.nativeCode ?? outcome.reason }
    case 'approved':
    case 'cancelled':
    case 'notFound':
      return { kind: 'refused', code: `payment.${outcome.kind}` }
  }
}
