import { parseAddress } from '../../drivers/byte-stream/address.ts'
import type { ByteStreamPort } from '../../drivers/byte-stream/byte-stream-port.ts'
import { createByteStream } from '../../drivers/byte-stream/open-stream.ts'
import type { CashDrawerPort } from '../../drivers/cash-drawer/cash-drawer-port.ts'
import { createCashDrawer } from '../../drivers/cash-drawer/printer-cash-drawer.ts'
import { createIsolatedStream } from '../../drivers/isolation/isolated-stream.ts'
import { currencyNumber } from '../../drivers/payment-terminal/currencies.ts'
import type { PaymentTerminalPort } from '../../drivers/payment-terminal/payment-terminal-port.ts'
import { createZvtTerminal } from '../../drivers/payment-terminal/zvt-terminal.ts'
import type { DriverClock } from '../../drivers/port/clock.ts'
import type { DevicePort } from '../../drivers/port/device-port.ts'
import { deviceFailure } from '../../drivers/port/failures.ts'
import { createEscPosPrinter } from '../../drivers/pos-printer/esc-pos-printer.ts'
import type { PosPrinterPort } from '../../drivers/pos-printer/pos-printer-port.ts'
import { printerProfiles, type PrinterProfileId } from '../../drivers/pos-printer/profiles.ts'
import type { ScannerPort } from '../../drivers/scanner/scanner-port.ts'
import {
  createHidScanner,
  type HidScannerOptions,
  type HidScannerProtocol,
} from '../../drivers/scanner/hid-scanner.ts'
import { createSerialScanner } from '../../drivers/scanner/serial-scanner.ts'
import type { SupervisedDriver } from './supervised-device.ts'

/** Start, stop and eight data bits. */
const bitsPerByte = 10

/** The printer at an address (`serial:PATH?baud=N` or `tcp://HOST:PORT`). */
export function printerDriver(
  config: { readonly address: string; readonly model: PrinterProfileId; readonly logo?: string },
  clock: DriverClock,
): SupervisedDriver<PosPrinterPort> {
  const { address, model, logo } = config
  return {
    category: 'PosPrinter',
    name: 'receipt',
    address,
    create: () =>
      createEscPosPrinter({
        name: 'receipt',
        stream: deviceStream(address),
        profile: printerProfiles[model],
        bytesPerSecond: bytesPerSecond(address),
        logo,
        clock,
      }),
  }
}

export interface ScannerConfig extends Pick<HidScannerOptions, 'address' | 'layout' | 'endsWith'> {
  readonly model?: HidScannerProtocol
}

/** The scanner at an address. */
export function scannerDriver(config: ScannerConfig, clock: DriverClock): SupervisedDriver<ScannerPort> {
  const { address, model, layout, endsWith } = config
  return {
    category: 'Scanner',
    name: 'scanner',
    address,
    create: () =>
      address.startsWith('hid:')
        ? createHidScanner({ name: 'scanner', address, protocol: model, layout, endsWith, clock })
        : createSerialScanner({ name: 'scanner', stream: deviceStream(address), clock }),
  }
}

export interface DrawerConfig {
  readonly pin?: 2 | 5
  readonly openLevel?: 'low' | 'high' | 'none'
  readonly pulseMs?: number
}

/** The drawer behind the receipt printer, on the connection that the printer's driver keeps. */
export function drawerDriver(
  config: DrawerConfig,
  printer: SupervisedDriver<PosPrinterPort>,
  clock: DriverClock,
): SupervisedDriver<CashDrawerPort> {
  const { pin, openLevel, pulseMs } = config
  return {
    category: 'CashDrawer',
    name: 'drawer',
    address: printer.address,
    create: () =>
      createCashDrawer({ name: 'drawer', channel: printer.create().drawer, pin, openLevel, pulseMs, clock }),
  }
}

/** The same driver for everybody who asks: what a driver lends lives as long as its object. */
export function madeOnce<P extends DevicePort>(driver: SupervisedDriver<P>): SupervisedDriver<P> {
  let made: P | null = null
  return { ...driver, create: () => (made ??= driver.create()) }
}

/** The stream at an address; libusb runs in a process of its own, where it can take nothing else down. */
function deviceStream(address: string): ByteStreamPort {
  return address.startsWith('usb:') ? createIsolatedStream(address) : createByteStream(address)
}

/** The ZVT card terminal at an address; serial ones confirm each frame, those on TCP do not. */
export function terminalDriver(
  config: { readonly address: string; readonly password: number; readonly currency: string },
  clock: DriverClock,
): SupervisedDriver<PaymentTerminalPort> {
  const { address, password, currency } = config
  return {
    category: 'PaymentTerminal',
    name: 'terminal',
    address,
    create() {
      const parsed = parseAddress(address)
      if (!parsed.ok) throw parsed.error
      const number = currencyNumber(currency)
      if (number === null) {
        throw deviceFailure(
          'illegal',
          `set the card terminal at ${address} up`,
          `No card terminal settles in ${currency}. Take cardTerminal out of the configuration.`,
        )
      }
      return createZvtTerminal({
        name: 'terminal',
        stream: createByteStream(address),
        // USB terminals show up as a serial port.
        wire: parsed.value.kind === 'tcp' ? 'tcp' : 'serial',
        access: { password, currencyNumber: number },
        clock,
      })
    },
  }
}

function bytesPerSecond(address: string): number {
  const parsed = parseAddress(address)
  if (!parsed.ok) throw parsed.error
  return parsed.value.kind === 'serial' ? parsed.value.baud / bitsPerByte : Number.POSITIVE_INFINITY
}
