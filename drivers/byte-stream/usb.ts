import { Failure } from '../../src-main/contract/failure.ts'
import { deviceFailure, systemCause } from '../port/failures.ts'
import { formatAddress, type UsbAddress } from './address.ts'
import type { ByteStreamPort } from './byte-stream-port.ts'
import { createChannelStream, type Channel, type ChannelEvents } from './channel-stream.ts'
import { locationOf, systemUsbHost, type UsbDeviceLike, type UsbHost } from './usb-device.ts'
import { printerPipes, type PrinterPipes } from './usb-printer-class.ts'

/** A read that brought nothing is begun again; a close waits for one at most. */
const readMs = 500
/** A printer that is offline takes no bytes for as long as it likes: who writes has a limit of their own. */
const writeMs = 0x7fff_ffff
const closeLimitMs = 1500
/** One transfer; a smaller one lets a close come in between. */
const transferBytes = 4096

/** A printer on USB as a byte stream: its bulk endpoints, without the kernel's `usblp`. */
export function createUsbStream(address: UsbAddress, host: UsbHost = systemUsbHost): ByteStreamPort {
  return createChannelStream(formatAddress(address), (events, signal) =>
    connect(address, host, events, signal),
  )
}

async function connect(
  address: UsbAddress,
  host: UsbHost,
  events: ChannelEvents,
  signal: AbortSignal,
): Promise<Channel> {
  const device = await find(address, host)
  const pipes = printerPipes(device.configurations)
  if (pipes === null) {
    throw deviceFailure(
      'noHardware',
      `open ${formatAddress(address)}`,
      'This USB device has no printer interface that can answer. Set the printer to "USB printer class".',
    )
  }
  const detached = await take(address, device, pipes)
  if (signal.aborted) {
    await give(device, pipes, detached)
    throw signal.reason
  }
  return pump(address, host, device, pipes, detached, events)
}

/** The one device of that address; a twin must be told apart. */
async function find(address: UsbAddress, host: UsbHost): Promise<UsbDeviceLike> {
  const attempted = `open ${formatAddress(address)}`
  let all: readonly UsbDeviceLike[]
  try {
    all = await host.devices()
  } catch (thrown) {
    throw deviceFailure('noExist', attempted, 'This machine has no USB.', systemCause(thrown, attempted))
  }
  const found = all.filter((device) => isAt(address, device))
  const [first] = found
  if (first === undefined) {
    throw deviceFailure('noExist', attempted, `No USB device is ${formatAddress(address)}; is it plugged in?`)
  }
  if (found.length > 1) {
    const places = found.map((device) =>
      formatAddress({ ...address, serialNumber: null, location: locationOf(device) }),
    )
    throw deviceFailure(
      'illegal',
      attempted,
      `${found.length} devices are ${formatAddress(address)}. Say which one: ${places.join(' or ')}.`,
    )
  }
  return first
}

function isAt(address: UsbAddress, device: UsbDeviceLike): boolean {
  const { vendorId, productId, serialNumber, location } = address
  if (device.vendorId !== vendorId || device.productId !== productId) return false
  if (serialNumber !== null) return device.serialNumber === serialNumber
  return location === null || locationOf(device) === location
}

/** Opens the device and claims its interface; true when the kernel's driver had to be taken off it. */
async function take(address: UsbAddress, device: UsbDeviceLike, pipes: PrinterPipes): Promise<boolean> {
  const attempted = `open ${formatAddress(address)}`
  let opened = false
  let detached = false
  try {
    await device.open()
    opened = true
    detached = await detach(device, pipes.interfaceNumber)
    if (device.configuration?.configurationValue !== pipes.configurationValue) {
      await device.selectConfiguration(pipes.configurationValue)
    }
    await device.claimInterface(pipes.interfaceNumber)
    if (pipes.alternateSetting !== 0) {
      await device.selectAlternateInterface(pipes.interfaceNumber, pipes.alternateSetting)
    }
    return detached
  } catch (thrown) {
    if (detached) await quietly(() => device.attachKernelDriver(pipes.interfaceNumber))
    if (opened) await quietly(() => device.close())
    throw openFailure(attempted, thrown)
  }
}

