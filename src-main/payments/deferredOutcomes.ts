import type { DeferredFinal, DeferredOutcome } from '../contract/deferred.ts'
import type { LaneEventOf } from '../contract/events.ts'
import type { PaymentOutcome } from '../contract/payment.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { AttemptState, LaneStorePort, LaneTransaction } from '../ports/store.ts'

type Resolved = LaneEventOf<'payment.resolved'>

const states: Readonly<Record<DeferredFinal, AttemptState>> = {
  PROCESSED: 'processed',
  DECLINED: 'deferredDeclined',
  EXPIRED: 'expired',
  REVERSED: 'reversed',
}

const outcomes: Readonly<Record<DeferredFinal, Resolved['outcome']>> = {
  PROCESSED: 'approved',
  DECLINED: 'declined',
  EXPIRED: 'expired',
  REVERSED: 'reversed',
}

export interface DeferredOutcomesDeps {
  readonly store: Pick<LaneStorePort, 'attempt'>
  readonly clock: Pick<ClockPort, 'nowMs'>
}

/**
 * Takes in what the hub decided about a payment that this lane accepted offline, inside the caller's transaction. A key
 * that is not deferred here (any more) changes nothing: the hub may tell everything again.
 */
export function createDeferredOutcomes({ store, clock }: DeferredOutcomesDeps) {
  return (tx: LaneTransaction, outcome: DeferredOutcome): void => {
    const record = store.attempt(outcome.attemptKey)
    if (record?.state !== 'deferred') return
    const { attemptKey, saleId } = record
    tx.putAttempt({
      ...record,
      state: states[outcome.state],
      outcome: paymentOutcomeOf(outcome),
      updatedAtMs: clock.nowMs(),
    })
    tx.append(
      { kind: 'sale', id: saleId },
      {
        type: 'payment.resolved',
        attemptKey,
        saleId,
        outcome: outcomes[outcome.state],
        ...(outcome.approvedMinor === undefined ? {} : { approvedMinor: outcome.approvedMinor }),
        ...(outcome.approvalCode === undefined ? {} : { approvalCode: outcome.approvalCode }),
        ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
      },
    )
  }
}

function paymentOutcomeOf(outcome: DeferredOutcome): PaymentOutcome | null {
  switch (outcome.state) {
    case 'PROCESSED':
      return {
        kind: 'approved',
        approvalCode: outcome.approvalCode ?? '',
        providerReference: '',
        maskedAccount: outcome.maskedAccount ?? '',
        ...(outcome.approvedMinor === undefined ? {} : { approvedMinor: outcome.approvedMinor }),
      }
    case 'DECLINED':
      return { kind: 'declined', reason: outcome.reason ?? 'other' }
    case 'EXPIRED':
    case 'REVERSED':
      return null
  }
}
