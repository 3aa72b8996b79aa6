import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { EmulatedFiscalDevice } from '../../drivers/fiscal/emulator/fiscal-emulator.ts'
import { emulateFiscalDevice } from '../../drivers/fiscal/emulator/fiscal-emulator.ts'
import type { EmulatedTerminal } from '../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import { emulateTerminal } from '../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import type { EmulatedPrinter } from '../../drivers/pos-printer/emulator/printer-emulator.ts'
import { emulatePrinter } from '../../drivers/pos-printer/emulator/printer-emulator.ts'
import type { EmulatedScanner } from '../../drivers/scanner/emulator/scanner-emulator.ts'
import { emulateScanner } from '../../drivers/scanner/emulator/scanner-emulator.ts'
import type { LaneConfig } from '../config/load.ts'
import { emulated } from '../config/doc.ts'
import { closeSideDevices, startSideDevices, type EmulatedSideDevices } from './side/side-devices.ts'

/** A shopper types a PIN, and an acquirer answers, about this fast. */
const pinMs = 1500
const hostMs = 900

/** The emulators at the far ends of this lane's virtual serial ports; null where a real device is configured. */
export interface EmulatedDevices extends EmulatedSideDevices {
  readonly printer: EmulatedPrinter | null
  readonly scanner: EmulatedScanner | null
  readonly terminal: EmulatedTerminal | null
  readonly fiscal: EmulatedFiscalDevice | null
  close(): Promise<void>
}

export async function startEmulatedDevices(config: LaneConfig): Promise<EmulatedDevices> {
  const { devices, cardTerminal, fiscal: fiscalConfig, dataDir } = config
  // What was charged and signed is not forgotten with the lane: they are devices of their own.
  const memory = path.join(dataDir, 'emulated')
  if (cardTerminal?.address === emulated || fiscalConfig?.address === emulated)
    mkdirSync(memory, { recursive: true })
  const vendingMemory = path.join(memory, 'vending')
  if (devices.vending?.address === emulated) mkdirSync(vendingMemory, { recursive: true })
  const [printer, scanner, terminal, fiscal, side] = await Promise.all([
    devices.printer?.address === emulated ? emulatePrinter({ model: devices.printer.model }) : null,
    devices.scanner?.address === emulated ? emulateScanner() : null,
    cardTerminal?.address === emulated
      ? emulateTerminal({
          log: path.join(memory, 'card-terminal.ndjson'),
          password: Number(cardTerminal.password),
          pinMs,
          hostMs,
        })
      : null,
    fiscalConfig?.address === emulated ? emulateFiscalDevice({ folder: memory }) : null,
    startSideDevices(devices, { memory: vendingMemory, slots: config.vending.slots }),
  ])
  return {
    ...side,
    printer,
    scanner,
    terminal,
    fiscal,
    async close() {
      await Promise.all([printer?.close(), scanner?.close(), terminal?.close(), fiscal?.close()])
      await closeSideDevices(side)
    },
  }
}
