import { createDeferredOutcomes } from '../../../../src-main/payments/deferredOutcomes.ts'
import type { ClockPort } from '../../../../src-main/ports/clock.ts'
import type { LaneStorePort } from '../../../../src-main/ports/store.ts'
import type { ScriptedHub } from './scripted-hub.ts'

/** The hub tells over its feed what became of the payments it took later; each is one commit of the lane. */
export function hear(hub: ScriptedHub, store: LaneStorePort, clock: ClockPort): void {
  const apply = createDeferredOutcomes({ store, clock })
  for (const { attemptKey } of store.attemptsInState(['deferred'])) {
    const told = hub.deferredOutcome(attemptKey)
    if (told)
      store.transact((tx) => {
        apply(tx, told)
      })
  }
}
