import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { countListeners } from '../../../drivers/kit/listeners.ts'
import { bringUp } from '../../../drivers/kit/rig.ts'
import { emulateScanner, type EmulatedScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import type { ScanEvent, ScannerPort } from '../../../drivers/scanner/scanner-port.ts'
import { createSerialScanner } from '../../../drivers/scanner/serial-scanner.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { absentNote, until, wires } from './support/wires.ts'

const baud = 115_200

function driverFor(address: string, autoDisable = true): ScannerPort {
  return createSerialScanner({ name: 'scanner', stream: createByteStream(address), autoDisable })
}

async function rig(kind: VirtualSerialKind) {
  const emulator = await emulateScanner({ baud, kinds: [kind] })
  const { stream, listeners } = countListeners(createByteStream(emulator.address))
  return {
    device: createSerialScanner({ name: 'scanner', stream }),
    listeners,
    rival: () => driverFor(emulator.address),
    unplug: () => emulator.unplug(),
    replug: () => emulator.replug(),
    close: () => emulator.close(),
  }
}

describe.each(wires)(`a serial scanner over %s${absentNote}`, (kind) => {
  deviceConformance<ScannerPort>({
    make: () => rig(kind),
    operations: { enableData: async (device) => device.enableData() },
    waiting: [],
  })

  const open: { emulator: EmulatedScanner; device: ScannerPort }[] = []
  const started = async (autoDisable: boolean) => {
    const emulator = await emulateScanner({ baud, kinds: [kind] })
    const device = driverFor(emulator.address, autoDisable)
    open.push({ emulator, device })
    const scans: ScanEvent[] = []
    device.onData((scan) => scans.push(scan))
    await bringUp(device)
    return { emulator, device, scans }
  }
  afterEach(async () => {
    for (const { emulator, device } of open.splice(0)) {
      await device.close()
      await emulator.close()
    }
  })

  test('product barcodes and payment codes come through as raw text, each once', async () => {
    const { emulator, device, scans } = await started(false)
    for (const code of ['6901234567892', ']E04006381333931', '289012345678901234']) await emulator.scan(code)
    await until(() => scans.length === 3)
    expect(scans.map(({ data, symbologyHint }) => [data, symbologyHint])).toEqual([
      ['6901234567892', undefined],
      ['4006381333931', 'E0'],
      ['289012345678901234', undefined],
    ])
    expect(device.dataEnabled()).toBe(true)
  })

  test('one event for each enableData: a bouncing trigger sells once, and nothing reads into an open dialog', async () => {
    const { emulator, device, scans } = await started(true)
    const ignored: string[] = []
    device.onStatusUpdate(({ name }) => ignored.push(name))
    await emulator.duplicate('6901234567892')
    await until(() => ignored.includes('readIgnored'))
    expect(scans.map(({ data }) => data)).toEqual(['6901234567892'])
    device.enableData()
    await emulator.scan('4006381333931')
    await until(() => scans.length === 2)
    expect(device.dataEnabled()).toBe(false)
  })

  test('a garbled read is told, sells nothing, and leaves the gate open for the next one', async () => {
    const { emulator, device, scans } = await started(true)
    const garbled: string[] = []
    device.onGarbled(({ reason }) => garbled.push(reason))
    await emulator.garble()
    await until(() => garbled.length === 1)
    await emulator.flood(2000)
    await emulator.scan('')
    await until(() => garbled.length === 2)
    await emulator.scan('6901234567892')
    await until(() => scans.length === 1)
    expect(garbled).toEqual(['notText', 'tooLong'])
  })

  test('what was scanned before the driver came belongs to nobody', async () => {
    const emulator = await emulateScanner({ baud, kinds: [kind] })
    const device = driverFor(emulator.address)
    open.push({ emulator, device })
    const scans: ScanEvent[] = []
    device.onData((scan) => scans.push(scan))
    await emulator.scan('1111111111116')
    // Nobody can see when the operating system has the bytes; afterwards only the driver's flush removes them.
    await setTimeout(300)
    await bringUp(device)
    await emulator.scan('6901234567892')
    await until(() => scans.length > 0)
    expect(scans.map(({ data }) => data)).toEqual(['6901234567892'])
  })

  test('half a read before an unplug never joins the first read after the replug', async () => {
    const { emulator, device, scans } = await started(true)
    await emulator.flood(5)
    await emulator.unplug()
    await device.checkHealth('external', { timeoutMs: 1000 }).catch(() => undefined)
    await until(() => device.state() === 'error')
    await device.close()
    await emulator.replug()
    await bringUp(device)
    await emulator.scan('6901234567892')
    await until(() => scans.length === 1)
    expect(scans[0]?.data).toBe('6901234567892')
  })
})
