import type { PaymentTerminalPort } from '../../drivers/payment-terminal/payment-terminal-port.ts'
import type { CallOptions } from '../../drivers/port/call.ts'
import { createSubscriptions, type Unsubscribe } from '../../drivers/port/subscriptions.ts'
import type {
  PosPrinterPort,
  PrinterStatus,
  PrintJob,
  PrintOutcome,
} from '../../drivers/pos-printer/pos-printer-port.ts'
import type { GarbledRead, ScanEvent, ScannerPort } from '../../drivers/scanner/scanner-port.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { DeviceHealth, DeviceStatus } from './device-status.ts'
import type { HotPlug } from './hot-plug.ts'
import {
  superviseDevice,
  type SupervisedDevice,
  type SupervisedDriver,
  type SupervisionDeps,
} from './supervised-device.ts'

export interface DeviceSupervisorOptions extends SupervisionDeps {
  /** Null where no device can be plugged in or out here. Closed with the supervisor. */
  readonly hotPlug?: HotPlug | null
  readonly drivers: {
    readonly printer: SupervisedDriver<PosPrinterPort> | null
    readonly scanner: SupervisedDriver<ScannerPort> | null
    readonly terminal: SupervisedDriver<PaymentTerminalPort> | null
  }
}

/** The lane's printer, the same object whatever is unplugged and plugged in again. */
export interface SupervisedPrinter {
  /** Never rejects for a device's sake: without a printer the outcome is `notPrinted`, `offline`. */
  print(job: PrintJob, call: CallOptions): Promise<PrintOutcome>
  /** Null while no printer answers. */
  status(): PrinterStatus | null
}

/** The lane's scanner; what is wanted of it holds over a replug. */
export interface SupervisedScanner {
  /** Lets the next read through; each read closes the gate again. */
  enableData(): void
  disableData(): void
}

/** The lane's card terminal, the same object whatever is unplugged and plugged in again. */
export interface SupervisedTerminal {
  /** Null while no terminal answers. Heartbeats stay away meanwhile. */
  use<T>(work: (port: PaymentTerminalPort | null) => Promise<T>): Promise<T>
  answers(): boolean
  onChange(listener: () => void): Unsubscribe
}

export interface DeviceSupervisor {
  printer(): SupervisedPrinter
  scanner(): SupervisedScanner
  /** Null where none is configured. */
  terminal(): SupervisedTerminal | null
  /** One for each configured device. */
  statuses(): readonly DeviceStatus[]
  health(): readonly DeviceHealth[]
  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe
  onScan(listener: (scan: ScanEvent) => void): Unsubscribe
  onGarbled(listener: (read: GarbledRead) => void): Unsubscribe
  /** Closes every device; all promises settle. */
  close(): Promise<void>
}

/** Opens the configured devices and keeps them open. The scanner begins with its gate open. */
export function createDeviceSupervisor(options: DeviceSupervisorOptions): DeviceSupervisor {
  const { drivers } = options
  const scans = createSubscriptions<ScanEvent>()
  const garbledReads = createSubscriptions<GarbledRead>()
  const statuses = createSubscriptions<DeviceStatus>()
  let scanning = true

  const printer = drivers.printer === null ? null : superviseDevice(drivers.printer, options, () => [])
  const scanner =
    drivers.scanner === null
      ? null
      : superviseDevice(drivers.scanner, options, (port) => {
          if (!scanning) port.disableData()
          return [
            port.onData((scan) => {
              scanning = !port.autoDisable
              scans.emit(scan)
            }),
            port.onGarbled((read) => garbledReads.emit(read)),
          ]
        })
  const terminal = drivers.terminal === null ? null : superviseDevice(drivers.terminal, options, () => [])
  const devices = [printer, scanner, terminal].filter((device) => device !== null)
  devices.forEach((device) => device.onStatus((status) => statuses.emit(status)))
  options.hotPlug?.onChange(() => devices.forEach((device) => device.nudge()))

  const supervisedPrinter: SupervisedPrinter = {
    status: () => printer?.port()?.status() ?? null,
    print: (job, call) =>
      printer === null
        ? Promise.resolve(withoutPrinter())
        : firstOpening(printer, call).then(() => printer.use((port) => printOn(port, job, call))),
  }
  const supervisedScanner: SupervisedScanner = {
    enableData() {
      scanning = true
      scanner?.port()?.enableData()
    },
    disableData() {
      scanning = false
      scanner?.port()?.disableData()
    },
  }

  const supervisedTerminal: SupervisedTerminal | null = terminal && {
    use: terminal.use,
    answers: () => terminal.port() !== null,
    onChange: (listener) => terminal.onStatus(listener),
  }

  return {
    printer: () => supervisedPrinter,
    scanner: () => supervisedScanner,
    terminal: () => supervisedTerminal,
    statuses: () => devices.map((device) => device.status()),
    health: () => devices.map((device) => device.health()),
    onStatus: (listener) => statuses.add(listener),
    onScan: (listener) => scans.add(listener),
    onGarbled: (listener) => garbledReads.add(listener),
    async close() {
      options.hotPlug?.close()
      await Promise.all(devices.map((device) => device.close()))
    },
  }
}

/** A lane that has just started has papers to finish before its printer is open: that moment is waited for. */
function firstOpening(
  device: Pick<SupervisedDevice<PosPrinterPort>, 'status' | 'onStatus'>,
  { signal }: CallOptions,
): Promise<void> {
  return new Promise((resolve) => {
    const isOver = (): boolean => device.status().state !== 'opening' || signal?.aborted === true
    if (isOver()) return resolve()
    const look = (): void => {
      if (!isOver()) return
      unsubscribe()
      signal?.removeEventListener('abort', look)
      resolve()
    }
    const unsubscribe = device.onStatus(look)
    signal?.addEventListener('abort', look)
  })
}

async function printOn(port: PosPrinterPort | null, job: PrintJob, call: CallOptions): Promise<PrintOutcome> {
  if (port === null) return withoutPrinter()
  try {
    return await port.print(job, call)
  } catch (thrown) {
    // The printer refuses only before the first byte: lost this moment, or printing for somebody else.
    if (!(thrown instanceof Failure)) throw thrown
    const reason = thrown.code === 'device.busy' ? 'busy' : 'offline'
    return { kind: 'notPrinted', reason, failure: failureData(thrown) }
  }
}

function withoutPrinter(): PrintOutcome {
  return { kind: 'notPrinted', reason: 'offline' }
}
