import { performance } from 'node:perf_hooks'
import type { Key } from '../contract/values.ts'
import type { ClockPort } from '../ports/clock.ts'

/** Node's timers fire at once beyond 2^31-1 ms. */
const LONGEST_DELAY_MS = 2_147_483_647

/** The machine's clock. `bootId` is a new random key for every process. */
export function createClock(bootId: Key): ClockPort {
  const monotonicMs = () => performance.now()
  return {
    nowMs: () => Date.now(),
    monotonicMs,
    moment: () => ({ atMs: Date.now(), bootId, monotonicMs: monotonicMs() }),
    after(delayMs, run) {
      const timer = setTimeout(run, Math.min(delayMs, LONGEST_DELAY_MS))
      return () => clearTimeout(timer)
    },
  }
}
