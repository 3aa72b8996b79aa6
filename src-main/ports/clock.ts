import type { Moment } from '../contract/values.ts'

/** Time from outside, so that machines and tests can be driven by hand. */
export interface ClockPort {
  /** The wall clock, ms UTC; may jump. */
  nowMs(): number
  /** Milliseconds since an arbitrary point of this boot; never goes back. */
  monotonicMs(): number
  /** The three together, as journal entries carry them. */
  moment(): Moment
  /** Calls `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void
}
