/**
 * - `closed`: the device is opened again after each loss, with back-off.
 * - `open`: it was lost too often; it is left alone for a while.
 * - `halfOpen`: one try; it must stay for a while before it is trusted again.
 */
export type BreakerState = 'closed' | 'open' | 'halfOpen'

export interface BreakerPolicy {
  /** So many losses within `withinMs` open the breaker. */
  readonly losses: number
  readonly withinMs: number
  /** How long the device is left alone the first time; then twice as long each time, up to `longestRestMs`. */
  readonly restMs: number
  readonly longestRestMs: number
  /** How long a device must stay after a rest before its losses are forgotten. */
  readonly steadyMs: number
}

/** A cable with a loose contact flaps several times a second; a shopper who moves a cable does so once or twice. */
export const defaultBreakerPolicy: BreakerPolicy = {
  losses: 10,
  withinMs: 60_000,
  restMs: 10_000,
  longestRestMs: 60_000,
  steadyMs: 5000,
}

/** All times are of one clock that never goes back, in ms. */
export interface Breaker {
  state(): BreakerState
  /** A device that was there is gone, or could not be brought up. Returns how long it is to be left alone, or null. */
  lost(nowMs: number): number | null
  /** The rest is over. */
  tries(): void
  /** The device has been there, without a loss, since `sinceMs`. */
  steady(sinceMs: number, nowMs: number): void
}

export function createBreaker(policy: BreakerPolicy): Breaker {
  let state: BreakerState = 'closed'
  let lossesAtMs: number[] = []
  let rests = 0

  const rest = (): number => {
    state = 'open'
    rests += 1
    return Math.min(policy.longestRestMs, policy.restMs * 2 ** (rests - 1))
  }

  return {
    state: () => state,
    lost(nowMs) {
      if (state === 'halfOpen') return rest()
      lossesAtMs = [...lossesAtMs.filter((atMs) => nowMs - atMs < policy.withinMs), nowMs]
      return lossesAtMs.length < policy.losses ? null : rest()
    },
    tries() {
      state = 'halfOpen'
    },
    steady(sinceMs, nowMs) {
      if (state !== 'halfOpen' || nowMs - sinceMs < policy.steadyMs) return
      state = 'closed'
      lossesAtMs = []
      rests = 0
    },
  }
}
