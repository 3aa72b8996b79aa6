import { watch } from 'node:fs'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import type { Turn } from '../proxy/tcpProxy.ts'
import type { Phase } from '../schedule/schedule.ts'

/** Where the sales stand, seen from outside only: screens, the line, and the file system. */
export interface PhaseBoard {
  /** The shopper touches what lets money move. */
  intent(lane: number): void
  turn(lane: number, turn: Turn): void
  view(lane: number, view: LaneView): void
  /** Follows the write-ahead log in a lane's data folder until the returned function is called. */
  watchCommits(lane: number, dataDir: string): () => void
  /** Settles with true when this phase next begins, of one lane or of any (null); with false after `limitMs`. */
  next(phase: Phase, lane: number | null, limitMs: number): Promise<boolean>
}

interface Waiting {
  readonly phase: Phase
  readonly lane: number | null
  readonly hit: () => void
}

export function createPhaseBoard(): PhaseBoard {
  const waiting = new Set<Waiting>()
  const now = new Map<number, Phase>()

  function begin(lane: number, phase: Phase): void {
    now.set(lane, phase)
    for (const one of waiting) {
      if (one.phase === phase && (one.lane === null || one.lane === lane)) one.hit()
    }
  }

  return {
    intent: (lane) => begin(lane, 'intent'),
    turn(lane, { head, what }) {
      if (head.includes('/v1/payments/authorise')) begin(lane, what === 'request' ? 'sent' : 'answered')
      if (head.includes('/v1/journal') && what === 'request') begin(lane, 'draining')
    },
    view(lane, { screen }) {
      if (screen.kind === 'printing' && now.get(lane) !== 'printing') begin(lane, 'printing')
    },
    watchCommits(lane, dataDir) {
      // The pages of a commit have just been written, and what makes them last is under way.
      const watcher = watch(dataDir, (_event, file) => {
        const phase = now.get(lane)
        if (file?.endsWith('-wal') && (phase === 'answered' || phase === 'committing'))
          begin(lane, 'committing')
      })
      return () => watcher.close()
    },
    next: (phase, lane, limitMs) =>
      new Promise((resolve) => {
        const settle = (hit: boolean): void => {
          clearTimeout(limit)
          waiting.delete(one)
          resolve(hit)
        }
        const one: Waiting = { phase, lane, hit: () => settle(true) }
        const limit = setTimeout(() => settle(false), limitMs)
        waiting.add(one)
      }),
  }
}
