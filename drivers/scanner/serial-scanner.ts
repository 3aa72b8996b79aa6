import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import type { DriverClock } from '../port/clock.ts'
import { createScannerFraming } from './framing.ts'
import { createScannerDevice } from './scanner-device.ts'
import type { ScannerPort } from './scanner-port.ts'

export interface SerialScannerOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  /** Default true. */
  readonly autoDisable?: boolean
  readonly clock?: DriverClock
}

/** A scanner that sends each read as text ended by CR or LF, over a serial port or TCP. */
export function createSerialScanner(options: SerialScannerOptions): ScannerPort {
  return createScannerDevice({ ...options, decoder: createScannerFraming })
}
