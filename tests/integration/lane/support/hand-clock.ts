import { setImmediate as turn } from 'node:timers/promises'
import type { ClockPort } from '../../../../src-main/ports/clock.ts'

export interface HandClock extends ClockPort {
  /** Lets `ms` pass: every timer due runs in order, and promises settle in between. */
  advance(ms: number): Promise<void>
  /** Lets what is due now finish. */
  settle(): Promise<void>
  /** Drops every timer, as the end of a process does. */
  forget(): void
}

const startedAtMs = Date.UTC(2026, 5, 1, 9, 30)

/** A clock that stands still until told to go on. */
export function createHandClock(): HandClock {
  let nowMs = 0
  let order = 0
  const timers = new Map<number, { readonly atMs: number; readonly run: () => void }>()
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 4; turns += 1) await turn()
  }
  const nextDue = (untilMs: number): number | null => {
    const due = [...timers].filter(([, { atMs }]) => atMs <= untilMs).sort(([, a], [, b]) => a.atMs - b.atMs)
    return due[0]?.[0] ?? null
  }
  return {
    nowMs: () => startedAtMs + nowMs,
    monotonicMs: () => nowMs,
    moment: () => ({ atMs: startedAtMs + nowMs, bootId: 'b'.repeat(32), monotonicMs: nowMs }),
    after(delayMs, run) {
      const id = ++order
      timers.set(id, { atMs: nowMs + delayMs, run })
      return () => void timers.delete(id)
    },
    forget: () => {
      timers.clear()
    },
    settle,
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
