import type { Failure } from '../../src-main/contract/failure.ts'
import type { CallOptions } from './call.ts'
import type { DeviceCategory, DeviceState, PowerState } from './constants.ts'
import type { Unsubscribe } from './subscriptions.ts'

/**
 * UnifiedPOS CheckHealth levels: what the driver and the operating system know, without a byte to the device; the
 * device asked; a person looking at the result.
 */
export type HealthLevel = 'internal' | 'external' | 'interactive'

export interface HealthReport {
  readonly healthy: boolean
  /** Stable words for log and status: `ok`, `coverOpen`, `paperEmpty`, `offline`. */
  readonly detailCode: string
}

/** A status of the device changed. `power` for every category; the rest is the category's own. */
export interface StatusUpdate {
  readonly name: string
  /** The UnifiedPOS number where there is one. */
  readonly number?: number
}

/** UnifiedPOS statistics, counted since the driver was made. */
export interface DeviceStatistics {
  /** Times it was enabled. */
  readonly opened: number
  /** Times it vanished or stopped answering while it was open. */
  readonly lost: number
  /** Uses that were begun; one refused for the device's state is none. */
  readonly calls: number
  /** Of these, the ones that failed; not those given up by their caller or ended by `close`. */
  readonly failures: number
  /** When it last did what it was asked, by the driver's clock; null before the first time. */
  readonly lastAnsweredMonotonicMs: number | null
}

/**
 * What every device has, in UnifiedPOS words. Life: open -> claim -> enable -> (use) -> disable -> release -> close.
 *
 * Obligations of an implementation:
 * - Life-cycle calls do not overlap: one made while another runs rejects with `device.busy`; `close` always may.
 * - A call in the wrong state rejects with `device.closed`, `device.notClaimed`, `device.disabled` or `device.illegal`
 *   and does not touch the device.
 * - `claim` takes the hardware exclusively (a second claimer gets `device.claimed` or `device.noExist`).
 * - When the device vanishes: state `error`, an error event `device.offline`, power `offOffline`; every outstanding
 *   promise rejects; then only `close` helps. Nothing reconnects by itself: that is the supervisor's work.
 * - `close` is idempotent, settles every outstanding promise (rejected with `device.closed`) and frees the hardware.
 */
export interface DevicePort {
  readonly category: DeviceCategory
  readonly name: string
  readonly address: string
  state(): DeviceState
  claimed(): boolean
  enabled(): boolean
  power(): PowerState
  open(call: CallOptions): Promise<void>
  claim(call: CallOptions): Promise<void>
  enable(call: CallOptions): Promise<void>
  /** Idempotent. */
  disable(call: CallOptions): Promise<void>
  /** Disables first where needed. */
  release(call: CallOptions): Promise<void>
  close(): Promise<void>
  /** Where a device can be asked, `external` is a use, and rejects as one does. `internal` never rejects. */
  checkHealth(level: HealthLevel, call: CallOptions): Promise<HealthReport>
  /** In every state; does not touch the device. */
  retrieveStatistics(): DeviceStatistics
  onError(listener: (failure: Failure) => void): Unsubscribe
  onStatusUpdate(listener: (update: StatusUpdate) => void): Unsubscribe
}
