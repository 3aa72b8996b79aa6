import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { parseHidAddress } from '../../../drivers/hid/address.ts'
import { bootKeyboard, createKeyboardDecoder, keyboardReport } from '../../../drivers/hid/keyboard.ts'
import { keyboardLayoutIds } from '../../../drivers/hid/keyboard-layouts.ts'
import { typedReports } from '../../../drivers/hid/keystrokes.ts'
import { parseReportDescriptor } from '../../../drivers/hid/report-descriptor.ts'
import { createReportFraming } from '../../../drivers/hid/report-framing.ts'
import { listHidDevices } from '../../../drivers/hid/sysfs.ts'
import { posReport } from '../../../drivers/scanner/hid-pos.ts'
import { bootKeyboardDescriptor, posDescriptor } from './support/hid-descriptors.ts'
import { cut } from './support/chunks.ts'

const typed = (text: string, layout: (typeof keyboardLayoutIds)[number]): string => {
  const decoder = createKeyboardDecoder(bootKeyboard, layout)
  return typedReports(text, layout, null)
    .flatMap((report) => decoder.push(report))
    .map((stroke) => (typeof stroke === 'number' ? String.fromCodePoint(stroke) : `<${stroke}>`))
    .join('')
}

describe('report descriptors', () => {
  test('a boot keyboard says where its modifiers and keys are', () => {
    const descriptor = parseReportDescriptor(bootKeyboardDescriptor)
    expect(descriptor).toMatchObject({ applications: [0x0001_0006], numbered: false })
    expect(descriptor?.reportBytes).toEqual(new Map([[0, 8]]))
    expect(descriptor && keyboardReport(descriptor)).toEqual({
      reportId: 0,
      modifiersAt: 0,
      keysAt: 2,
      keyCount: 6,
    })
  })

  test('a HID POS scanner says where length, identifier, data and the continuation are', () => {
    const descriptor = parseReportDescriptor(posDescriptor)
    expect(descriptor?.reportBytes).toEqual(new Map([[2, 64]]))
    expect(descriptor && posReport(descriptor)).toEqual({
      reportId: 2,
      lengthAt: 1,
      symbologyAt: 2,
      dataAt: 5,
      dataBytes: 56,
      continuedBit: 504,
    })
    expect(descriptor && keyboardReport(descriptor)).toBeNull()
  })

  test('whatever a device calls its descriptor, reading it ends, with little memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const descriptor = parseReportDescriptor(bytes)
        for (const length of descriptor?.reportBytes.values() ?? []) expect(length).toBeLessThanOrEqual(8192)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('report framing', () => {
  test('any chunking of any bytes gives the same reports', () => {
    const lengths = { numbered: true, reportBytes: new Map([[1, 3], [2, 8]]) } // prettier-ignore
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat()), (bytes, cuts) => {
        const framing = createReportFraming(lengths)
        const inParts = cut(bytes, cuts).flatMap((part) => framing.push(part))
        expect(inParts).toEqual(createReportFraming(lengths).push(bytes))
      }),
    )
  })
})

describe.each(keyboardLayoutIds)('a keyboard of layout %s', (layout) => {
  test('types every code a scanner reads, GS included', () => {
    const code = '0109501101530003 10AB-c_/.+%17261231\u001d21é?=&:'
    expect(typed(code, layout)).toBe(code)
  })

  test('any text comes back as it was typed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x20-\x7e]{0,40}$/), (text) => {
        expect(typed(text, layout)).toBe(text)
      }),
    )
  })
})

describe('keyboards', () => {
  test('a key that stays down is one key, two keys in one report come in its order, roll-over says nothing', () => {
    const decoder = createKeyboardDecoder(bootKeyboard, 'us')
    expect(decoder.push(Uint8Array.of(0, 0, 0x1e, 0, 0, 0, 0, 0))).toEqual([0x31])
    expect(decoder.push(Uint8Array.of(0, 0, 0x1e, 0x1f, 0x20, 0, 0, 0))).toEqual([0x32, 0x33])
    expect(decoder.push(Uint8Array.of(0, 0, 1, 1, 1, 1, 1, 1))).toEqual([])
    expect(decoder.push(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0))).toEqual([])
    expect(decoder.push(Uint8Array.of(0, 0, 0x28, 0, 0, 0, 0, 0))).toEqual(['enter'])
  })

  test('caps lock turns letters and leaves digits', () => {
    const decoder = createKeyboardDecoder(bootKeyboard, 'us')
    const keys = [0x39, 0x04, 0x1e].flatMap((usage) => [
      ...decoder.push(Uint8Array.of(0, 0, usage, 0, 0, 0, 0, 0)),
      ...decoder.push(new Uint8Array(8)),
    ])
    expect(keys).toEqual([0x41, 0x31])
  })
})

describe('the identity of a reader', () => {
  const folders: string[] = []
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
  })

  test('is its serial number or where it is plugged in; maker and product are no identity', () => {
    expect(parseHidAddress('hid:serial=S%2F1')).toMatchObject({ ok: true, value: { serial: 'S/1' } })
    expect(parseHidAddress('hid:port=1-1.4&interface=1')).toMatchObject({
      ok: true,
      value: { kind: 'identity', port: '1-1.4', interface: 1 },
    })
    expect(parseHidAddress('hid:/dev/hidraw3')).toMatchObject({ ok: true, value: { path: '/dev/hidraw3' } })
    for (const bad of ['hid:', 'hid:vendor=0c2e', 'hid:port=usb1', 'hid:interface=0', 'serial:/dev/ttyS1']) {
      expect(parseHidAddress(bad)).toMatchObject({ ok: false, error: { code: 'device.badAddress' } })
    }
  })

  test('is read from the kernel, with the descriptor', async () => {
    const sys = await mkdtemp(join(tmpdir(), 'facelane-sys-'))
    folders.push(sys)
    const device = join(sys, 'devices/pci0000:00/usb1/1-1/1-1.4/1-1.4:1.1/0003:0C2E:0B61.0001')
    await mkdir(device, { recursive: true })
    await mkdir(join(sys, 'class/hidraw/hidraw7'), { recursive: true })
    await symlink(device, join(sys, 'class/hidraw/hidraw7/device'))
    const facts =
      'DRIVER=hid-generic\nHID_ID=0003:00000C2E:00000B61\nHID_NAME=Honeywell Scanner\nHID_UNIQ=SN=42\n'
    await writeFile(join(device, 'uevent'), facts)
    await writeFile(join(device, 'report_descriptor'), posDescriptor)
    expect(await listHidDevices({ sys, dev: '/dev' })).toMatchObject([
      {
        path: '/dev/hidraw7',
        name: 'Honeywell Scanner',
        serial: 'SN=42',
        port: '1-1.4',
        interface: 1,
        vendorId: '0c2e',
        productId: '0b61',
        descriptor: { applications: [0x008c_0002] },
      },
    ])
    expect(await listHidDevices({ sys: join(sys, 'nothing'), dev: '/dev' })).toEqual([])
  })
})
