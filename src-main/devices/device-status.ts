import type { DeviceCategory } from '../../drivers/port/constants.ts'

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
}
