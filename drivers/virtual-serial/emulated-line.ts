import { createSubscriptions, type Unsubscribe } from '../port/subscriptions.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { openVirtualSerial, type VirtualSerialKind } from './virtual-serial.ts'

/** How the line spoils what the device answers; the same words for every emulated device. */
export type LineFault =
  /** Answers take this many times as long on the wire. */
  | { readonly kind: 'slow'; readonly factor: number }
  /** Every third byte arrives with a bit turned. */
  | { readonly kind: 'garble' }
  /** Every answer comes twice. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'silent' }
  /** This much noise before each answer. */
  | { readonly kind: 'flood'; readonly bytes: number }

export interface EmulatedLineOptions {
  /** Bits per second; a byte takes ten. */
  readonly baud: number
  readonly link?: string | undefined
  readonly kinds?: readonly VirtualSerialKind[] | undefined
  readonly clock?: DriverClock | undefined
}

/** The device's end of its cable: paced, spoilt on demand, and written down. */
export interface EmulatedLine {
  readonly address: string
  readonly how: VirtualSerialKind
  /** Leaves at the line's speed, after what was sent before. Lost while unplugged and when `reset` comes first. */
  send(bytes: Uint8Array): void
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe
  /** Null ends the fault. */
  setFault(fault: LineFault | null): void
  /** Drops what has not left yet: the device lost its power. */
  reset(): void
  /** What the host sent, the latest 64 KiB of it. */
  received(): Uint8Array
  plugged(): boolean
  unplug(): Promise<void>
  replug(): Promise<void>
  close(): Promise<void>
}

const bitsPerByte = 10
const chunkBytes = 16
const recordedBytes = 64 * 1024

export async function openEmulatedLine(options: EmulatedLineOptions): Promise<EmulatedLine> {
  const { baud, clock = systemDriverClock } = options
  const wire = await openVirtualSerial(options)
  const heard = createSubscriptions<Uint8Array>()
  let recorded: Buffer = Buffer.alloc(0)
  let fault: LineFault | null = null
  let queue: Uint8Array[] = []
  /** Stops the chunk on the wire, null while nothing is on it. */
  let cancelPacing: (() => void) | null = null
  const delays = new Set<() => void>()

  wire.onData((bytes) => {
    recorded = Buffer.concat([recorded, bytes]).subarray(-recordedBytes)
    heard.emit(bytes)
  })

  const pump = (): void => {
    const next = queue.shift()
    if (next === undefined) {
      cancelPacing = null
      return
    }
    const factor = fault?.kind === 'slow' ? fault.factor : 1
    cancelPacing = clock.after((next.length * bitsPerByte * 1000 * factor) / baud, () => {
      wire.write(next)
      pump()
    })
  }
  const enqueue = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; at += chunkBytes) queue.push(bytes.slice(at, at + chunkBytes))
    if (cancelPacing === null) pump()
  }
  const later = (ms: number, bytes: Uint8Array): void => {
    const cancel = clock.after(ms, () => {
      delays.delete(cancel)
      enqueue(bytes)
    })
    delays.add(cancel)
  }
  const reset = (): void => {
    queue = []
    cancelPacing?.()
    cancelPacing = null
    delays.forEach((cancel) => cancel())
    delays.clear()
  }

  return {
    address: wire.address,
    how: wire.how,
    send(bytes) {
      switch (fault?.kind) {
        case 'silent':
          return
        case 'garble':
          return enqueue(bytes.map((byte, i) => (i % 3 === 2 ? byte ^ 0x04 : byte)))
        case 'duplicate':
          enqueue(bytes)
          return enqueue(bytes)
        case 'late':
          return later(fault.ms, bytes)
        case 'flood':
          enqueue(new Uint8Array(fault.bytes).fill(0x7e))
          return enqueue(bytes)
        case 'slow':
        case undefined:
          return enqueue(bytes)
      }
    },
    onData: (listener) => heard.add(listener),
    setFault: (next) => (fault = next),
    reset,
    received: () => recorded,
    plugged: () => wire.plugged(),
    async unplug() {
      reset()
      await wire.unplug()
    },
    replug: () => wire.replug(),
    async close() {
      reset()
      await wire.close()
    },
  }
}
