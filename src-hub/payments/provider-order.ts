import type { ProviderOrder } from '../providers/port.ts'
import type { Attempt } from './attempts.ts'
import { type LiveSecret, payerOf } from './payer.ts'
import type { PaymentScope } from './policy.ts'

/** What the current try is called at the provider. */
export function chargeKey({ attemptKey, tries }: Attempt): string {
  return `${attemptKey}-${tries}`
}

/** What a provider is told about this attempt. Throws for a tombstone: it has no order. */
export function providerOrder(scope: PaymentScope, attempt: Attempt, live: LiveSecret = null): ProviderOrder {
  const { order, payer: kept } = attempt
  const payer = kept === null || order === null ? null : payerOf(kept, order.codeHash, live)
  if (order === null || payer === null)
    throw new Error(`Attempt ${attempt.attemptKey} was never to be charged`)
  return {
    providerKey: chargeKey(attempt),
    attemptKey: attempt.attemptKey,
    laneId: order.laneId,
    saleId: order.saleId,
    amountMinor: order.amountMinor,
    currency: order.currency,
    payer,
    atMs: attempt.createdAtMs,
    signal: AbortSignal.timeout(scope.policy.callLimitMs),
  }
}
