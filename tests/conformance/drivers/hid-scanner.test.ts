import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import {
  emulateHidScanner,
  posReports,
  type EmulatedHidScanner,
} from '../../../drivers/scanner/emulator/hid-scanner-emulator.ts'
import {
  createHidScanner,
  type HidScannerOptions,
  type HidScannerProtocol,
} from '../../../drivers/scanner/hid-scanner.ts'
import type { ScanEvent, ScannerPort } from '../../../drivers/scanner/scanner-port.ts'
import { bootKeyboardDescriptor, posDescriptor } from '../../unit/drivers/support/hid-descriptors.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { bringUp } from '../../../drivers/kit/rig.ts'
import { absentNote, until, wires } from './support/wires.ts'

const protocols: readonly HidScannerProtocol[] = ['hid-pos', 'keyboard']
/** What a keyboard's reports travel over differs in nothing from the other mode's: one wire is enough for it. */
const matrix = protocols.flatMap((protocol) =>
  wires.slice(0, protocol === 'keyboard' ? 1 : undefined).map((kind) => ({ protocol, kind })),
)

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

async function started(
  protocol: HidScannerProtocol,
  more: {
    kinds?: typeof wires
    layout?: 'us' | 'de' | 'fr'
    end?: 'enter' | 'tab' | null
  } & Partial<HidScannerOptions> = {},
) {
  const { kinds, layout, end, ...driver } = more
  const emulator = await emulateHidScanner({ protocol, kinds, layout, end })
  const device = createHidScanner({ name: 'scanner', address: emulator.address, protocol, layout, ...driver })
  open.push(emulator, device)
  return { emulator, device, ...(await listening(device)) }
}

async function listening(device: ScannerPort) {
  const scans: ScanEvent[] = []
  const garbled: string[] = []
  const updates: string[] = []
  device.onData((scan) => scans.push(scan))
  device.onGarbled(({ reason }) => garbled.push(reason))
  device.onStatusUpdate(({ name }) => updates.push(name))
  await bringUp(device)
  return { scans, garbled, updates }
}

describe.each(matrix)(`a USB scanner in $protocol mode over $kind${absentNote}`, ({ protocol, kind }) => {
  deviceConformance<ScannerPort>({
    async make() {
      const emulator = await emulateHidScanner({ protocol, kinds: [kind] })
      const driver = (): ScannerPort =>
        createHidScanner({ name: 'scanner', address: emulator.address, protocol })
      return {
        device: driver(),
        rival: driver,
        unplug: () => emulator.unplug(),
        replug: () => emulator.replug(),
        close: () => emulator.close(),
      }
    },
    operations: { enableData: async (device) => device.enableData() },
    waiting: [],
  })

  test('a code longer than a report comes through whole, each read once', async () => {
    const { emulator, scans } = await started(protocol, { kinds: [kind], autoDisable: false })
    const long = `https://id.example/01/09501101530003/10/${'A1'.repeat(60)}?17=261231`
    for (const code of ['6901234567892', long, '289012345678901234']) await emulator.scan(code)
    await until(() => scans.length === 3)
    expect(scans.map(({ data }) => data)).toEqual(['6901234567892', long, '289012345678901234'])
  })

  test('one event for each enableData: a bouncing trigger sells once', async () => {
    const { emulator, device, scans, updates } = await started(protocol, { kinds: [kind] })
    emulator.setFault({ kind: 'duplicate' })
    await emulator.scan('6901234567892')
    await until(() => updates.includes('readIgnored'))
    emulator.setFault(null)
    device.enableData()
    await emulator.scan('4006381333931')
    await until(() => scans.length === 2)
    expect(scans.map(({ data }) => data)).toEqual(['6901234567892', '4006381333931'])
    expect(emulator.received()).toEqual(new Uint8Array())
  })

  test('half a read is told as garbled and never joins the next one', async () => {
    const { emulator, scans, garbled } = await started(protocol, { kinds: [kind] })
    if (protocol === 'hid-pos') await emulator.send(posReports('9'.repeat(80)).slice(0, 1))
    else await emulator.send([Uint8Array.of(0, 0, 0x1e, 0, 0, 0, 0, 0), new Uint8Array(8)])
    await until(() => garbled.length === 1)
    await emulator.scan('6901234567892')
    await until(() => scans.length === 1)
    expect([garbled, scans[0]?.data]).toEqual([['incomplete'], '6901234567892'])
  })

  test('the stripe of a card is no code: told without a digit of it', async () => {
    const { emulator, scans, garbled } = await started(protocol, { kinds: [kind] })
    await emulator.scan(';5412751234123456=30121011234567890?')
    await until(() => garbled.length === 1)
    expect([garbled, scans]).toEqual([['cardTrack'], []])
  })
})

