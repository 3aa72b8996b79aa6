import type { Failure, FailureData } from '../../src-main/contract/failure.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import type { DriverClock } from './clock.ts'
import type { DeviceCategory, DeviceErrorName } from './constants.ts'
import type { DevicePort } from './device-port.ts'
import type { LifeCycle, LifeCycleHooks } from './life-cycle.ts'

/** A package of drivers exports this as `manifest`. */
export interface DriverManifest {
  /** Version of this interface. */
  readonly facelaneDriver: 1
  readonly category: DeviceCategory
  /** What the device is, for status and log: `ACME bench scales`. 1 to 64 characters. */
  readonly title: string
}

/** What a package is lent, so that it needs nothing of Facelane installed. */
export interface DriverHost {
  /** What the lane calls the device. */
  readonly name: string
  readonly clock: DriverClock
  /** The stream at `serial:…`, `tcp://…` or `usb:…`, not opened yet. Throws `device.badAddress`. */
  openStream(address: string): ByteStreamPort
  /** Order, states, limits and statistics of a `DevicePort`; the driver fills in what happens at each step. */
  createLifeCycle(identity: { readonly address: string }, hooks: LifeCycleHooks): LifeCycle
  deviceFailure(name: DeviceErrorName, attempted: string, message: string, cause?: FailureData): Failure
}

/**
 * A package of drivers exports this as `createDriver`. `config` is the entry of `drivers` in the configuration without
 * `use` and `category`. Throws what `host.deviceFailure('illegal', …)` makes when the configuration cannot work.
 */
export type CreateDriver = (config: Readonly<Record<string, unknown>>, host: DriverHost) => DevicePort
