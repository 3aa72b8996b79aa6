import type { Key } from '../contract/values.ts'
import { offlineRefusal, type IdentityRisk, type OfflinePolicy } from '../domain/offline/policy.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { AttemptRecord, LaneStorePort } from '../ports/store.ts'

export interface DeferringDeps {
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly policy: OfflinePolicy
  readonly forked: () => boolean
}

/** May an attempt whose hub vanished be charged later? The offline policy, asked for the attempt's own amount. */
export function attemptDeferral({
  store,
  clock,
  policy,
  forked,
}: DeferringDeps): (attempt: AttemptRecord) => boolean {
  return ({ amount, instrument }) =>
    offlineRefusal({
      forked: forked(),
      tender: instrument.kind,
      amountMinor: amount.amountMinor,
      deferred: store.deferredTotals(amount.currency),
      identity: 'accountId' in instrument ? identityRisk(store, instrument.accountId, amount.currency) : null,
      nowMs: clock.nowMs(),
      policy,
    }) === null
}

/** What this lane holds and knows of whoever pays. */
export function identityRisk(store: LaneStorePort, accountId: Key, currency: string): IdentityRisk {
  const theirs = store.attemptsInState(['deferred']).filter(({ instrument, amount }) => {
    return 'accountId' in instrument && instrument.accountId === accountId && amount.currency === currency
  })
  return {
    blocked: store.faceBlock(accountId) !== null,
    storedMinor: theirs.reduce((sum, { amount }) => sum + amount.amountMinor, 0),
    allowance: store.allowance(accountId, currency),
  }
}