describe('a USB scanner', () => {
  test('in HID POS mode tells the symbology it read', async () => {
    const { emulator, scans } = await started('hid-pos', { autoDisable: false })
    await emulator.scan(']C10109501101530003\u001d17261231')
    await emulator.scan(']E04006381333931')
    await until(() => scans.length === 2)
    expect(scans.map(({ data, symbologyHint }) => [symbologyHint, data])).toEqual([
      ['C1', '0109501101530003\u001d17261231'],
      ['E0', '4006381333931'],
    ])
  })

  test.each(['us', 'de', 'fr'] as const)(
    'that types as a keyboard of layout %s is read with GS and signs',
    async (layout) => {
      const { emulator, scans } = await started('keyboard', { layout, end: 'tab' })
      await emulator.scan('https://id.example/01/09501101530003?17=261231\u001d')
      await until(() => scans.length === 1)
      expect(scans[0]?.data).toBe('https://id.example/01/09501101530003?17=261231\u001d')
    },
  )

  test('that types no Enter is read when it falls silent, where it is configured so', async () => {
    const { emulator, scans } = await started('keyboard', { end: null, endsWith: 'silence' })
    await emulator.scan('6901234567892')
    await until(() => scans.length === 1)
    expect(scans[0]?.data).toBe('6901234567892')
  })

  test('that stops, comes late, or goes mad sells nothing wrong', async () => {
    const { emulator, device, scans, garbled } = await started('hid-pos')
    emulator.setFault({ kind: 'garble' })
    await emulator.scan('6901234567892')
    await until(() => garbled.length > 0)
    emulator.setFault({ kind: 'silent' })
    await emulator.scan('6901234567892')
    emulator.setFault({ kind: 'late', ms: 30 })
    await emulator.scan('4006381333931')
    await until(() => scans.length === 1)
    device.enableData()
    emulator.setFault({ kind: 'flood', reports: 500 })
    await emulator.scan('6901234567892')
    await until(() => scans.length === 2)
    expect(scans.map(({ data }) => data)).toEqual(['4006381333931', '6901234567892'])
  })
})

