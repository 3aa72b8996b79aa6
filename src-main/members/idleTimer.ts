import type { ClockPort } from '../ports/clock.ts'

/**
 * Whoever walked away in the middle has left: the next person finds nobody's name on the screen. Each call begins the
 * wait anew; null ends it.
 */
export type ArmIdle = (limitMs: number | null) => void

export function createIdleTimer(clock: Pick<ClockPort, 'after'>, onIdle: () => void): ArmIdle {
  let cancel: () => void = () => undefined
  return (limitMs) => {
    cancel()
    cancel = limitMs === null ? () => undefined : clock.after(limitMs, onIdle)
  }
}

/** A step that nobody answers is left after this long; a look ends by itself before. Staff may take longer to come. */
export const idleLimitMs = 90_000
export const staffLimitMs = 10 * 60_000
