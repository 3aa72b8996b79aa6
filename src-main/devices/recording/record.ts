import type { ByteStreamPort } from '../../../drivers/byte-stream/byte-stream-port.ts'
import type { DevicePort } from '../../../drivers/port/device-port.ts'
import type { Unsubscribe } from '../../../drivers/port/subscriptions.ts'
import { createEscPosPrinter } from '../../../drivers/pos-printer/esc-pos-printer.ts'
import { printerProfiles, type PrinterProfileId } from '../../../drivers/pos-printer/profiles.ts'
import { createSerialScanner } from '../../../drivers/scanner/serial-scanner.ts'
import type { RecordableDevice, RecordedLine } from './recording.ts'

/** A driver that runs, with everything it tells. */
export interface RunningDriver {
  readonly device: DevicePort
  onEvent(listener: (event: Readonly<Record<string, unknown>>) => void): Unsubscribe
}

/** How fast the line is decides how much a printer is sent at once; nothing is printed here. */
const anyBytesPerSecond = 11_520

/** The driver of a recordable device over any stream. Its events carry no times: those are never the same twice. */
export function driverOver(
  kind: RecordableDevice,
  model: string | null,
  stream: ByteStreamPort,
): RunningDriver {
  switch (kind) {
    case 'printer': {
      const profile = printerProfiles[(model ?? 'epson-80') as PrinterProfileId]
      const device = createEscPosPrinter({
        name: 'recorded',
        stream,
        profile,
        bytesPerSecond: anyBytesPerSecond,
      })
      return {
        device,
        onEvent: (listener) => device.onStatusUpdate(({ name }) => listener({ statusUpdate: name })),
      }
    }
    case 'scanner': {
      const device = createSerialScanner({ name: 'recorded', stream, autoDisable: false })
      return {
        device,
        onEvent(listener) {
          const unsubscribes = [
            device.onData(({ data, symbologyHint = null }) => listener({ data, symbologyHint })),
            device.onGarbled(({ reason }) => listener({ garbled: reason })),
          ]
          return () => unsubscribes.forEach((unsubscribe) => unsubscribe())
        },
      }
    }
  }
}

/** The same stream, with every byte that goes either way told. */
export function tappedStream(
  stream: ByteStreamPort,
  tell: (from: 'host' | 'device', bytes: Uint8Array) => void,
): ByteStreamPort {
  stream.onData((bytes) => tell('device', bytes))
  return {
    ...stream,
    write(bytes, call) {
      tell('host', bytes)
      return stream.write(bytes, call)
    },
  }
}

const openLimitMs = 10_000

/** Runs the driver on the device until `until` settles; what passed, in order. Rejects with the driver's failure. */
export async function recordDevice(
  kind: RecordableDevice,
  model: string | null,
  stream: ByteStreamPort,
  until: Promise<void>,
  heard: (line: RecordedLine) => void,
): Promise<RecordedLine[]> {
  const lines: RecordedLine[] = []
  const startMs = performance.now()
  const atMs = (): number => Math.round((performance.now() - startMs) * 10) / 10
  const keep = (line: RecordedLine): void => {
    lines.push(line)
    heard(line)
  }
  const tapped = tappedStream(stream, (from, bytes) => {
    if (bytes.length > 0) keep({ atMs: atMs(), from, hex: Buffer.from(bytes).toString('hex') })
  })
  const { device, onEvent } = driverOver(kind, model, tapped)
  const stop = onEvent((event) => keep({ atMs: atMs(), from: 'driver', event }))
  try {
    const limits = { timeoutMs: openLimitMs }
    await device.open(limits)
    await device.claim(limits)
    await device.enable(limits)
    await until
  } finally {
    stop()
    await device.close()
  }
  return lines
}
