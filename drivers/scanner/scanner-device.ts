import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import { createSubscriptions, type Unsubscribe } from '../port/subscriptions.ts'
import type { ScanDecoder } from './scan-decoder.ts'
import type { ScannerFrame } from './scan-text.ts'
import type { GarbledRead, ScanEvent, ScannerPort } from './scanner-port.ts'

export interface ScannerDeviceOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  /** Called after each opening; throws a `Failure` when the opened device is none of its kind. */
  readonly decoder: () => ScanDecoder
  /** Default true. */
  readonly autoDisable?: boolean | undefined
  readonly clock?: DriverClock | undefined
}

/** A scanner over any stream: what it sends is decoded, and let through one read at a time. */
export function createScannerDevice(options: ScannerDeviceOptions): ScannerPort {
  const { stream, clock = systemDriverClock, autoDisable = true } = options
  const scans = createSubscriptions<ScanEvent>()
  const garbledReads = createSubscriptions<GarbledRead>()
  let delivering = false
  let subscriptions: Unsubscribe[] = []
  let cancelSilence = (): void => undefined

  const lifeCycle = createLifeCycle(
    { category: 'Scanner', name: options.name, address: stream.address },
    {
      async claim(call) {
        await stream.open(call)
        const decoder = await madeOrClosed()
        subscriptions = [
          stream.onData((bytes) => {
            decoder.push(bytes).forEach(take)
            awaitSilence(decoder)
          }),
          stream.onClose((failure) => {
            delivering = false
            cancelSilence()
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
        cancelSilence()
        subscriptions.forEach((unsubscribe) => unsubscribe())
        subscriptions = []
        await stream.close()
      },
    },
    clock,
  )

  async function madeOrClosed(): Promise<ScanDecoder> {
    try {
      return options.decoder()
    } catch (thrown) {
      await stream.close()
      throw thrown
    }
  }

  function awaitSilence(decoder: ScanDecoder): void {
    cancelSilence()
    if (decoder.silenceMs === null) return
    cancelSilence = clock.after(decoder.silenceMs, () => decoder.silence().forEach(take))
  }

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
