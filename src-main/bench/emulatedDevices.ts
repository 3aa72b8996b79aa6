import type { EmulatedPrinter } from '../../drivers/pos-printer/emulator/printer-emulator.ts'
import { emulatePrinter } from '../../drivers/pos-printer/emulator/printer-emulator.ts'
import type { EmulatedScanner } from '../../drivers/scanner/emulator/scanner-emulator.ts'
import { emulateScanner } from '../../drivers/scanner/emulator/scanner-emulator.ts'
import type { LaneConfig } from '../config/load.ts'
import { emulated } from '../config/schema.ts'

/** The emulators at the far ends of this lane's virtual serial ports; null where a real device is configured. */
export interface EmulatedDevices {
  readonly printer: EmulatedPrinter | null
  readonly scanner: EmulatedScanner | null
  close(): Promise<void>
}

export async function startEmulatedDevices({ devices }: LaneConfig): Promise<EmulatedDevices> {
  const [printer, scanner] = await Promise.all([
    devices.printer.address === emulated ? emulatePrinter({ paper: devices.printer.paperMm }) : null,
    devices.scanner?.address === emulated ? emulateScanner() : null,
  ])
  return {
    printer,
    scanner,
    async close() {
      await Promise.all([printer?.close(), scanner?.close()])
    },
  }
}
