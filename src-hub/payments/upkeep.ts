import { openMissingSales } from './cancelled-sales.ts'
import { renewLeases } from './leases.ts'
import type { PaymentScope } from './policy.ts'

/** Between two rounds of what nobody waits for. */
const everyMs = 30_000

/** What is seen to now and then: sales that never came, and what lanes may accept on their own. */
export function createUpkeep(scope: PaymentScope): () => Promise<void> {
  let lastMs = Number.NEGATIVE_INFINITY
  return async () => {
    const now = scope.context.nowMs()
    if (Math.abs(now - lastMs) < everyMs) return
    lastMs = now
    await openMissingSales(scope)
    await renewLeases(scope)
  }
}
