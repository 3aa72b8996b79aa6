import { readdir, readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import { parseReportDescriptor, type ReportDescriptor } from './report-descriptor.ts'

/** Where the kernel tells of its devices; a test gives folders of its own. */
export interface HidSystem {
  readonly sys: string
  readonly dev: string
}

export const linuxHid: HidSystem = { sys: '/sys', dev: '/dev' }

export interface HidDevice {
  /** `/dev/hidraw0`; another one after a replug. */
  readonly path: string
  readonly name: string
  /** Empty where the maker gave it none. */
  readonly serial: string
  /** Bus and ports, `1-1.4`; null where it hangs on no USB. */
  readonly port: string | null
  /** Of the device, 0, 1, …; null where it hangs on no USB. */
  readonly interface: number | null
  /** Four hex digits each. */
  readonly vendorId: string
  readonly productId: string
  /** Null when the kernel shows none, or one that cannot be read. */
  readonly descriptor: ReportDescriptor | null
}

/** Every HID device the kernel offers raw; empty where there are none, or no such kernel. */
export async function listHidDevices(system: HidSystem = linuxHid): Promise<HidDevice[]> {
  const folder = path.join(system.sys, 'class/hidraw')
  const names = await readdir(folder).catch(() => [])
  const devices = await Promise.all(names.sort().map((name) => readHidDevice(name, system)))
  return devices.filter((device) => device !== null)
}

/** What the kernel says about `hidraw0`; null when it does not know it (any more). */
export async function readHidDevice(name: string, system: HidSystem = linuxHid): Promise<HidDevice | null> {
  const folder = path.join(system.sys, 'class/hidraw', name, 'device')
  try {
    const facts = uevent(await readFile(path.join(folder, 'uevent'), 'utf8'))
    const descriptor = await readFile(path.join(folder, 'report_descriptor')).catch(() => null)
    const [, vendorId = '', productId = ''] = (facts.get('HID_ID') ?? '').split(':')
    const place = usbPlace(await realpath(folder))
    return {
      path: path.join(system.dev, name),
      name: facts.get('HID_NAME') ?? name,
      serial: facts.get('HID_UNIQ') ?? '',
      port: place?.port ?? null,
      interface: place?.interface ?? null,
      vendorId: vendorId.slice(-4).toLowerCase(),
      productId: productId.slice(-4).toLowerCase(),
      descriptor: descriptor === null ? null : parseReportDescriptor(descriptor),
    }
  } catch {
    return null
  }
}

function uevent(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => line.split(/=(.*)/s, 2) as [string, string?])
  return new Map(lines.map(([key, value = '']) => [key, value]))
}

/** `/sys/devices/…/usb1/1-1/1-1.4/1-1.4:1.0/0003:0C2E:0B61.0001`: the last folder of an interface says where. */
function usbPlace(folder: string): { port: string; interface: number } | null {
  const found = [...folder.matchAll(/\/(\d+-\d+(?:\.\d+)*):\d+\.(\d+)(?=\/|$)/g)].at(-1)
  return found?.[1] === undefined ? null : { port: found[1], interface: Number(found[2]) }
}
