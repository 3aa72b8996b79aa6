import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'

/** The USB device a kernel device belongs to, as sysfs tells. */
export interface UsbParent {
  /** Four hexadecimal digits each. */
  readonly vendorId: string
  readonly productId: string
  /** Null where the maker gave none: then only its place tells it from its twin. */
  readonly serialNumber: string | null
  readonly manufacturer: string | null
  readonly product: string | null
  /** Bus and the chain of ports, `1-1.2`: the same for whatever is plugged into that socket. */
  readonly location: string
  /** Two hexadecimal digits; null for the device as a whole. */
  readonly interfaceNumber: string | null
}

/** Where the kernel shows itself; tests show another place. */
export interface SystemRoots {
  readonly dev: string
  readonly sys: string
}

export const systemRoots: SystemRoots = { dev: '/dev', sys: '/sys' }

/** Walks up from a folder of sysfs to the USB device it is part of; null when it is not on USB. */
export async function usbParent(folder: string, { sys }: SystemRoots): Promise<UsbParent | null> {
  let interfaceNumber: string | null = null
  let at = await realpath(folder).catch(() => null)
  const top = await realpath(sys).catch(() => sys)
  while (at !== null && at.startsWith(top) && at !== top) {
    interfaceNumber ??= await attribute(at, 'bInterfaceNumber')
    const vendorId = await attribute(at, 'idVendor')
    if (vendorId !== null) {
      return {
        vendorId,
        productId: (await attribute(at, 'idProduct')) ?? '',
        serialNumber: await attribute(at, 'serial'),
        manufacturer: await attribute(at, 'manufacturer'),
        product: await attribute(at, 'product'),
        location: path.basename(at),
        interfaceNumber,
      }
    }
    at = path.dirname(at)
  }
  return null
}

/** The text of one attribute; null when the folder has none, or an empty one. */
export async function attribute(folder: string, name: string): Promise<string | null> {
  const text = await readFile(path.join(folder, name), 'utf8').catch(() => '')
  return text.trim() || null
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
