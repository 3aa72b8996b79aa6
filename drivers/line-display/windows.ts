import { deviceFailure } from '../port/failures.ts'
import type { LineDisplayScreen, Viewport } from './line-display-port.ts'

/** Window 0 is the whole display. */
export const deviceWindow = 0
/** Beside window 0; more has no place on two lines that a shopper could read. */
export const windowsAtMost = 4

/** The windows of one display; what is refused here is `device.illegal` and changes nothing. */
export interface Windows {
  readonly current: number
  /** The display itself. */
  readonly whole: Viewport
  /** Of the current window. */
  viewport(): Viewport
  /** The new one is current. */
  create(viewport: Viewport): number
  /** Destroys the current one; window 0 is current then. */
  destroy(): void
  select(window: number): void
  /** As at the start: window 0 alone. */
  reset(): void
}

export function createWindows({ columns, rows }: Pick<LineDisplayScreen, 'columns' | 'rows'>): Windows {
  const whole: Viewport = { row: 0, column: 0, height: rows, width: columns }
  const open = new Map<number, Viewport>([[deviceWindow, whole]])
  let current = deviceWindow

  const fits = ({ row, column, height, width }: Viewport): boolean =>
    [row, column, height, width].every(Number.isInteger) &&
    row >= 0 &&
    column >= 0 &&
    height >= 1 &&
    width >= 1 &&
    row + height <= rows &&
    column + width <= columns

  return {
    whole,
    get current() {
      return current
    },
    viewport: () => open.get(current) ?? whole,
    create(viewport) {
      if (!fits(viewport)) {
        throw deviceFailure('illegal', 'create a window', `A window lies within ${rows} × ${columns}.`)
      }
      const free = Array.from({ length: windowsAtMost }, (_, index) => index + 1).find((id) => !open.has(id))
      if (free === undefined) {
        throw deviceFailure('illegal', 'create a window', `There are ${windowsAtMost}; destroy one first.`)
      }
      open.set(free, { ...viewport })
      current = free
      return free
    },
    destroy() {
      if (current === deviceWindow) {
        throw deviceFailure('illegal', 'destroy window 0', 'It is the display itself; clear it instead.')
      }
      open.delete(current)
      current = deviceWindow
    },
    select(window) {
      if (!open.has(window)) {
        throw deviceFailure('illegal', `select window ${window}`, 'There is no such window; create it first.')
      }
      current = window
    },
    reset() {
      open.clear()
      open.set(deviceWindow, whole)
      current = deviceWindow
    },
  }
}
