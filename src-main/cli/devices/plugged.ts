import { readdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import { usbSerialPorts } from '../../../drivers/byte-stream/serial-identity.ts'
import {
  attribute,
  systemRoots,
  usbParent,
  type SystemRoots,
} from '../../../drivers/byte-stream/usb-parent.ts'
import { listHidDevices } from '../../../drivers/hid/sysfs.ts'
import { posUsages } from '../../../drivers/scanner/hid-pos.ts'

/** Something plugged in, as the kernel shows it; no byte was sent to find it. */
export interface Plugged {
  readonly kind: 'serialPort' | 'usbPrinter' | 'hid' | 'camera' | 'smartCardReader' | 'usb'
  /** As it belongs into the configuration, by serial number where it has one; null where nothing can be made of it here. */
  readonly address: string | null
  readonly file: string | null
  readonly name: string
  /** Four hexadecimal digits each, `04b8:0202`; null off USB. */
  readonly usbId: string | null
  readonly serialNumber: string | null
  readonly location: string | null
  /** What a HID device says it is: `barcodeScanner`, `keyboard`, `other`. */
  readonly use?: string
}

/** Interface classes of USB (usb.org, defined class codes). */
const printerClass = '07'
const smartCardClass = '0b'
/** HID Usage Tables 1.5: page 01, usage 06. */
const keyboardUsage = 0x0001_0006

/** Everything a till could use, by sysfs. Empty on a machine without one. */
export async function listPlugged(roots: SystemRoots = systemRoots): Promise<Plugged[]> {
  const groups = await Promise.all([serialPorts(roots), usbDevices(roots), hidDevices(roots), cameras(roots)])
  return groups.flat()
}

async function serialPorts(roots: SystemRoots): Promise<Plugged[]> {
  const ports = await usbSerialPorts(roots)
  const onUsb = ports.map(({ file, usb }): Plugged => {
    const { serialNumber, location } = usb
    const place = serialNumber === null ? `by-path:${location}` : `by-id:${serialNumber}`
    return { kind: 'serialPort', address: `serial:${place}`, file, name: nameOf(usb), ...identity(usb) }
  })
  return [...onUsb, ...(await builtInPorts(roots, new Set(ports.map(({ file }) => file))))]
}

/** UARTs of the board; the kernel shows empty places for those that are not there (type 0). */
async function builtInPorts(roots: SystemRoots, known: ReadonlySet<string>): Promise<Plugged[]> {
  const folder = path.join(roots.sys, 'class/tty')
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^tty(S|AMA|SC|THS)\d+$/.test(name))
  const found = await Promise.all(
    names.sort().map(async (name): Promise<Plugged[]> => {
      const file = path.join(roots.dev, name)
      const type = await attribute(path.join(folder, name), 'type')
      if (type === '0' || type === null || known.has(file)) return []
      return [{ kind: 'serialPort', address: `serial:${file}`, file, name: `serial port ${name}`, ...offUsb }]
    }),
  )
  return found.flat()
}

const offUsb = { usbId: null, serialNumber: null, location: null } as const

/** Printers and card readers by the class of their interfaces; everything else on USB is named, so that nothing is missed. */
async function usbDevices(roots: SystemRoots): Promise<Plugged[]> {
  const folder = path.join(roots.sys, 'bus/usb/devices')
  const names = await readdir(folder).catch(() => [])
  const found = await Promise.all(
    names
      .filter((name) => /^\d+-[\d.]+$/.test(name))
      .sort()
      .map(async (name): Promise<Plugged[]> => {
        const usb = await usbParent(path.join(folder, name), roots)
        if (usb === null || (await attribute(path.join(folder, name), 'bDeviceClass')) === '09') return []
        const interfaces = names.filter((other) => other.startsWith(`${name}:`))
        const classes = await Promise.all(
          interfaces.map((one) => attribute(path.join(folder, one), 'bInterfaceClass')),
        )
        const { serialNumber, location, vendorId, productId } = usb
        const twin = serialNumber === null ? `@${location}` : `:${serialNumber}`
        const base = { file: null, name: nameOf(usb), ...identity(usb) }
        if (classes.includes(printerClass))
          return [{ kind: 'usbPrinter', address: `usb:${vendorId}:${productId}${twin}`, ...base }]
        if (classes.includes(smartCardClass)) return [{ kind: 'smartCardReader', address: 'pcsc:', ...base }]
        return [{ kind: 'usb', address: null, ...base }]
      }),
  )
  return found.flat()
}

async function hidDevices(roots: SystemRoots): Promise<Plugged[]> {
  return (await listHidDevices(roots)).map((device) => {
    const usages = device.descriptor?.applications ?? []
    const use = usages.includes(posUsages.scanner)
      ? 'barcodeScanner'
      : usages.includes(keyboardUsage)
        ? 'keyboard'
        : 'other'
    const place =
      device.serial !== ''
        ? `serial=${device.serial}`
        : device.port !== null
          ? `port=${device.port}`
          : device.path
    return {
      kind: 'hid',
      address: `hid:${place}`,
      file: device.path,
      name: device.name,
      usbId: `${device.vendorId}:${device.productId}`,
      serialNumber: device.serial || null,
      location: device.port,
      use,
    }
  })
}

async function cameras(roots: SystemRoots): Promise<Plugged[]> {
  const folder = path.join(roots.sys, 'class/video4linux')
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^video\d+$/.test(name))
  const links = await byId(path.join(roots.dev, 'v4l/by-id'))
  return Promise.all(
    names.sort().map(async (name): Promise<Plugged> => {
      const file = path.join(roots.dev, name)
      const usb = await usbParent(path.join(folder, name, 'device'), roots)
      const title = (await attribute(path.join(folder, name), 'name')) ?? name
      const address = links.get(await realpath(file).catch(() => file)) ?? file
      return { kind: 'camera', address, file, name: title, ...(usb === null ? offUsb : identity(usb)) }
    }),
  )
}

/** From the device file to its name in a folder of links. */
async function byId(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch(() => [])
  const pairs = await Promise.all(
    names.map(async (name) => {
      const link = path.join(folder, name)
      return [await realpath(link).catch(() => link), link] as const
    }),
  )
  return new Map(pairs)
}

type Usb = NonNullable<Awaited<ReturnType<typeof usbParent>>>

function identity({ vendorId, productId, serialNumber, location }: Usb) {
  return { usbId: `${vendorId}:${productId}`, serialNumber, location }
}

function nameOf({ manufacturer, product, vendorId, productId }: Usb): string {
  return (
    [manufacturer, product].filter((part) => part !== null).join(' ') || `USB device ${vendorId}:${productId}`
  )
}
