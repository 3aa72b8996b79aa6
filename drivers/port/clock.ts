/** The time a driver needs; the lane's ClockPort satisfies it. */
export interface DriverClock {
  /** Milliseconds since an arbitrary point of this boot; never goes back. */
  monotonicMs(): number
  /** Calls `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void
}

export const systemDriverClock: DriverClock = {
  monotonicMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
