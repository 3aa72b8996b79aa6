import { offlineRefusal, type OfflineLimits } from '../domain/offline/policy.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { AttemptRecord, LaneStorePort } from '../ports/store.ts'

export interface DeferringDeps {
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly limits: OfflineLimits
  readonly forked: () => boolean
}

/** May an attempt whose hub vanished be charged later? The offline policy, asked for the attempt's own amount. */
export function attemptDeferral({
  store,
  clock,
  limits,
  forked,
}: DeferringDeps): (attempt: AttemptRecord) => boolean {
  return ({ amount, instrument }) =>
    offlineRefusal({
      forked: forked(),
      tender: instrument.kind,
      amountMinor: amount.amountMinor,
      deferred: store.deferredTotals(amount.currency),
      nowMs: clock.nowMs(),
      limits,
    }) === null
}
