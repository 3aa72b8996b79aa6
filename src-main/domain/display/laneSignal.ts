import type { LaneView } from '../../contract/laneView.ts'

/** What a lamp above the lane says. */
export type LaneSignal = 'free' | 'selling' | 'helpWanted' | 'closed'

export function laneSignal({ screen, intervention }: LaneView): LaneSignal {
  if (intervention !== null) return 'helpWanted'
  if (screen.kind === 'starting' || screen.kind === 'outOfOrder') return 'closed'
  return screen.kind === 'attract' || screen.kind === 'cancelled' ? 'free' : 'selling'
}

/** What a beeper says of a change: an item went in, a read did not, somebody has to come. */
export type LaneBeep = 'taken' | 'refused' | 'help'

export function laneBeep(before: LaneView, after: LaneView): LaneBeep | null {
  const called = after.intervention?.interventionKey
  if (called !== undefined && called !== before.intervention?.interventionKey) return 'help'
  const misread = after.notice?.code === 'unknownBarcode' || after.notice?.code === 'unreadableBarcode'
  if (misread && JSON.stringify(after.notice) !== JSON.stringify(before.notice)) return 'refused'
  return after.basket.itemCount > before.basket.itemCount ? 'taken' : null
}
