import type { LaneView } from '../../src-main/contract/laneView.ts'

export type Tone = 'scanned' | 'attention' | 'refused' | 'done'

interface Note {
  readonly hertz: number
  readonly startMs: number
  readonly lengthMs: number
}

/** Short, soft, told apart by shape: one, two level, two falling, three rising. */
export const tones: Record<Tone, readonly Note[]> = {
  scanned: [{ hertz: 988, startMs: 0, lengthMs: 70 }],
  attention: [
    { hertz: 659, startMs: 0, lengthMs: 120 },
    { hertz: 659, startMs: 180, lengthMs: 120 },
  ],
  refused: [
    { hertz: 440, startMs: 0, lengthMs: 130 },
    { hertz: 330, startMs: 130, lengthMs: 200 },
  ],
  done: [
    { hertz: 659, startMs: 0, lengthMs: 100 },
    { hertz: 784, startMs: 100, lengthMs: 100 },
    { hertz: 988, startMs: 200, lengthMs: 220 },
  ],
}

/** Gain 0..1 by hour of the day: softer before 8 and after 20. */
export function loudness(hour: number): number {
  return hour >= 8 && hour < 20 ? 0.16 : 0.06
}

/** What a change of the view sounds like; each of these is also seen. Null is silence. */
export function toneFor(before: LaneView, now: LaneView): Tone | null {
  if (now.screen.kind === 'declined' && before.screen.kind !== 'declined') return 'refused'
  if (now.screen.kind === 'approved' && before.screen.kind !== 'approved') return 'done'
  if (isNewIntervention(before, now)) return 'attention'
  if (now.notice !== null && now.notice.code !== before.notice?.code) {
    return now.notice.code === 'basketKept' ? 'attention' : 'refused'
  }
  return now.basket.itemCount > before.basket.itemCount ? 'scanned' : null
}

function isNewIntervention(before: LaneView, now: LaneView): boolean {
  const { intervention } = now
  return intervention !== null && intervention.interventionKey !== before.intervention?.interventionKey
}
