import type { DevicePort } from '../port/device-port.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

/** Where a member's number stands on a card. */
export type MemberCardFormat =
  /** The serial number that a contactless card answers with (PC/SC part 3: FF CA 00 00 00), in capital hex digits. */
  | { readonly kind: 'uid' }
  /** A file of an application: SELECT by `aid`, SELECT the file, READ BINARY. */
  | {
      readonly kind: 'file'
      /** 5 to 16 bytes in hex. */
      readonly aid: string
      /** Two bytes in hex; left out: what the application answers READ BINARY with at once. */
      readonly fileId?: string
      /** Where the number begins in the file, default 0, and how many bytes it has at most, 1 to 64, default 32. */
      readonly offset?: number
      readonly length?: number
    }

export interface CardEvent {
  /** UID: 8 to 20 hex digits. File: 4 to 32 letters and digits. */
  readonly memberNumber: string
  /** As the operating system names it; tells two readers apart. */
  readonly reader: string
  readonly atMonotonicMs: number
}

/**
 * - `notAMemberCard`: the card has not the application, or no number where it should stand.
 * - `removedTooSoon`: pulled out before it was read. The shopper presents it again.
 * - `unreadable`: it does not answer, or not as a card does.
 */
export const cardRefusals = ['notAMemberCard', 'removedTooSoon', 'unreadable'] as const
export type CardRefusal = (typeof cardRefusals)[number]

export interface RefusedCard {
  readonly reason: CardRefusal
  readonly reader: string
  /** Status word of the last answer in hex, `6A82`; null where there was none. */
  readonly statusWord: string | null
  readonly atMonotonicMs: number
}

export interface CardSlot {
  readonly reader: string
  readonly card: 'absent' | 'reading' | 'read' | 'refused'
}

/**
 * Smart card readers for members' cards: the configured one, or any. A reader that comes or goes while the device is
 * enabled is told as the status update `slots`; with no reader left `checkHealth` says `noReader`, and the device lives
 * on, as one may be plugged in again. The gate closes behind each event as a scanner's does, with `autoDisable`.
 */
export interface SmartCardRWPort extends DevicePort {
  readonly category: 'SmartCardRW'
  readonly autoDisable: boolean
  slots(): readonly CardSlot[]
  dataEnabled(): boolean
  /**
   * Lets the next card through; one that lies in a reader already was read before and has to be presented again.
   * Throws the failure `device.disabled` when the device is not enabled.
   */
  enableData(): void
  disableData(): void
  onData(listener: (card: CardEvent) => void): Unsubscribe
  /** Does not close the gate. */
  onRefused(listener: (card: RefusedCard) => void): Unsubscribe
}
