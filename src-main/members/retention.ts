import { Failure } from '../contract/failure.ts'
import type { RightsPolicy } from '../contract/rights.ts'
import { retentionBorderMs } from '../domain/rights/policy.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { Deletions } from './deletion.ts'

export interface RetentionDeps {
  readonly store: Pick<LaneStorePort, 'subjectsUnusedSince'>
  readonly deletions: Deletions
  readonly policy: RightsPolicy
  readonly clock: ClockPort
  readonly log: LogPort
}

const everyMs = 24 * 3_600_000
/** A disk that is full today has room in an hour. */
const againMs = 3_600_000

/**
 * Deletes whoever did not pay with their face for as long as the policy allows: now, and every day until the returned
 * function is called. By the lane's own clock: one that runs ahead deletes early, never late.
 */
export function keepRetention({ store, deletions, policy, clock, log }: RetentionDeps): () => void {
  let cancel = (): void => undefined

  function round(): void {
    let deleted = 0
    try {
      for (const subjectKey of store.subjectsUnusedSince(retentionBorderMs(policy, clock.nowMs()))) {
        deletions.delete({ subjectKey, reason: 'retention' })
        deleted += 1
      }
      cancel = clock.after(everyMs, round)
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      log.error({ failure: thrown.toJSON() }, 'references that are due could not be deleted yet')
      cancel = clock.after(againMs, round)
    }
    if (deleted > 0)
      log.info(
        { deleted, unusedDays: policy.retention.unusedDays },
        'references unused for too long are deleted',
      )
  }

  round()
  return () => {
    cancel()
  }
}
