/** A smaller step is the network's correction of the clock, and costs no more than its own length; ms. */
const toleranceMs = 2_000

/** A wall clock beside one that only ever goes forward, such as `performance.now`; both in ms. */
export interface Clocks {
  readonly nowMs: () => number
  readonly steadyMs: () => number
}

/**
 * Watches for a wall clock that was put back while the process ran: compares the time that went by on both clocks since
 * the last look, and calls `wentBack` with the difference. When that fails, the next look finds the same jump again.
 */
export function watchClock(
  { nowMs, steadyMs }: Clocks,
  wentBack: (byMs: number) => Promise<void>,
): () => Promise<void> {
  let last = { wall: nowMs(), steady: steadyMs() }
  return async () => {
    const now = { wall: nowMs(), steady: steadyMs() }
    const byMs = Math.round(last.wall + (now.steady - last.steady) - now.wall)
    if (byMs > toleranceMs) await wentBack(byMs)
    last = now
  }
}
