import type { ByteStreamPort } from '../../../../drivers/byte-stream/byte-stream-port.ts'
import { createChannelStream } from '../../../../drivers/byte-stream/channel-stream.ts'
import { createPrinterCore, type PrinterCore } from '../../../../drivers/pos-printer/emulator/printer-core.ts'
import { createEscPosPrinter } from '../../../../drivers/pos-printer/esc-pos-printer.ts'
import type { PosPrinterPort } from '../../../../drivers/pos-printer/pos-printer-port.ts'
import type { PrinterProfile } from '../../../../drivers/pos-printer/profiles.ts'
import type { Unsubscribe } from '../../../../drivers/port/subscriptions.ts'
import { createHandClock, type HandClock } from './hand-clock.ts'

export interface MemoryPrinter {
  readonly clock: HandClock
  readonly core: PrinterCore
  readonly stream: ByteStreamPort
  readonly printer: PosPrinterPort
  /** Cuts the cable. */
  cut(): void
  /** The lane's process ends without a word, and another opens the same printer. */
  killed(): MemoryPrinter
  /** Bytes the printer never sent: noise on the line. */
  hear(bytes: Uint8Array): void
}

const atOnce = { bytesPerSecond: Number.POSITIVE_INFINITY, mmPerSecond: Number.POSITIVE_INFINITY }

/** Driver and emulated printer joined in memory, both on one hand clock: every fault falls on an exact byte. */
export function createMemoryPrinter(
  profile: PrinterProfile,
  paperMm = 30_000,
  pace: { readonly bytesPerSecond: number; readonly mmPerSecond: number } = atOnce,
): MemoryPrinter {
  const clock = createHandClock()
  const core = createPrinterCore({
    profile,
    ...pace,
    bufferBytes: 4096,
    paperMm,
    nearEndMm: 300,
    clock,
  })
  return attach(profile, core, clock)
}

function attach(profile: PrinterProfile, core: PrinterCore, clock: HandClock): MemoryPrinter {
  let cut = (): void => undefined
  let hear = (_bytes: Uint8Array): void => undefined
  let alive = true
  const stream = createChannelStream('serial:/memory?baud=9600', (events) => {
    const unsubscribe: Unsubscribe = core.onTransmit((bytes) =>
      queueMicrotask(() => {
        if (alive) events.data(bytes)
      }),
    )
    cut = () => events.closed(new Error('EIO'))
    hear = events.data
    return Promise.resolve({
      write: (bytes, done) =>
        queueMicrotask(() => {
          if (!alive) return
          core.receive(bytes)
          done()
        }),
      destroy: () => {
        unsubscribe()
        return Promise.resolve()
      },
    })
  })
  const printer = createEscPosPrinter({ name: 'receipt', stream, profile, bytesPerSecond: 960, clock })
  return {
    clock,
    core,
    stream,
    printer,
    cut: () => cut(),
    killed() {
      alive = false
      return attach(profile, core, clock)
    },
    hear: (bytes) => hear(bytes),
  }
}

/** Opens, claims and enables. */
export async function bringUp({ printer, clock }: MemoryPrinter): Promise<void> {
  const limits = { timeoutMs: 5000 }
  await printer.open(limits)
  await printer.claim(limits)
  await passing(clock, printer.enable(limits))
}

/** Waits for a promise while the clock runs, in steps of a tenth of a second. */
export async function passing<T>(clock: HandClock, promise: Promise<T>, limitMs = 60_000): Promise<T> {
  let settled = false
  const watched = promise.finally(() => (settled = true))
  watched.catch(() => undefined)
  for (let ms = 0; ms < limitMs && !settled; ms += 100) await clock.advance(100)
  return watched
}
