import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { createInputDevice, type InputDecoder } from '../byte-stream/input-device.ts'
import type { DriverClock } from '../port/clock.ts'
import { createSubscriptions } from '../port/subscriptions.ts'
import type { ScannerFrame } from './scan-text.ts'
import type { GarbledRead, ScanEvent, ScannerPort } from './scanner-port.ts'

export type ScanDecoder = InputDecoder<ScannerFrame>

export interface ScannerDeviceOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  readonly decoder: () => ScanDecoder
  /** Default true. */
  readonly autoDisable?: boolean | undefined
  readonly clock?: DriverClock | undefined
}

/** A scanner over any stream. */
export function createScannerDevice(options: ScannerDeviceOptions): ScannerPort {
  const scans = createSubscriptions<ScanEvent>()
  const garbledReads = createSubscriptions<GarbledRead>()
  const device = createInputDevice<ScannerFrame, 'Scanner'>({
    ...options,
    category: 'Scanner',
    isData: ({ kind }) => kind === 'read',
    deliver(frame, atMonotonicMs) {
      if (frame.kind === 'garbled') return garbledReads.emit({ reason: frame.reason, atMonotonicMs })
      const { data, symbologyHint } = frame
      scans.emit({ data, atMonotonicMs, ...(symbologyHint === undefined ? {} : { symbologyHint }) })
    },
  })
  return {
    ...device,
    onData: (listener) => scans.add(listener),
    onGarbled: (listener) => garbledReads.add(listener),
  }
}
