import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { deviceFailure } from '../port/failures.ts'
import { exists, systemRoots, usbParent, type SystemRoots, type UsbParent } from './usb-parent.ts'

const byId = 'by-id:'
const byPath = 'by-path:'

/**
 * The device file of `by-id:NAME` (the name in /dev/serial/by-id, or the serial number) or `by-path:PLACE` (the name in
 * /dev/serial/by-path, or the USB place such as 1-1.2), as it is called now; any other path as it is. `-if01` after a
 * serial number or a place names one of several ports of a device. Rejects with `device.noExist`, or `device.illegal`
 * when two devices answer to the name.
 */
export async function resolveSerialPath(named: string, roots: SystemRoots = systemRoots): Promise<string> {
  if (named.startsWith(byId)) return find(named.slice(byId.length), 'by-id', isSerialNumber, roots)
  if (named.startsWith(byPath)) return find(named.slice(byPath.length), 'by-path', isPlace, roots)
  return named
}

/** Every serial port on USB, with the device it belongs to. */
export async function usbSerialPorts(
  roots: SystemRoots = systemRoots,
): Promise<readonly { readonly file: string; readonly usb: UsbParent }[]> {
  const folder = path.join(roots.sys, 'class/tty')
  const names = await readdir(folder).catch(() => [])
  const found = await Promise.all(
    names.map(async (name) => {
      const usb = await usbParent(path.join(folder, name, 'device'), roots)
      return usb && { file: path.join(roots.dev, name), usb }
    }),
  )
  return found.filter((port) => port !== null)
}

type Matches = (usb: UsbParent, name: string) => boolean
const isSerialNumber: Matches = ({ serialNumber }, name) => serialNumber === name
const isPlace: Matches = ({ location }, name) => location === name

async function find(
  name: string,
  folder: 'by-id' | 'by-path',
  matches: Matches,
  roots: SystemRoots,
): Promise<string> {
  const link = path.join(roots.dev, 'serial', folder, name)
  if (/^[^/.][^/]*$/.test(name) && (await exists(link))) return link
  const [, device = name, port] = /^(.*)-if([0-9a-f]{2})$/.exec(name) ?? []
  const ports = (await usbSerialPorts(roots)).filter(
    ({ usb }) => matches(usb, name) || (matches(usb, device) && usb.interfaceNumber === port),
  )
  const [only, second] = ports
  if (only === undefined) {
    throw deviceFailure(
      'noExist',
      `find the serial port ${folder}:${name}`,
      `No serial port here is ${folder}:${name}; is the device plugged in? "facelane devices list" shows what there is.`,
    )
  }
  if (second === undefined) return only.file
  const places = ports.map(
    ({ usb: { location, interfaceNumber } }) => `${location}-if${interfaceNumber ?? '00'}`,
  )
  throw deviceFailure(
    'illegal',
    `find the serial port ${folder}:${name}`,
    `${ports.length} serial ports here are ${folder}:${name}. Name one by its place: serial:by-path:${places.join(' or ')}.`,
  )
}