/** False when no driver was there, or none can be taken off on this system. */
async function detach(device: UsbDeviceLike, interfaceNumber: number): Promise<boolean> {
  try {
    await device.detachKernelDriver(interfaceNumber)
    return true
  } catch {
    return false
  }
}

async function give(device: UsbDeviceLike, pipes: PrinterPipes, detached: boolean): Promise<void> {
  await quietly(() => device.releaseInterface(pipes.interfaceNumber))
  if (detached) await quietly(() => device.attachKernelDriver(pipes.interfaceNumber))
  await quietly(() => device.close())
}

/**
 * Frees what can be freed of a device that may be gone already. Where a transfer of a pulled device is still out, `usb` 3.1
 * throws ("The same native value cannot be borrowed mutably") instead of rejecting.
 */
async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch {
    // There is nothing left to free.
  }
}

function pump(
  address: UsbAddress,
  host: UsbHost,
  device: UsbDeviceLike,
  pipes: PrinterPipes,
  detached: boolean,
  events: ChannelEvents,
): Channel {
  let closed = false
  let writing: Promise<void> = Promise.resolve()

  const read = async (): Promise<void> => {
    while (!closed) {
      try {
        const { data } = await device.transferIn(pipes.inEndpoint, pipes.inPacketBytes, readMs)
        if (data !== undefined && data.byteLength > 0 && !closed) {
          events.data(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
        }
      } catch (thrown) {
        if (isOnlyLate(thrown)) continue
        if (!closed) events.closed(asError(thrown))
        return
      }
    }
  }

  const send = async (bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at < bytes.length; at += transferBytes) {
      if (closed) throw new Error('The port was closed meanwhile')
      const part = Uint8Array.from(bytes.subarray(at, at + transferBytes))
      const { bytesWritten } = await device.transferOut(pipes.outEndpoint, part, writeMs)
      if (bytesWritten !== part.length)
        throw new Error(`Only ${bytesWritten} of ${part.length} bytes went out`)
    }
  }

  const reading = read()
  return {
    write(bytes, done) {
      const mine = writing.then(() => send(bytes))
      writing = mine.catch(() => undefined)
      mine.then(
        () => done(),
        (thrown: unknown) => done(asError(thrown)),
      )
    },
    async probe() {
      try {
        const all = await host.devices()
        const still = all.some((one) => isAt(address, one) && one.address === device.address)
        return still ? null : new Error('The USB device is gone')
      } catch (thrown) {
        return asError(thrown)
      }
    },
    async destroy() {
      closed = true
      let cancelLimit = (): void => undefined
      const limit = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, closeLimitMs)
        cancelLimit = () => clearTimeout(timer)
      })
      await Promise.race([reading.then(() => give(device, pipes, detached)), limit])
      cancelLimit()
    },
  }
}

/** Nothing came within the time of one read: the package ends it as "Cancelled". */
function isOnlyLate(thrown: unknown): boolean {
  return /cancel|timed? ?out/i.test(asError(thrown).message)
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

function openFailure(attempted: string, thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  const cause = systemCause(thrown, attempted)
  if (/permission|access|EACCES|EPERM/i.test(cause.message)) {
    return deviceFailure(
      'noService',
      attempted,
      'This user may not open the USB printer: a udev rule must give it to them (docs/drivers.md).',
      cause,
    )
  }
  if (/busy/i.test(cause.message)) {
    return deviceFailure('claimed', attempted, 'Another program has the USB printer.', cause)
  }
  if (/disconnected|not found|no such device/i.test(cause.message)) {
    return deviceFailure('noExist', attempted, 'The USB printer went away while it was being opened.', cause)
  }
  return deviceFailure('failure', attempted, `The USB printer could not be opened: ${cause.message}.`, cause)
}
