const firstMs = 250
const longestMs = 5_000

/** Wait before try number `attempt` (0, 1, 2…), in ms: doubling up to 5 s; `chance` in [0, 1) spreads it by half. */
export function reconnectDelayMs(attempt: number, chance: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 10))
  return Math.round(full * (0.5 + chance / 2))
}
