import { mayTry, stillCounting, type AttemptLimit } from '../domain/rights/attemptLimit.ts'
import type { ClockPort } from '../ports/clock.ts'

/** Attempts of everybody at this lane; in memory only: a restart takes longer than the wait it would spare. */
export interface Attempts {
  /** Counts one attempt; false, and nothing is counted, when there were too many lately. */
  take(): boolean
}

export function countAttempts(limit: AttemptLimit, clock: Pick<ClockPort, 'monotonicMs'>): Attempts {
  let atMs: readonly number[] = []
  return {
    take() {
      const nowMs = clock.monotonicMs()
      if (!mayTry(limit, atMs, nowMs)) return false
      atMs = [...stillCounting(limit, atMs, nowMs), nowMs]
      return true
    },
  }
}
