import type { DevicePort } from '../port/device-port.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

/** A member's card was swiped: the one number that leaves the reader. */
export interface SwipeEvent {
  /** 4 to 19 letters and digits, as on the track before its first separator. Never the number of a payment card. */
  readonly memberNumber: string
  /** The track it stood on. */
  readonly track: 1 | 2 | 3
  /** When the last byte of the swipe came, by the driver's clock. */
  readonly atMonotonicMs: number
}

/**
 * - `paymentCardRefused`: a payment card (ISO/IEC 7813). All that was read of it is already overwritten; nothing of it
 *   is known here, and nothing of it goes on.
 * - `unreadable`: no track could be decoded. The shopper swipes again.
 * - `notAMemberCard`: readable, and none of this shop's cards.
 */
export const swipeRefusals = ['paymentCardRefused', 'unreadable', 'notAMemberCard'] as const
export type SwipeRefusal = (typeof swipeRefusals)[number]

export interface RefusedSwipe {
  readonly reason: SwipeRefusal
  readonly atMonotonicMs: number
}

/**
 * A magnetic stripe reader for loyalty cards. Like a scanner's, its gate closes behind each event with `autoDisable`
 * (the default) until `enableData()`; a swipe meanwhile is overwritten and told as the status update `readIgnored`.
 */
export interface MsrPort extends DevicePort {
  readonly category: 'Msr'
  readonly autoDisable: boolean
  dataEnabled(): boolean
  /** Lets the next swipe through. Throws the failure `device.disabled` when the device is not enabled. */
  enableData(): void
  disableData(): void
  onData(listener: (swipe: SwipeEvent) => void): Unsubscribe
  /** Does not close the gate. */
  onRefused(listener: (swipe: RefusedSwipe) => void): Unsubscribe
}
