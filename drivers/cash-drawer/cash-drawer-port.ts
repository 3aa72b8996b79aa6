import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

export type DrawerState = 'open' | 'closed'

/** UnifiedPOS WaitForDrawerClose: when to remind somebody of an open drawer. All in ms. */
export interface DrawerReminder {
  /** Open for this long before the first beep. */
  readonly beepAfterMs: number
  /** From one beep to the next. */
  readonly beepEveryMs: number
}

/**
 * A cash drawer. `statusUpdate` events: `drawerClosed` (0) and `drawerOpen` (1), each time the state really changed,
 * also when somebody opened it with the key.
 */
export interface CashDrawerPort extends DevicePort {
  readonly category: 'CashDrawer'
  /** Whether open and closed can be told apart (UnifiedPOS CapStatus). */
  readonly hasSensor: boolean
  /** The last known state; null without a sensor and before the first answer. */
  drawer(): DrawerState | null
  /**
   * Opens the drawer. With a sensor it resolves when the drawer is open, and rejects with `device.failure` when it is
   * still closed a second after the pulse (locked, or stuck); without one when the pulse was sent. A drawer that is open
   * already gets no pulse. Rejects with `device.offline` when the printer it hangs on takes no pulse now.
   */
  openDrawer(call: CallOptions): Promise<void>
  /** Resolves when the drawer is closed, at once when it is. Rejects with `device.illegal` without a sensor. */
  waitForDrawerClose(reminder: DrawerReminder, call: CallOptions): Promise<void>
  /** Each time the state changed. */
  onDrawer(listener: (state: DrawerState) => void): Unsubscribe
  /** A reminder is due (`waitForDrawerClose`); sound it with whatever the lane has. */
  onBeep(listener: () => void): Unsubscribe
}
