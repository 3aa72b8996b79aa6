import { parseAddress } from '../../drivers/byte-stream/address.ts'
import { createByteStream } from '../../drivers/byte-stream/open-stream.ts'
import type { DriverClock } from '../../drivers/port/clock.ts'
import { createEscPosPrinter } from '../../drivers/pos-printer/esc-pos-printer.ts'
import type { PosPrinterPort } from '../../drivers/pos-printer/pos-printer-port.ts'
import { printerProfiles, type PrinterProfileId } from '../../drivers/pos-printer/profiles.ts'
import type { ScannerPort } from '../../drivers/scanner/scanner-port.ts'
import { createSerialScanner } from '../../drivers/scanner/serial-scanner.ts'
import type { SupervisedDriver } from './supervised-device.ts'

/** Start, stop and eight data bits. */
const bitsPerByte = 10

/** The printer at an address (`serial:PATH?baud=N` or `tcp://HOST:PORT`). */
export function printerDriver(
  config: { readonly address: string; readonly model: PrinterProfileId },
  clock: DriverClock,
): SupervisedDriver<PosPrinterPort> {
  const { address, model } = config
  return {
    category: 'PosPrinter',
    name: 'receipt',
    address,
    create: () =>
      createEscPosPrinter({
        name: 'receipt',
        stream: createByteStream(address),
        profile: printerProfiles[model],
        bytesPerSecond: bytesPerSecond(address),
        clock,
      }),
  }
}

/** The scanner at an address. */
export function scannerDriver(
  config: { readonly address: string },
  clock: DriverClock,
): SupervisedDriver<ScannerPort> {
  const { address } = config
  return {
    category: 'Scanner',
    name: 'scanner',
    address,
    create: () => createSerialScanner({ name: 'scanner', stream: createByteStream(address), clock }),
  }
}

function bytesPerSecond(address: string): number {
  const parsed = parseAddress(address)
  if (!parsed.ok) throw parsed.error
  return parsed.value.kind === 'serial' ? parsed.value.baud / bitsPerByte : Number.POSITIVE_INFINITY
}
