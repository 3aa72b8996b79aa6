import path from 'node:path'
import { realpath } from 'node:fs/promises'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { createChannelStream } from '../byte-stream/channel-stream.ts'
import { createByteStream } from '../byte-stream/open-stream.ts'
import { deviceFailure } from '../port/failures.ts'
import { isHidAddress, parseHidAddress, type HidAddress } from './address.ts'
import { openHidraw } from './hidraw-channel.ts'
import type { ReportDescriptor } from './report-descriptor.ts'
import { linuxHid, listHidDevices, readHidDevice, type HidDevice, type HidSystem } from './sysfs.ts'

export interface HidStream extends ByteStreamPort {
  /** What the opened device says of its reports; null before the opening, and where nothing can say it. */
  descriptor(): ReportDescriptor | null
}

/**
 * The stream of input reports of a HID device, end to end, not opened yet. An identity (`hid:serial=…`, `hid:port=…`)
 * is looked up anew at each opening. Addresses of other streams carry the same bytes (a reader behind a serial server).
 * Throws the `device.badAddress` failure.
 */
export function createHidStream(address: string, system: HidSystem = linuxHid): HidStream {
  if (!isHidAddress(address)) return { ...createByteStream(address), descriptor: () => null }
  const parsed = parseHidAddress(address)
  if (!parsed.ok) throw parsed.error
  const wanted = parsed.value
  let descriptor: ReportDescriptor | null = null
  const stream = createChannelStream(address, async (events, signal) => {
    const found = await find(address, wanted, system)
    descriptor = found.descriptor
    return openHidraw(found.path, events, signal)
  })
  return { ...stream, descriptor: () => descriptor }
}

async function find(
  address: string,
  wanted: HidAddress,
  system: HidSystem,
): Promise<Pick<HidDevice, 'path' | 'descriptor'>> {
  if (wanted.kind === 'path') {
    const target = await realpath(wanted.path).catch(() => wanted.path)
    const named = await readHidDevice(path.basename(wanted.path), system)
    const device = named ?? (await readHidDevice(path.basename(target), system))
    return { path: wanted.path, descriptor: device?.descriptor ?? null }
  }
  const devices = (await listHidDevices(system)).filter(
    (device) =>
      (wanted.serial === undefined || device.serial === wanted.serial) &&
      (wanted.port === undefined || device.port === wanted.port) &&
      (wanted.interface === undefined || device.interface === wanted.interface),
  )
  const [first, second] = devices
  if (first === undefined) {
    throw deviceFailure('noExist', `open ${address}`, `No reader answers to ${address}; is it plugged in?`)
  }
  if (second !== undefined) {
    const places = devices.map(({ port, interface: part }) => `hid:port=${port}&interface=${part}`)
    throw deviceFailure(
      'illegal',
      `open ${address}`,
      `${address} is ${devices.length} devices: write ${places.join(' or ')}.`,
    )
  }
  return first
}
