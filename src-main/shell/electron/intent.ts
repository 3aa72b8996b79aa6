import type { LaneCommandType } from '../../contract/laneCommand.ts'

/** What moves money, opens a face to the lane or lets staff decide: a message alone is not enough for these. */
const needsTouch: ReadonlySet<LaneCommandType> = new Set<LaneCommandType>([
  'payment:confirm',
  'enrolment:consent',
  'intervention:resolve',
  'myFace:delete',
])

/** How old a touch may be, ms: the page answers one within 100 ms, a slow one within a second. */
export const touchValidForMs = 2000

/** Inputs Electron reports from the screen or keyboard itself; a script in the page cannot make one. */
const realInputs: ReadonlySet<string> = new Set([
  'mouseUp',
  'touchEnd',
  'gestureTap',
  'pointerUp',
  'keyUp',
  'rawKeyDown',
])

/** Remembers when a person last touched the screen, outside the page that could be lied to. */
export interface IntentWatch {
  sawInput(type: string): void
  isIntended(command: LaneCommandType): boolean
}

/** `monotonicMs` is a clock that never goes back. */
export function createIntentWatch(monotonicMs: () => number): IntentWatch {
  let touchedAtMs: number | null = null
  return {
    sawInput(type) {
      if (realInputs.has(type)) touchedAtMs = monotonicMs()
    },
    isIntended(command) {
      if (!needsTouch.has(command)) return true
      return touchedAtMs !== null && monotonicMs() - touchedAtMs <= touchValidForMs
    },
  }
}
