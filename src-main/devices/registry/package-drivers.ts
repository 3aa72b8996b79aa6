import type { DriverClock } from '../../../drivers/port/clock.ts'
import type { DevicePort } from '../../../drivers/port/device-port.ts'
import { Failure, failureData } from '../../contract/failure.ts'
import type { SupervisedDriver } from '../supervised-device.ts'
import type { LaneDrivers } from '../supervisor.ts'
import { loadDriverPackage, unusable, type DriverUse, type LoadedDriver } from './driver-package.ts'
import { deviceOf } from './port-functions.ts'

/**
 * The drivers that packages bring, by the lane's name of the device. A package that cannot be used is a device that
 * failed, and takes nothing else down.
 */
export async function packageDrivers(
  uses: readonly DriverUse[],
  dataDir: string,
  clock: DriverClock,
): Promise<LaneDrivers> {
  const drivers = await Promise.all(
    uses.map(async (use) => {
      const name = deviceOf[use.category]
      return name === null ? [] : [[name, await packageDriver(name, use, dataDir, clock)] as const]
    }),
  )
  // The package's manifest says its category, and what it makes was checked to have that category's functions.
  return Object.fromEntries(drivers.flat())
}

async function packageDriver(
  name: string,
  use: DriverUse,
  dataDir: string,
  clock: DriverClock,
): Promise<SupervisedDriver<DevicePort>> {
  const { address } = use.config
  const loaded = await loadDriverPackage(use, dataDir).catch(asFailure)
  return {
    category: use.category,
    name,
    address: typeof address === 'string' ? address : use.use,
    create: () => made(use, loaded, name, clock),
  }
}

function made(use: DriverUse, loaded: LoadedDriver | Failure, name: string, clock: DriverClock): DevicePort {
  if (loaded instanceof Failure) throw loaded
  try {
    return loaded.create(name, clock)
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw unusable(use.use, `does not start: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
}

function asFailure(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure(failureData(thrown))
}
