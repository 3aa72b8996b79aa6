import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { formatAddress, parseAddress, type UsbAddress } from '../../../drivers/byte-stream/address.ts'
import { createUsbStream } from '../../../drivers/byte-stream/usb.ts'
import { locationOf } from '../../../drivers/byte-stream/usb-device.ts'
import { parseDeviceId, printerPipes, readDeviceId } from '../../../drivers/byte-stream/usb-printer-class.ts'
import { bringUp, until } from '../../../drivers/kit/rig.ts'
import { createEscPosPrinter } from '../../../drivers/pos-printer/esc-pos-printer.ts'
import { printerProfiles } from '../../../drivers/pos-printer/profiles.ts'
import { judgePapers } from '../../../drivers/pos-printer/emulator/judge.ts'
import { jobKey, receipt } from './support/receipts.ts'
import { createUsbPrinter, hostOf, printerConfiguration, type UsbPrinter } from './support/usb-printer.ts'

const limits = { timeoutMs: 4000 }
const plain: UsbAddress = {
  kind: 'usb',
  vendorId: 0x04b8,
  productId: 0x0202,
  serialNumber: null,
  location: null,
}
const printers: UsbPrinter[] = []
const made = (...facts: Parameters<typeof createUsbPrinter>): UsbPrinter => {
  const printer = createUsbPrinter(...facts)
  printers.push(printer)
  return printer
}
afterEach(() => printers.splice(0).forEach(({ core }) => core.close()))

function driverOf(address: UsbAddress, ...host: Parameters<typeof hostOf>) {
  const stream = createUsbStream(address, hostOf(...host))
  return createEscPosPrinter({
    name: 'receipt',
    stream,
    profile: printerProfiles['epson-80'],
    bytesPerSecond: Number.POSITIVE_INFINITY,
  })
}

describe('a USB address', () => {
  test.each(['usb:04b8:0202', 'usb:04b8:0202:J4XF012345', 'usb:04b8:0202@1-1.4'])(
    '%s is read and written',
    (text) => {
      const parsed = parseAddress(text)
      expect(parsed.ok && formatAddress(parsed.value)).toBe(text)
    },
  )

  test.each(['usb:', 'usb:4b8:0202', 'usb:04b8', 'usb:04b8:0202@4', 'usb:04b8:0202:', 'usb:04b8:0202:a b'])(
    '%s is refused with an example',
    (text) => {
      const parsed = parseAddress(text)
      expect(parsed.ok).toBe(false)
      expect(!parsed.ok && [parsed.error.code, parsed.error.message]).toEqual([
        'device.badAddress',
        expect.stringContaining('usb:04b8:0202'),
      ])
    },
  )
})

describe('which USB printer is meant', () => {
  test('vendor and product are enough while there is one of them', async () => {
    const printer = made()
    const driver = driverOf(plain, [printer])
    await bringUp(driver)
    await driver.close()
    expect(printer.log).toEqual(['open', 'claim 0', 'release 0', 'close'])
  })

  test('of twins the serial number tells which', async () => {
    const [left, right] = [made({ serialNumber: 'A1' }), made({ serialNumber: 'B2', ports: [1] })]
    const driver = driverOf({ ...plain, serialNumber: 'B2' }, [left, right])
    await bringUp(driver)
    expect([left.log.length, right.log.length]).toEqual([0, 2])
    await driver.close()
  })

  test('without serial numbers the place on the bus does', async () => {
    const [left, right] = [made({ ports: [1, 3] }), made({ ports: [1, 4] })]
    const driver = driverOf({ ...plain, location: '1-1.4' }, [left, right])
    await bringUp(driver)
    expect([locationOf(left.device), left.log.length, right.log.length]).toEqual(['1-1.3', 0, 2])
    await driver.close()
  })

  test('twins that are not told apart are refused, and their places named', async () => {
    const stream = createUsbStream(plain, hostOf([made({ ports: [1, 3] }), made({ ports: [1, 4] })]))
    await expect(stream.open(limits)).rejects.toMatchObject({
      code: 'device.illegal',
      message: expect.stringContaining('usb:04b8:0202@1-1.3 or usb:04b8:0202@1-1.4') as string,
    })
  })

  test('none of them there, or a machine without USB, is a device that does not exist', async () => {
    await expect(createUsbStream(plain, hostOf([])).open(limits)).rejects.toMatchObject({
      code: 'device.noExist',
    })
    const broken = { devices: () => Promise.reject(new Error('/sys/bus/usb/devices/ not found')) }
    await expect(createUsbStream(plain, broken).open(limits)).rejects.toMatchObject({
      code: 'device.noExist',
      nativeCode: '109',
    })
  })
})

