import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { SystemRoots } from '../../../../drivers/byte-stream/usb-parent.ts'

export interface UsbTty {
  readonly place: string
  readonly serialNumber?: string
  readonly interfaceNumber?: string
  readonly product?: string
}

export interface SystemTree extends SystemRoots {
  /** A serial converter at a place of the bus, under a name of the day. */
  plug(tty: string, device: UsbTty): void
  unplug(tty: string, place: string): void
  /** What udev would say about it. */
  link(folder: 'by-id' | 'by-path', name: string, tty: string): void
  remove(): void
}

/** Folders shaped as /dev and /sys are with usb-serial converters (Linux: Documentation/ABI/testing/sysfs-bus-usb). */
export function createSystemTree(): SystemTree {
  const root = mkdtempSync(path.join(os.tmpdir(), 'facelane-sys-'))
  const [dev, sys] = [path.join(root, 'dev'), path.join(root, 'sys')]
  const bus = path.join(sys, 'devices/pci0000:00/0000:00:01.2/usb1')
  const classes = path.join(sys, 'class/tty')
  for (const folder of [dev, bus, classes]) mkdirSync(folder, { recursive: true })
  return {
    dev,
    sys,
    plug(tty, { place, serialNumber, product = 'FT232R USB UART', interfaceNumber = '00' }) {
      const device = path.join(bus, place)
      const usbInterface = path.join(device, `${place}:1.${Number(interfaceNumber)}`)
      const port = path.join(usbInterface, tty)
      mkdirSync(path.join(port, 'tty', tty), { recursive: true })
      writeFileSync(path.join(usbInterface, 'bInterfaceNumber'), `${interfaceNumber}\n`)
      writeFileSync(path.join(device, 'idVendor'), '0403\n')
      writeFileSync(path.join(device, 'idProduct'), '6001\n')
      writeFileSync(path.join(device, 'product'), `${product}\n`)
      if (serialNumber !== undefined) writeFileSync(path.join(device, 'serial'), `${serialNumber}\n`)
      symlinkSync(port, path.join(port, 'tty', tty, 'device'))
      symlinkSync(path.join(port, 'tty', tty), path.join(classes, tty))
    },
    unplug(tty, place) {
      rmSync(path.join(classes, tty))
      rmSync(path.join(bus, place), { recursive: true })
    },
    link(folder, name, tty) {
      mkdirSync(path.join(dev, 'serial', folder), { recursive: true })
      rmSync(path.join(dev, 'serial', folder, name), { force: true })
      symlinkSync(path.join(dev, tty), path.join(dev, 'serial', folder, name))
    },
    remove: () => rmSync(root, { recursive: true }),
  }
}
