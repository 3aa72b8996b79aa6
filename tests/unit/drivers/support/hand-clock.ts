import { setImmediate as turn } from 'node:timers/promises'
import type { DriverClock } from '../../../../drivers/port/clock.ts'

export interface HandClock extends DriverClock {
  /** Lets `ms` pass: every timer due runs in order, and promises settle in between. */
  advance(ms: number): Promise<void>
  /** Timers set and neither run nor cancelled. */
  pending(): number
}

/** A clock that stands still until told to go on. */
export function createHandClock(): HandClock {
  let nowMs = 0
  let order = 0
  const timers = new Map<number, { readonly atMs: number; readonly run: () => void }>()
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) await turn()
  }
  const nextDue = (untilMs: number): number | null => {
    let best: number | null = null
    for (const [id, { atMs }] of timers) {
      if (atMs > untilMs) continue
      if (best === null || atMs < (timers.get(best)?.atMs ?? Infinity)) best = id
    }
    return best
  }
  return {
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const id = ++order
      timers.set(id, { atMs: nowMs + delayMs, run })
      return () => void timers.delete(id)
    },
    pending: () => timers.size,
    async advance(ms) {
      const untilMs = nowMs + ms
      await settle()
      for (let id = nextDue(untilMs); id !== null; id = nextDue(untilMs)) {
        const timer = timers.get(id)
        timers.delete(id)
        nowMs = Math.max(nowMs, timer?.atMs ?? nowMs)
        timer?.run()
        await settle()
      }
      nowMs = untilMs
    },
  }
}
