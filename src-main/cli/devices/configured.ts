import type { LaneConfig } from '../../config/load.ts'
import type { DeviceReport, ReportedDevice } from '../../contract/deviceReport.ts'
import { deviceOf } from '../../devices/registry/port-functions.ts'

/** A device of the configuration, with what the running lane knows of it. */
export interface Configured {
  /** The key under `devices`, or `cardTerminal`, `fiscal`. */
  readonly key: string
  readonly address: string
  /** Null without a running lane, and for what it opens only when it is needed. */
  readonly lane: Omit<ReportedDevice, 'address'> | null
}

/** What the lane calls the devices of these keys, where it calls them otherwise. */
const laneNames: Readonly<Record<string, string>> = {
  printer: 'receipt',
  cashDrawer: 'drawer',
  cardTerminal: 'terminal',
}

export function configuredDevices(config: LaneConfig, report: DeviceReport | null): Configured[] {
  const { camera, ...others } = config.devices
  const named: (readonly [string, { readonly address: string } | null])[] = [
    ...Object.entries(others),
    ['cardTerminal', config.cardTerminal],
    ['fiscal', config.fiscal],
    ...config.drivers.map(({ use, category }) => [deviceOf[category] ?? use, { address: use }] as const),
    ['camera', { address: camera.device ?? camera.path ?? camera.kind }],
  ]
  return named.flatMap(([key, device]) => {
    if (device === null) return []
    const found = report?.devices.find(({ name }) => name === key || name === laneNames[key])
    // An emulated one has an address only while the lane runs.
    const { address = device.address, ...lane } = found ?? {}
    return [{ key, address, lane: found === undefined ? null : (lane as Omit<ReportedDevice, 'address'>) }]
  })
}