describe('a printer on USB', () => {
  test('prints, answers its fences, and gives the interface back to the kernel when it is closed', async () => {
    const printer = made({ kernelDriver: true })
    const driver = driverOf(plain, [printer])
    await bringUp(driver)
    const outcome = await driver.print(
      { jobKey: jobKey(1), document: receipt, copy: null },
      { timeoutMs: 20_000 },
    )
    expect(outcome).toEqual({ kind: 'printed', fence: 'processId' })
    expect(judgePapers(printer.core.pieces(), [{ jobKey: jobKey(1), document: receipt }])).toMatchObject({
      originals: { [jobKey(1)]: 1 },
      fragments: 0,
    })
    await driver.close()
    expect(printer.log).toEqual(['open', 'detach 0', 'claim 0', 'release 0', 'attach 0', 'close'])
  })

  test('pulled in the middle of a job is unknown, and lost at once', async () => {
    const printer = made()
    const driver = driverOf(plain, [printer])
    await bringUp(driver)
    printer.core.afterBytes(500, printer.pull)
    const outcome = await driver.print(
      { jobKey: jobKey(1), document: receipt, copy: null },
      { timeoutMs: 20_000 },
    )
    expect(outcome).toMatchObject({ kind: 'unknown', reason: 'linkLost' })
    expect(driver.state()).toBe('error')
    await driver.close()
    await until(() => printer.log.includes('close'))
    expect(printer.log).not.toContain('release 0')
  })

  test('pulled while nothing is sent is noticed too', async () => {
    const printer = made()
    const driver = driverOf(plain, [printer])
    await bringUp(driver)
    printer.pull()
    await until(() => driver.state() === 'error')
    await driver.close()
  })

  test('one the bus no longer lists is gone, whatever its transfers say', async () => {
    const printer = made()
    const gone = new Set<UsbPrinter>()
    const driver = driverOf(plain, [printer], gone)
    await bringUp(driver)
    gone.add(printer)
    await driver.checkHealth('internal', limits)
    expect(driver.state()).toBe('error')
    await driver.close()
  })

  test('that takes no bytes keeps neither its caller nor a close waiting', async () => {
    const printer = made()
    const driver = driverOf(plain, [printer])
    await bringUp(driver)
    printer.stall(true)
    const job = { jobKey: jobKey(1), document: receipt, copy: null }
    expect(await driver.print(job, { timeoutMs: 300 })).toMatchObject({
      kind: 'notPrinted',
      reason: 'offline',
    })
    await driver.close()
    printer.stall(false)
    expect(printer.log.slice(-2)).toEqual(['release 0', 'close'])
  })

  test.each([
    ['permission denied', 'device.noService'],
    ['interface is busy', 'device.claimed'],
    ['device disconnected', 'device.noExist'],
    ['something else', 'device.failure'],
  ])('whose opening fails with "%s" rejects with %s', async (openError, code) => {
    await expect(createUsbStream(plain, hostOf([made({ openError })])).open(limits)).rejects.toMatchObject({
      code,
    })
  })

  test('a second driver is told that the first has it', async () => {
    const printer = made()
    const first = driverOf(plain, [printer])
    await bringUp(first)
    await expect(createUsbStream(plain, hostOf([printer])).open(limits)).rejects.toMatchObject({
      code: 'device.claimed',
    })
    await first.close()
  })
})

describe('the printer class', () => {
  const withInterface = (interfaceClass: number, interfaceProtocol: number) =>
    printerPipes([
      {
        configurationValue: 1,
        interfaces: printerConfiguration.interfaces.map((one) => ({
          ...one,
          alternates: one.alternates.map((alternate) => ({
            ...alternate,
            interfaceClass,
            interfaceProtocol,
          })),
        })),
      },
    ])

  test('is found by its class and both bulk endpoints; a vendor class with both will do', () => {
    const pipes = {
      configurationValue: 1,
      interfaceNumber: 0,
      alternateSetting: 0,
      inEndpoint: 2,
      outEndpoint: 1,
    }
    expect(printerPipes([printerConfiguration])).toMatchObject(pipes)
    expect(withInterface(255, 0)).toMatchObject(pipes)
  })

  test('that cannot answer, or that speaks IEEE 1284.4 packets, or is a keyboard, is none', () => {
    expect([withInterface(7, 1), withInterface(7, 3), withInterface(3, 1)]).toEqual([null, null, null])
  })

  test('tells who it is by GET_DEVICE_ID', async () => {
    const printer = made()
    const pipes = printerPipes(printer.device.configurations)
    if (pipes === null) throw new Error('pipes')
    expect(await readDeviceId(printer.device, pipes)).toEqual({
      MFG: 'EPSON',
      CMD: 'ESC/POS',
      MDL: 'TM-T20III',
      CLS: 'PRINTER',
    })
    expect(printer.log).toEqual(['control class interface 0 0 0'])
  })

  test('reads long names as short ones, and no bytes make it throw', () => {
    const id = (text: string) =>
      parseDeviceId(Buffer.from(`\0${String.fromCharCode(text.length + 2)}${text}`, 'latin1'))
    expect(id('MANUFACTURER:Star;MODEL:mC-Print3; COMMAND SET : STAR;')).toEqual({
      MFG: 'Star',
      MDL: 'mC-Print3',
      CMD: 'STAR',
    })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const value of Object.values(parseDeviceId(bytes))) expect(typeof value).toBe('string')
      }),
    )
  })
})
