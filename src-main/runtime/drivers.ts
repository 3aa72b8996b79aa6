import path from 'node:path'
import { systemDriverClock as clock } from '../../drivers/port/clock.ts'
import type { EmulatedDevices } from '../bench/emulatedDevices.ts'
import type { OptionalDevice } from '../config/devices.ts'
import type { LaneConfig } from '../config/load.ts'
import { drawerDriver, madeOnce, printerDriver, scannerDriver, terminalDriver } from '../devices/drivers.ts'
import { systemFolders, watchPlugs, type HotPlug } from '../devices/hot-plug.ts'
import { packageDrivers } from '../devices/registry/package-drivers.ts'
import {
  cardReaderDriver,
  lightsDriver,
  lineDisplayDriver,
  motorBoardDriver,
  scaleDriver,
  stripeReaderDriver,
  toneIndicatorDriver,
  vendSessionDriver,
} from '../devices/side-drivers.ts'
import type { LaneDrivers } from '../devices/supervisor.ts'
import { minorDigits } from '../domain/money/currencies.ts'
import type { ClockPort } from '../ports/clock.ts'

type Placed = { readonly address: string } | null
type StandIns = { readonly [K in 'printer' | 'scanner' | 'terminal' | OptionalDevice]?: Placed }

/** The configured devices; an emulated one is opened at the near end of its virtual port, like any other. */
export async function laneDrivers(
  config: LaneConfig,
  emulated: EmulatedDevices | null,
): Promise<LaneDrivers> {
  const { currency } = config
  const devices = placed(config, emulated ?? {})
  const { cashDrawer, vending } = devices
  const printer = devices.printer && madeOnce(printerDriver(devices.printer, clock))
  const uses = config.drivers.map(({ use, category, ...options }) => ({ use, category, config: options }))
  const lights = devices.lights && madeOnce(lightsDriver(devices.lights, clock))
  return {
    printer,
    cashDrawer: cashDrawer && printer && drawerDriver(cashDrawer, printer, clock),
    scanner: devices.scanner && scannerDriver(devices.scanner, clock),
    scale: devices.scale && scaleDriver(devices.scale, clock),
    cardReader: devices.cardReader && cardReaderDriver(devices.cardReader, clock),
    stripeReader: devices.stripeReader && stripeReaderDriver(devices.stripeReader, clock),
    lineDisplay: devices.lineDisplay && lineDisplayDriver(devices.lineDisplay, clock),
    lights,
    toneIndicator: devices.toneIndicator && toneIndicatorDriver(devices.toneIndicator, lights, clock),
    vending: vending?.model === 'motor-board' ? motorBoardDriver(vending, clock) : null,
    vendSession:
      vending?.model === 'qibixx'
        ? vendSessionDriver({ address: vending.address, decimals: minorDigits(currency) ?? 2 }, clock)
        : null,
    terminal:
      devices.terminal &&
      terminalDriver({ ...devices.terminal, password: Number(devices.terminal.password), currency }, clock),
    ...(await packageDrivers(uses, config.dataDir, clock)),
  }
}

/** Null where every device is on the network or emulated: nothing can be plugged in here. */
export function lanePlugs(
  { devices, cardTerminal, drivers }: LaneConfig,
  time: Pick<ClockPort, 'after'>,
): HotPlug | null {
  const { camera: _camera, ...opened } = devices
  const ofPackages = drivers.map(({ address }) => (typeof address === 'string' ? { address } : null))
  const addresses = [...Object.values(opened), cardTerminal, ...ofPackages].map(
    (device) => device?.address ?? '',
  )
  if (!addresses.some((address) => /^(?:serial|usb|hid|pcsc):/.test(address))) return null
  const folders = addresses.flatMap((address) => {
    const [, file] = /^(?:serial|hid):(\/[^?]+)/.exec(address) ?? []
    return file === undefined ? [] : [path.dirname(file)]
  })
  return watchPlugs([...systemFolders, ...folders], time)
}

function placed({ devices, cardTerminal }: LaneConfig, standIns: StandIns) {
  const at = <D extends { readonly address: string }>(
    device: D | null,
    standIn: Placed | undefined,
  ): D | null => device && { ...device, address: standIn?.address ?? device.address }
  return {
    printer: at(devices.printer, standIns.printer),
    cashDrawer: devices.cashDrawer,
    scanner: at(devices.scanner, standIns.scanner),
    scale: at(devices.scale, standIns.scale),
    cardReader: at(devices.cardReader, standIns.cardReader),
    stripeReader: at(devices.stripeReader, standIns.stripeReader),
    lineDisplay: at(devices.lineDisplay, standIns.lineDisplay),
    lights: at(devices.lights, standIns.lights),
    toneIndicator: at(devices.toneIndicator, standIns.toneIndicator),
    vending: at(devices.vending, standIns.vending),
    terminal: at(cardTerminal, standIns.terminal),
  }
}
