import type { Notice } from '../contract/laneView.ts'
import type { Attempt, CheckoutState } from '../domain/checkout/state.ts'
import type { AttemptNews, Payments } from '../payments/attempts.ts'
import type { AttemptRecord, LaneStorePort } from '../ports/store.ts'

export interface RestoringDeps {
  readonly store: LaneStorePort
  readonly payments: Payments
  readonly newsOf: (attempt: Attempt) => (news: AttemptNews) => void
}

/** Where a restarted lane goes on: a paid sale is finished, an unknown one is asked about, a basket is kept. */
export function restore({ store, payments, newsOf }: RestoringDeps): {
  state: CheckoutState
  notice: Notice | null
} {
  const sale = store.openSale()
  const unanswered = store.attemptsInState(['intended', 'unknown'])
  const ofThisSale = (record: AttemptRecord) => record.saleId === sale?.saleId
  for (const orphan of unanswered.filter((record) => !ofThisSale(record))) payments.hold(orphan.attemptKey)
  if (!sale) return { state: { kind: 'attract' }, notice: null }

  const paid = store.attemptsInState(['approved', 'deferred', 'processed']).find(ofThisSale)
  if (paid) return { state: { kind: 'approved', sale, attempt: attemptOf(paid) }, notice: null }

  const [open] = unanswered.filter(ofThisSale)
  if (!open) return { state: { kind: 'scanning', sale, lastLineId: null }, notice: { code: 'basketKept' } }
  const attempt = attemptOf(open)
  // The answer comes later, through the controller, once this state stands.
  queueMicrotask(() => {
    payments.resume(open, newsOf(attempt))
  })
  return { state: { kind: 'unknown', sale, attempt, phase: 'querying' }, notice: null }
}

function attemptOf(record: AttemptRecord): Attempt {
  return {
    attemptKey: record.attemptKey,
    tender: record.instrument.kind,
    mode: record.mode,
    amountMinor: record.amount.amountMinor,
    maskedAccount: record.outcome?.kind === 'approved' ? record.outcome.maskedAccount : null,
  }
}
