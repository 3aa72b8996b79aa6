import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'
import { openVirtualSerial, type VirtualSerialKind } from './virtual-serial.ts'

/**
 * What goes wrong between reader and lane, until it is set to null: `slow`: reports come at a tenth of their speed.
 * `garble`: every second report has turned bits. `duplicate`: all is sent twice. `late`: sending begins `ms` later.
 * `silent`: nothing comes. `flood`: `reports` reports of rubbish follow what is sent.
 */
export type ReaderFault =
  | { readonly kind: 'slow' }
  | { readonly kind: 'garble' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'flood'; readonly reports: number }

export interface VirtualHidOptions {
  readonly link?: string | undefined
  readonly kinds?: readonly VirtualSerialKind[] | undefined
  /** From one report to the next; default 1 ms, the fastest a full-speed USB device is asked. */
  readonly intervalMs?: number | undefined
  readonly clock?: DriverClock | undefined
}

export interface VirtualHid {
  /** `hid:PATH`, or `tcp://…` where the machine can make no pseudo-terminal. */
  readonly address: string
  readonly how: VirtualSerialKind
  /** Settles when the last report has left at the reader's pace. */
  send(reports: readonly Uint8Array[]): Promise<void>
  setFault(fault: ReaderFault | null): void
  /** What came from the lane; a reader is sent nothing, so this shows when somebody does. */
  received(): Uint8Array
  onReceived(listener: (bytes: Uint8Array) => void): Unsubscribe
  plugged(): boolean
  unplug(): Promise<void>
  replug(): Promise<void>
  close(): Promise<void>
}

/** The rate by which a pseudo-terminal is opened; nothing on it is paced by it. */
const anyBaud = 115_200
const slowFactor = 10

/**
 * A raw HID device made of a pseudo-terminal: the same reports come out of the same read of a path. What it cannot play
 * is the kernel's folder about a device, so a driver opens it by path and with the reports its protocol names.
 */
export async function openVirtualHid(options: VirtualHidOptions = {}): Promise<VirtualHid> {
  const { intervalMs = 1, clock = systemDriverClock } = options
  const wire = await openVirtualSerial({ baud: anyBaud, link: options.link, kinds: options.kinds })
  let fault: ReaderFault | null = null
  let received: Uint8Array = new Uint8Array()
  let sending: Promise<void> = Promise.resolve()
  wire.onData((bytes) => {
    received = Uint8Array.from([...received, ...bytes]).slice(-4096)
  })
  const pause = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))

  const sendAll = async (reports: readonly Uint8Array[]): Promise<void> => {
    const now = fault
    if (now?.kind === 'silent') return
    if (now?.kind === 'late') await pause(now.ms)
    const rubbish = now?.kind === 'flood' ? floodOf(reports[0]?.length ?? 8, now.reports) : []
    const all = [...reports, ...(now?.kind === 'duplicate' ? reports : []), ...rubbish]
    const wait = intervalMs * (now?.kind === 'slow' ? slowFactor : 1)
    for (const [at, report] of all.entries()) {
      // Timers end a millisecond late: only pauses that add up to something are worth one.
      if (wait >= 1 && at > 0) await pause(wait)
      wire.write(now?.kind === 'garble' && at % 2 === 0 ? turned(report) : report)
    }
  }

  return {
    address: wire.how === 'tcp' ? wire.address : wire.address.replace(/^serial:(.*)\?.*$/, 'hid:$1'),
    how: wire.how,
    send(reports) {
      sending = sending.then(() => sendAll(reports))
      return sending
    },
    setFault(next) {
      fault = next
    },
    received: () => received,
    onReceived: (listener) => wire.onData(listener),
    plugged: () => wire.plugged(),
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: () => wire.close(),
  }
}

function turned(report: Uint8Array): Uint8Array {
  return report.map((byte, at) => (at === 0 ? byte : byte ^ 0x55))
}

function floodOf(length: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) =>
    new Uint8Array(length).map((__, byte) => (at * 31 + byte * 17) & 0xff),
  )
}
