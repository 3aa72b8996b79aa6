import type { DeviceCategory } from '../../drivers/port/constants.ts'
import type { DeviceStatistics } from '../../drivers/port/device-port.ts'
import type { BreakerState } from './breaker.ts'
import type { HealthChange } from './health-history.ts'

/**
 * - `ready`: usable. `detailCode` may still warn (`paperNearEnd`).
 * - `opening`: on the way, for the first time or again.
 * - `attention`: it answers, and a person must help (`coverOpen`, `paperEmpty`).
 * - `lost`: it does not answer or is gone; tried again with back-off.
 * - `failed`: no retry can help, the configuration or the machine is wrong.
 */
export type DeviceStateName = 'ready' | 'opening' | 'attention' | 'lost' | 'failed'

export interface DeviceStatus {
  readonly category: DeviceCategory
  readonly name: string
  readonly address: string
  readonly state: DeviceStateName
  /** What is wrong: a word of the device (`paperEmpty`) or a failure's code (`device.noExist`). */
  readonly detailCode: string | null
  /** When this state began, wall clock, ms UTC. */
  readonly sinceMs: number
  readonly breaker: BreakerState
}

/** What is known about a device beyond its state of this moment. */
export interface DeviceHealth extends DeviceStatus {
  /** When it was last seen well, wall clock, ms UTC; null when never. */
  readonly lastHealthyAtMs: number | null
  readonly history: readonly HealthChange[]
  /** Null before its driver was made. */
  readonly statistics: DeviceStatistics | null
}
