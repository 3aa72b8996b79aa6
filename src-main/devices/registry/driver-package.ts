import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { createIsolatedStream } from '../../../drivers/isolation/isolated-stream.ts'
import type { DriverClock } from '../../../drivers/port/clock.ts'
import { deviceCategories, type DeviceCategory } from '../../../drivers/port/constants.ts'
import type { DevicePort } from '../../../drivers/port/device-port.ts'
import type { CreateDriver, DriverHost, DriverManifest } from '../../../drivers/port/driver-package.ts'
import { deviceFailure } from '../../../drivers/port/failures.ts'
import { createLifeCycle } from '../../../drivers/port/life-cycle.ts'
import { Failure } from '../../contract/failure.ts'
import { missingFunctions } from './port-functions.ts'

/** One entry of `drivers` in the configuration. */
export interface DriverUse {
  /** Name of the package. */
  readonly use: string
  readonly category: DeviceCategory
  /** What else stands in the entry, handed to the package. */
  readonly config: Readonly<Record<string, unknown>>
}

const manifestSchema = z.looseObject({
  facelaneDriver: z.literal(1),
  category: z.enum(deviceCategories),
  title: z.string().min(1).max(64),
})

/** A package that was found and fits its entry. */
export interface LoadedDriver {
  readonly manifest: DriverManifest
  /** A closed driver. Throws the package's own `Failure`, or `device.package` when what it makes is no driver. */
  create(name: string, clock: DriverClock): DevicePort
}

/**
 * Loads a driver by its package's name from `node_modules` of the lane's data folder, where `npm install --prefix DATA
 * NAME` puts it, or from the installation. It runs with the lane's rights: install only what you would trust with the
 * till. Throws `Failure` `device.package`.
 */
export async function loadDriverPackage(
  { use, category, config }: DriverUse,
  dataDir: string,
): Promise<LoadedDriver> {
  const module = await importPackage(use, dataDir)
  const manifest = manifestSchema.safeParse(module.manifest)
  if (!manifest.success) {
    throw unusable(use, `exports no manifest that fits: ${z.prettifyError(manifest.error)}`)
  }
  if (manifest.data.category !== category) {
    throw unusable(use, `drives a ${manifest.data.category}. Set its category in "drivers" to that`)
  }
  if (typeof module.createDriver !== 'function') throw unusable(use, 'exports no createDriver(config, host)')
  const createDriver = module.createDriver as CreateDriver
  return {
    manifest: manifest.data,
    create: (name, clock) => checked(use, category, createDriver(config, hostFor(name, category, clock))),
  }
}

async function importPackage(
  name: string,
  dataDir: string,
): Promise<{ readonly manifest?: unknown; readonly createDriver?: unknown }> {
  const file = resolveIn(path.join(dataDir, 'package.json'), name) ?? resolveIn(import.meta.filename, name)
  if (file === null) {
    throw unusable(name, `is not installed. Install it with: npm install --prefix ${dataDir} ${name}`)
  }
  try {
    return (await import(pathToFileURL(file).href)) as object
  } catch (thrown) {
    throw unusable(name, `cannot be loaded: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
}

function resolveIn(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return null
  }
}

function hostFor(name: string, category: DeviceCategory, clock: DriverClock): DriverHost {
  return {
    name,
    clock,
    openStream: (address) =>
      address.startsWith('usb:') ? createIsolatedStream(address) : createByteStream(address),
    createLifeCycle: ({ address }, hooks) => createLifeCycle({ category, name, address }, hooks, clock),
    deviceFailure,
  }
}

function checked(use: string, category: DeviceCategory, made: unknown): DevicePort {
  if (typeof made !== 'object' || made === null) throw unusable(use, 'makes no driver')
  const missing = missingFunctions(category, made)
  if (missing.length > 0) throw unusable(use, `makes a driver without ${missing.join(', ')}`)
  return made as DevicePort
}

export function unusable(use: string, what: string): Failure {
  return new Failure({
    code: 'device.package',
    attempted: `load the driver ${use}`,
    remedy: 'staff',
    message: `The driver package ${use} ${what}.`,
  })
}
