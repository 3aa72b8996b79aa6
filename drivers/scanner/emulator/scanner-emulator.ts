import { unreachable } from '../../../src-main/contract/result.ts'
import { systemDriverClock, type DriverClock } from '../../port/clock.ts'
import { createSubscriptions, type Unsubscribe } from '../../port/subscriptions.ts'
import { plugOf } from '../../virtual-serial/plug.ts'
import type { ReaderFault } from '../../virtual-serial/virtual-hid.ts'
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
  /** Holds for every scan from now on; `flood` counts bytes here. */
  setFault(fault: ReaderFault | null): void
  /** What came from the lane; a scanner is sent nothing, so this shows when somebody does. */
  received(): Uint8Array
  unplug(): Promise<void>
  replug(): Promise<void>
  /** Unplugged and plugged in again. */
  powerCycle(): Promise<void>
  close(): Promise<void>
}

/** 8N1: ten bits on the wire for each byte. */
const bitsPerByte = 10
const chunkBytes = 32
const slowFactor = 10

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

  let fault: ReaderFault | null = null
  let received: Uint8Array = new Uint8Array()
  wire.onData((bytes) => {
    received = Uint8Array.from([...received, ...bytes]).slice(-4096)
  })

  const send = (bytes: Uint8Array): Promise<void> => {
    sending = sending.then(async () => {
      const bitsPerSecond = fault?.kind === 'slow' ? baud / slowFactor : baud
      if (fault?.kind === 'late') await pause(fault.ms)
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const chunk = bytes.subarray(at, at + chunkBytes)
        await pause((chunk.length * bitsPerByte * 1000) / bitsPerSecond)
        wire.write(chunk)
      }
    })
    return sending
  }
  /** What leaves the reader for one code, with what is wrong with it now. */
  const sent = (bytes: Uint8Array): Uint8Array => {
    switch (fault?.kind) {
      case 'silent':
        return new Uint8Array()
      case 'duplicate':
        return Uint8Array.from([...bytes, ...bytes])
      case 'garble':
        return bytes.map((byte, at) => (at === bytes.length - 1 ? byte : byte ^ 0x80))
      case 'flood':
        return Uint8Array.from([...bytes, ...new Uint8Array(fault.reports).fill(0x39)])
      case 'slow':
      case 'late':
      case undefined:
        return bytes
      default:
        return unreachable(fault)
    }
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
      await send(sent(read(text)))
    },
    duplicate: (text) => send(read(`${text}${terminator}${text}`)),
    garble: () => send(Uint8Array.of(0xff, 0x00, 0x9c, 0x13, 0xfe, 0x80, 0x0d)),
    flood: (bytes) => send(new Uint8Array(bytes).fill(0x39)),
    setFault(next) {
      fault = next
    },
    received: () => received,
    ...plugOf(wire, changed),
    close: () => wire.close(),
  }
}
