import { systemDriverClock, type DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { openVirtualSerial, type VirtualSerialKind } from '../../virtual-serial/virtual-serial.ts'

export interface EmulateScannerOptions {
  /** Default 9600. */
  readonly baud?: number | undefined
  readonly link?: string | undefined
  readonly kinds?: readonly VirtualSerialKind[] | undefined
  readonly clock?: DriverClock | undefined
  /** What ends each read; default CR. */
  readonly terminator?: string | undefined
}

export interface ScannerEmulatorState {
  readonly plugged: boolean
  /** The latest first, at most 20. */
  readonly lastScans: readonly string[]
}

export interface EmulatedScanner {
  readonly address: string
  readonly how: VirtualSerialKind
  state(): ScannerEmulatorState
  onChange(listener: (state: ScannerEmulatorState) => void): Unsubscribe
  /** Sends a code as if read; settles when its last byte left at the configured baud rate. */
  scan(text: string): Promise<void>
  /** The same read twice with nothing between, as a trigger that bounces. */
  duplicate(text: string): Promise<void>
  /** Bytes that are no text, ended like a read. */
  garble(): Promise<void>
  /** `bytes` digits without any terminator: a line gone mad. */
  flood(bytes: number): Promise<void>
  unplug(): Promise<void>
  replug(): Promise<void>
  close(): Promise<void>
}

/** 8N1: ten bits on the wire for each byte. */
const bitsPerByte = 10
const chunkBytes = 32

/** A serial scanner whose near end a driver opens. */
export async function emulateScanner(options: EmulateScannerOptions = {}): Promise<EmulatedScanner> {
  const { baud = 9600, clock = systemDriverClock, terminator = '\r' } = options
  const wire = await openVirtualSerial({ baud, link: options.link, kinds: options.kinds })
  const changes = createSubscriptions<ScannerEmulatorState>()
  let lastScans: readonly string[] = []
  let sending: Promise<void> = Promise.resolve()

  const state = (): ScannerEmulatorState => ({ plugged: wire.plugged(), lastScans })
  const changed = (): void => changes.emit(state())
  const pause = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))

  const send = (bytes: Uint8Array): Promise<void> => {
    sending = sending.then(async () => {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const chunk = bytes.subarray(at, at + chunkBytes)
        await pause((chunk.length * bitsPerByte * 1000) / baud)
        wire.write(chunk)
      }
    })
    return sending
  }
  const read = (text: string): Uint8Array => new TextEncoder().encode(text + terminator)

  return {
    address: wire.address,
    how: wire.how,
    state,
    onChange: (listener) => changes.add(listener),
    async scan(text) {
      lastScans = [text, ...lastScans].slice(0, 20)
      changed()
      await send(read(text))
    },
    duplicate: (text) => send(read(`${text}${terminator}${text}`)),
    garble: () => send(Uint8Array.of(0xff, 0x00, 0x9c, 0x13, 0xfe, 0x80, 0x0d)),
    flood: (bytes) => send(new Uint8Array(bytes).fill(0x39)),
    async unplug() {
      await wire.unplug()
      changed()
    },
    async replug() {
      await wire.replug()
      changed()
    },
    close: () => wire.close(),
  }
}