describe('where the kernel knows the device', () => {
  async function kernelWith(
    readers: readonly { serial: string; descriptor: Uint8Array; emulator: EmulatedHidScanner }[],
  ) {
    const root = await mkdtemp(join(tmpdir(), 'facelane-kernel-'))
    const [sys, dev] = [join(root, 'sys'), join(root, 'dev')]
    await mkdir(dev)
    for (const [at, { serial, descriptor, emulator }] of readers.entries()) {
      const folder = join(sys, `devices/usb1/1-${at + 1}/1-${at + 1}:1.0/0003:1234:5678.000${at}`)
      await mkdir(folder, { recursive: true })
      await mkdir(join(sys, `class/hidraw/hidraw${at}`), { recursive: true })
      await symlink(folder, join(sys, `class/hidraw/hidraw${at}/device`))
      await writeFile(
        join(folder, 'uevent'),
        `HID_ID=0003:00001234:00005678\nHID_NAME=Reader\nHID_UNIQ=${serial}\n`,
      )
      await writeFile(join(folder, 'report_descriptor'), descriptor)
      await symlink(emulator.address.slice('hid:'.length), join(dev, `hidraw${at}`))
    }
    open.push({ close: () => rm(root, { recursive: true }) })
    return { system: { sys, dev }, sys, dev }
  }
  const pathsOnly = wires.filter((kind) => kind !== 'tcp')

  test.skipIf(pathsOnly.length === 0)(
    `the reader with the serial number is opened, in the mode it reports, wherever it hangs${absentNote}`,
    async () => {
      const pos = await emulateHidScanner({ protocol: 'hid-pos', kinds: pathsOnly })
      const keyboard = await emulateHidScanner({ protocol: 'keyboard', kinds: pathsOnly })
      open.push(pos, keyboard)
      const { system, sys, dev } = await kernelWith([
        { serial: 'POS-1', descriptor: posDescriptor, emulator: pos },
        { serial: 'KEY-1', descriptor: bootKeyboardDescriptor, emulator: keyboard },
      ])
      const first = createHidScanner({ name: 'first', address: 'hid:serial=POS-1', system })
      const second = createHidScanner({ name: 'second', address: 'hid:port=1-2', system })
      open.push(first, second)
      const [atFirst, atSecond] = [await listening(first), await listening(second)]
      await pos.scan(']E06901234567892')
      await keyboard.scan('4006381333931')
      await until(() => atFirst.scans.length === 1 && atSecond.scans.length === 1)
      expect(atFirst.scans[0]).toMatchObject({ data: '6901234567892', symbologyHint: 'E0' })
      expect(atSecond.scans[0]?.data).toBe('4006381333931')

      // Plugged into another port it gets another number from the kernel.
      await first.close()
      await rm(join(sys, 'class/hidraw/hidraw0'), { recursive: true })
      await rm(join(dev, 'hidraw0'))
      const moved = join(sys, 'devices/usb1/1-7/1-7:1.0/0003:1234:5678.0009')
      await mkdir(moved, { recursive: true })
      await mkdir(join(sys, 'class/hidraw/hidraw9'), { recursive: true })
      await symlink(moved, join(sys, 'class/hidraw/hidraw9/device'))
      await writeFile(join(moved, 'uevent'), 'HID_ID=0003:00001234:00005678\nHID_UNIQ=POS-1\n')
      await writeFile(join(moved, 'report_descriptor'), posDescriptor)
      await symlink(pos.address.slice('hid:'.length), join(dev, 'hidraw9'))
      await bringUp(first)
      await pos.scan('6901234567892')
      await until(() => atFirst.scans.length === 2)
    },
  )

  test.skipIf(pathsOnly.length === 0)(
    `twins with one serial number are refused with the ports that tell them apart${absentNote}`,
    async () => {
      const twins = [
        await emulateHidScanner({ kinds: pathsOnly }),
        await emulateHidScanner({ kinds: pathsOnly }),
      ]
      open.push(...twins)
      const { system } = await kernelWith(
        twins.map((emulator) => ({ serial: '0000', descriptor: posDescriptor, emulator })),
      )
      const device = createHidScanner({ name: 'scanner', address: 'hid:serial=0000', system })
      open.push(device)
      await device.open({ timeoutMs: 1000 })
      await expect(device.claim({ timeoutMs: 1000 })).rejects.toMatchObject({
        code: 'device.illegal',
        message: expect.stringContaining('hid:port=1-1&interface=0 or hid:port=1-2&interface=0') as string,
      })
    },
  )

  test.skipIf(pathsOnly.length === 0)(
    `a keyboard that somebody calls a HID POS scanner is refused before a key is read${absentNote}`,
    async () => {
      const emulator = await emulateHidScanner({ protocol: 'keyboard', kinds: pathsOnly })
      open.push(emulator)
      const { system } = await kernelWith([{ serial: 'K', descriptor: bootKeyboardDescriptor, emulator }])
      const device = createHidScanner({ name: 's', address: 'hid:serial=K', protocol: 'hid-pos', system })
      open.push(device)
      await device.open({ timeoutMs: 1000 })
      await expect(device.claim({ timeoutMs: 1000 })).rejects.toMatchObject({ code: 'device.illegal' })
      const other = createHidScanner({ name: 's', address: 'hid:serial=K', system })
      open.push(other)
      await bringUp(other)
      expect(other.enabled()).toBe(true)
    },
  )
})
