import { stat } from 'node:fs/promises'
import { SerialPort } from 'serialport'
import { deviceFailure, systemCause } from '../port/failures.ts'
import { formatAddress, type SerialAddress } from './address.ts'
import type { ByteStreamPort } from './byte-stream-port.ts'
import { createChannelStream, type Channel, type ChannelEvents } from './channel-stream.ts'
import { resolveSerialPath } from './serial-identity.ts'
import { systemRoots, type SystemRoots } from './usb-parent.ts'

/** Closing can wait for a device that does not read; after this long the port is left to the operating system. */
const closeLimitMs = 1000

export function createSerialStream(address: SerialAddress, roots: SystemRoots = systemRoots): ByteStreamPort {
  return createChannelStream(formatAddress(address), (events, signal) =>
    connect(address, roots, events, signal),
  )
}

async function connect(
  address: SerialAddress,
  roots: SystemRoots,
  events: ChannelEvents,
  signal: AbortSignal,
): Promise<Channel> {
  const path = await resolveSerialPath(address.path, roots)
  const port = new SerialPort({
    path,
    baudRate: address.baud,
    dataBits: address.dataBits,
    parity: address.parity,
    stopBits: address.stopBits,
    lock: true,
    autoOpen: false,
  })
  // Without a listener an error such as "Canceled" (closed while a write was pending) ends the process.
  port.on('error', (error: Error) => events.closed(error))
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error === null ? resolve() : reject(openFailure(address, error))))
  })
  if (signal.aborted) {
    await destroy(port)
    throw signal.reason
  }
  // What was sent before we came belongs to nobody: a scan of the shopper before must not be delivered now.
  await new Promise<void>((resolve) => port.flush(() => resolve()))
  port.on('data', (bytes: Buffer) => events.data(bytes))
  port.on('close', (error: Error | null) => events.closed(error))
  const opened = await stat(path)
  return {
    probe: () => stillThere(path, opened.rdev),
    write: (bytes, done) => void port.write(bytes, (error) => done(error)),
    destroy: () => destroy(port),
  }
}

/** An unplug is not always told; then the path is gone or leads to another device. */
async function stillThere(path: string, rdev: number): Promise<Error | null> {
  try {
    const now = await stat(path)
    return now.rdev === rdev ? null : new Error(`${path} is another device now`)
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown))
  }
}

function destroy(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    if (!port.isOpen) return resolve()
    const limit = setTimeout(resolve, closeLimitMs)
    port.close(() => {
      clearTimeout(limit)
      resolve()
    })
  })
}

function openFailure(address: SerialAddress, error: Error) {
  const attempted = `open ${formatAddress(address)}`
  const cause = systemCause(error, attempted)
  if (/no such file|ENOENT|not a tty|ENXIO/i.test(error.message)) {
    return deviceFailure(
      'noExist',
      attempted,
      `There is no serial port ${address.path}; is the device plugged in?`,
      cause,
    )
  }
  if (/lock|busy|EBUSY|EAGAIN|temporarily unavailable/i.test(error.message)) {
    return deviceFailure('claimed', attempted, `Another program has ${address.path} open.`, cause)
  }
  if (/permission|EACCES/i.test(error.message)) {
    return deviceFailure(
      'noService',
      attempted,
      `This user may not open ${address.path}; add it to the group that owns the port (often "dialout").`,
      cause,
    )
  }
  return deviceFailure('failure', attempted, `${address.path} could not be opened: ${error.message}.`, cause)
}
