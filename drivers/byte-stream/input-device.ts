import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import type { DevicePort } from '../port/device-port.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'
import type { ByteStreamPort } from './byte-stream-port.ts'

/** From what a device sends to what it said. */
export interface InputDecoder<F> {
  /** Any chunking of the same bytes gives the same frames. */
  push(bytes: Uint8Array): F[]
  /** After how many ms without a byte `silence` is to be called; null when silence means nothing. */
  readonly silenceMs: number | null
  /** What the end of the sending says: something that ends so, or half of it. */
  silence(): F[]
}

export interface InputDeviceOptions<F, C extends DevicePort['category']> {
  readonly category: C
  readonly name: string
  readonly stream: ByteStreamPort
  /** Called after each opening; throws a `Failure` when the opened device is none of its kind. */
  readonly decoder: () => InputDecoder<F>
  /** Whether it closes the gate: data does, a complaint does not. */
  readonly isData: (frame: F) => boolean
  readonly deliver: (frame: F, atMonotonicMs: number) => void
  /** Default true. */
  readonly autoDisable?: boolean | undefined
  readonly clock?: DriverClock | undefined
}

/** A UnifiedPOS input device: it talks and is told nothing. Scanner and stripe reader are such. */
export interface InputDevice<C extends DevicePort['category']> extends DevicePort {
  readonly category: C
  readonly autoDisable: boolean
  dataEnabled(): boolean
  enableData(): void
  disableData(): void
}

/** What comes over the stream is decoded and let through the gate, one piece of data at a time with `autoDisable`. */
export function createInputDevice<F, C extends DevicePort['category']>(
  options: InputDeviceOptions<F, C>,
): InputDevice<C> {
  const { category, name, stream, clock = systemDriverClock, autoDisable = true } = options
  let delivering = false
  let subscriptions: Unsubscribe[] = []
  let cancelSilence = (): void => undefined

  const lifeCycle = createLifeCycle(
    { category, name, address: stream.address },
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

  async function madeOrClosed(): Promise<InputDecoder<F>> {
    try {
      return options.decoder()
    } catch (thrown) {
      await stream.close()
      throw thrown
    }
  }

  function awaitSilence(decoder: InputDecoder<F>): void {
    cancelSilence()
    if (decoder.silenceMs === null) return
    // Where this process was busy, bytes may lie there that came in time: they are heard before the silence is.
    cancelSilence = clock.after(decoder.silenceMs, () => {
      cancelSilence = clock.after(0, () => decoder.silence().forEach(take))
    })
  }

  function take(frame: F): void {
    if (!lifeCycle.port.enabled()) return
    if (!delivering) return lifeCycle.updateStatus({ name: 'readIgnored' })
    if (options.isData(frame)) delivering = !autoDisable
    options.deliver(frame, clock.monotonicMs())
  }

  return {
    ...lifeCycle.port,
    category,
    autoDisable,
    dataEnabled: () => delivering,
    enableData() {
      lifeCycle.requireEnabled('read')
      delivering = true
    },
    disableData() {
      delivering = false
    },
    // Such a device cannot be asked anything: what can be known is whether its port is still there.
    async checkHealth() {
      await stream.probe()
      const healthy = lifeCycle.port.enabled()
      return { healthy, detailCode: healthy ? 'ok' : lifeCycle.port.state() }
    },
  }
}
