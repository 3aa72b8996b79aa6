import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import { createSubscriptions, type Unsubscribe } from '../port/subscriptions.ts'
import { createScannerFraming, type ScannerFrame, type ScannerFraming } from './framing.ts'
import type { GarbledRead, ScanEvent, ScannerPort } from './scanner-port.ts'

export interface SerialScannerOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  /** Default true. */
  readonly autoDisable?: boolean
  readonly clock?: DriverClock
}

/** A scanner that sends each read as text ended by CR or LF, over a serial port or TCP. */
export function createSerialScanner(options: SerialScannerOptions): ScannerPort {
  const { stream, clock = systemDriverClock, autoDisable = true } = options
  const scans = createSubscriptions<ScanEvent>()
  const garbledReads = createSubscriptions<GarbledRead>()
  let framing: ScannerFraming = createScannerFraming()
  let delivering = false
  let subscriptions: Unsubscribe[] = []

  const lifeCycle = createLifeCycle(
    { category: 'Scanner', name: options.name, address: stream.address },
    {
      async claim(call) {
        await stream.open(call)
        framing = createScannerFraming()
        subscriptions = [
          stream.onData((bytes) => framing.push(bytes).forEach(take)),
          stream.onClose((failure) => {
            delivering = false
            if (failure !== null) lifeCycle.lost(failure)
          }),
        ]
      },
      async enable() {
        delivering = true
      },
      async disable() {
        delivering = false
      },
      async release() {
        delivering = false
        subscriptions.forEach((unsubscribe) => unsubscribe())
        subscriptions = []
        await stream.close()
      },
    },
    clock,
  )

  function take(frame: ScannerFrame): void {
    if (!lifeCycle.port.enabled()) return
    if (!delivering) return lifeCycle.updateStatus({ name: 'readIgnored' })
    const atMonotonicMs = clock.monotonicMs()
    if (frame.kind === 'garbled') return garbledReads.emit({ reason: frame.reason, atMonotonicMs })
    delivering = !autoDisable
    const { data, symbologyHint } = frame
    scans.emit({ data, atMonotonicMs, ...(symbologyHint === undefined ? {} : { symbologyHint }) })
  }

  return {
    ...lifeCycle.port,
    category: 'Scanner',
    autoDisable,
    dataEnabled: () => delivering,
    enableData() {
      lifeCycle.requireEnabled('read')
      delivering = true
    },
    disableData() {
      delivering = false
    },
    onData: (listener) => scans.add(listener),
    onGarbled: (listener) => garbledReads.add(listener),
    // A scanner cannot be asked anything: what can be known is whether its port is still there.
    async checkHealth() {
      await stream.probe()
      const healthy = lifeCycle.port.enabled()
      return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
    },
  }
}
