import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { resolveSerialPath } from '../../../drivers/byte-stream/serial-identity.ts'
import type { Failure } from '../../../src-main/contract/failure.ts'
import { createSystemTree, type SystemTree } from './support/system-tree.ts'

let tree: SystemTree
beforeEach(() => {
  tree = createSystemTree()
})
afterEach(() => tree.remove())

const found = async (name: string): Promise<string> =>
  path.relative(tree.dev, await resolveSerialPath(name, tree))

describe('the serial port of a device', () => {
  test('is where its serial number is, whatever the port is called today', async () => {
    tree.plug('ttyUSB0', { place: '1-1', serialNumber: 'A50285BI' })
    tree.plug('ttyUSB1', { place: '1-2', serialNumber: 'FTVSDXYZ' })
    expect(await found('by-id:FTVSDXYZ')).toBe('ttyUSB1')
    tree.unplug('ttyUSB1', '1-2')
    tree.plug('ttyUSB7', { place: '1-3.4', serialNumber: 'FTVSDXYZ' })
    expect(await found('by-id:FTVSDXYZ')).toBe('ttyUSB7')
    expect(await found('by-id:A50285BI')).toBe('ttyUSB0')
  })

  test('is at its place on the bus, whatever is plugged in there', async () => {
    tree.plug('ttyUSB0', { place: '1-1.2' })
    expect(await found('by-path:1-1.2')).toBe('ttyUSB0')
    tree.unplug('ttyUSB0', '1-1.2')
    tree.plug('ttyUSB3', { place: '1-1.2', serialNumber: 'NEW' })
    expect(await found('by-path:1-1.2')).toBe('ttyUSB3')
  })

  test('is told by its interface when the device has several ports', async () => {
    tree.plug('ttyACM0', { place: '1-1', serialNumber: 'TWO', interfaceNumber: '00' })
    tree.plug('ttyACM1', { place: '1-1', serialNumber: 'TWO', interfaceNumber: '02' })
    expect(await found('by-id:TWO-if02')).toBe('ttyACM1')
    expect(await found('by-path:1-1-if00')).toBe('ttyACM0')
  })

  test('is never guessed between twins: the failure names their places', async () => {
    tree.plug('ttyUSB0', { place: '1-1.2', serialNumber: '0001' })
    tree.plug('ttyUSB1', { place: '1-1.3', serialNumber: '0001' })
    const failure = await resolveSerialPath('by-id:0001', tree).catch((thrown: unknown) => thrown as Failure)
    expect(failure).toMatchObject({
      code: 'device.illegal',
      message:
        '2 serial ports here are by-id:0001. Name one by its place: serial:by-path:1-1.2-if00 or 1-1.3-if00.',
    })
  })

  test('is found through the links of udev where there are some', async () => {
    writeFileSync(path.join(tree.dev, 'ttyUSB0'), '')
    const name = 'usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0'
    tree.link('by-id', name, 'ttyUSB0')
    expect(await found(`by-id:${name}`)).toBe(`serial/by-id/${name}`)
  })

  test('that is not there does not exist, and no name leads out of /dev/serial', async () => {
    tree.plug('ttyUSB0', { place: '1-1' })
    tree.link('by-id', 'another', 'ttyUSB0')
    for (const name of ['by-id:A50285BI', 'by-path:1-2', 'by-id:../../../../etc/passwd', 'by-id:']) {
      await expect(resolveSerialPath(name, tree), name).rejects.toMatchObject({ code: 'device.noExist' })
    }
  })

  test('given as a file is that file', async () => {
    expect(await resolveSerialPath('/dev/ttyS1', tree)).toBe('/dev/ttyS1')
  })
})
