import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

/** States of a cashless device on a vending machine's bus (MDB/ICP 4.3, section 7.3). */
export const vendSessionStates = ['inactive', 'disabled', 'enabled', 'idle', 'vend'] as const
export type VendSessionState = (typeof vendSessionStates)[number]

/** Somebody chose a product at the machine, and it asks whether that is paid. */
export interface VendRequest {
  /** Rises with each request of this opening; names it in the answer. */
  readonly number: number
  /** In minor units by the driver's `decimals`. */
  readonly amountMinor: number
  /** The machine's own number of the selection; null when it did not say. */
  readonly item: number | null
}

/** How a request that was approved ended. `unknown`: the machine reset or vanished before it said so. */
export interface VendResult {
  readonly number: number
  readonly outcome: 'success' | 'failure' | 'cancelled' | 'unknown'
}

/**
 * A cashless device in a machine with its own controller: the machine chooses and dispenses, we say whether it is paid.
 *
 * Obligations of an implementation:
 * - Every request ends in exactly one result: after `deny`, after a cancel of the machine, after its vend success or
 *   failure, or `unknown` when the machine or the bridge goes away.
 * - `approve` and `deny` of a request that is over reject with `device.illegal` and send nothing.
 */
export interface VendSessionPort extends DevicePort {
  readonly category: 'VendingController'
  sessionState(): VendSessionState
  /** Lets the machine give out what was asked for. */
  approve(number: number, call: CallOptions): Promise<void>
  deny(number: number, call: CallOptions): Promise<void>
  onSessionState(listener: (state: VendSessionState) => void): Unsubscribe
  onVendRequest(listener: (request: VendRequest) => void): Unsubscribe
  onVendResult(listener: (result: VendResult) => void): Unsubscribe
}
