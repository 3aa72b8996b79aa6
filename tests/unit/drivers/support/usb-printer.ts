import { createPrinterCore, type PrinterCore } from '../../../../drivers/pos-printer/emulator/printer-core.ts'
import { printerProfiles } from '../../../../drivers/pos-printer/profiles.ts'
import type { UsbDeviceLike, UsbHost } from '../../../../drivers/byte-stream/usb-device.ts'
import type { UsbConfigurationLike } from '../../../../drivers/byte-stream/usb-device.ts'

/** What the stand-in of a USB device was asked to do, in order. */
export interface UsbPrinter {
  readonly device: UsbDeviceLike
  readonly core: PrinterCore
  readonly log: string[]
  /** Pulls the plug: every transfer fails from now on. */
  pull(): void
  /** Takes no bytes until called again with false, as a printer that is offline. */
  stall(stalled: boolean): void
}

export interface UsbPrinterFacts {
  readonly serialNumber?: string
  readonly ports?: readonly number[]
  readonly configurations?: readonly UsbConfigurationLike[]
  /** `usblp` sits on the interface. */
  readonly kernelDriver?: boolean
  readonly openError?: string
}

const bulk = (endpointNumber: number, direction: 'in' | 'out') =>
  ({ endpointNumber, direction, type: 'bulk', packetSize: 64 }) as const

/** The configuration of a TM printer in printer class mode. */
export const printerConfiguration: UsbConfigurationLike = {
  configurationValue: 1,
  interfaces: [
    {
      interfaceNumber: 0,
      alternates: [
        {
          alternateSetting: 0,
          interfaceClass: 7,
          interfaceSubclass: 1,
          interfaceProtocol: 2,
          endpoints: [bulk(1, 'out'), bulk(2, 'in')],
        },
      ],
    },
  ],
}

const deviceId = 'MFG:EPSON;CMD:ESC/POS;MDL:TM-T20III;CLS:PRINTER;'

/** A stand-in for WebUSB's device with the emulated printer's bytes behind its endpoints. */
export function createUsbPrinter(facts: UsbPrinterFacts = {}): UsbPrinter {
  const core = createPrinterCore({
    profile: printerProfiles['epson-80'],
    bytesPerSecond: 100_000,
    mmPerSecond: 5000,
    bufferBytes: 4096,
    paperMm: 30_000,
    nearEndMm: 300,
  })
  const log: string[] = []
  const answers: number[] = []
  let wake = (): void => undefined
  let gone = false
  let stalled = false
  let kernelDriver = facts.kernelDriver ?? false
  let claimed = false
  core.onTransmit((bytes) => {
    answers.push(...bytes)
    wake()
  })
  const present = (): void => {
    if (gone) throw new Error('device disconnected')
  }
  const { configurations = [printerConfiguration] } = facts

  const device: UsbDeviceLike = {
    vendorId: 0x04b8,
    productId: 0x0202,
    serialNumber: facts.serialNumber,
    bus: '001',
    address: 5,
    ports: facts.ports ?? [4],
    configuration: configurations[0],
    configurations,
    async open() {
      if (facts.openError !== undefined) throw new Error(facts.openError)
      present()
      log.push('open')
    },
    async close() {
      log.push('close')
    },
    async selectConfiguration(value) {
      log.push(`configuration ${value}`)
    },
    async claimInterface(number) {
      if (kernelDriver || claimed) throw new Error('claimInterface error: interface is busy')
      claimed = true
      log.push(`claim ${number}`)
    },
    releaseInterface(number) {
      // As the native package does while a transfer is still out: it throws, and rejects nothing.
      if (gone)
        throw new Error('The same native value cannot be borrowed mutably while another borrow is active')
      claimed = false
      log.push(`release ${number}`)
      return Promise.resolve()
    },
    async selectAlternateInterface(number, alternate) {
      log.push(`alternate ${number} ${alternate}`)
    },
    async detachKernelDriver(number) {
      if (!kernelDriver) throw new Error('no kernel driver attached')
      kernelDriver = false
      log.push(`detach ${number}`)
    },
    async attachKernelDriver(number) {
      kernelDriver = true
      log.push(`attach ${number}`)
    },
    async controlTransferIn(setup) {
      log.push(
        `control ${setup.requestType} ${setup.recipient} ${setup.request} ${setup.value} ${setup.index}`,
      )
      const bytes = Buffer.from(`\0\0${deviceId}`, 'latin1')
      bytes.writeUInt16BE(bytes.length)
      return { status: 'ok', data: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) }
    },
    async transferIn(_endpoint, length, timeoutMs = 1000) {
      present()
      if (answers.length === 0) await new Promise<void>((resolve) => (wake = stop(resolve, timeoutMs)))
      present()
      if (answers.length === 0) throw new Error('transferIn error: transfer was cancelled')
      const bytes = Uint8Array.from(answers.splice(0, length))
      return { status: 'ok', data: new DataView(bytes.buffer) }
    },
    async transferOut(_endpoint, data) {
      present()
      while (stalled) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        present()
      }
      core.receive(data)
      return { status: 'ok', bytesWritten: data.length }
    },
  }
  return {
    device,
    core,
    log,
    pull() {
      gone = true
      wake()
    },
    stall: (next) => (stalled = next),
  }
}

/** Calls `run` once: when woken, or when the time is over. */
function stop(run: () => void, afterMs: number): () => void {
  const timer = setTimeout(run, afterMs)
  return () => {
    clearTimeout(timer)
    run()
  }
}

export function hostOf(printers: readonly UsbPrinter[], gone: ReadonlySet<UsbPrinter> = new Set()): UsbHost {
  return {
    devices: () =>
      Promise.resolve(printers.filter((printer) => !gone.has(printer)).map(({ device }) => device)),
  }
}
