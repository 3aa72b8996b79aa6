import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { LogPort } from '../../../src-main/ports/log.ts'
import type { DeviceStatus } from '../../../src-main/devices/device-status.ts'
import { printerDriver, scannerDriver } from '../../../src-main/devices/drivers.ts'
import { createDeviceSupervisor, type DeviceSupervisor } from '../../../src-main/devices/supervisor.ts'
import { systemDriverClock } from '../../../drivers/port/clock.ts'
import { emulatePrinter } from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { emulateScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import { jobKey, receipt } from '../../unit/drivers/support/receipts.ts'
import { until } from '../../conformance/drivers/support/wires.ts'

const quiet = (): void => undefined
const log: LogPort = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const clock = { ...systemDriverClock, nowMs: () => Date.now() }
const random = { unit: () => 0 }
const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function lane() {
  const printer = await emulatePrinter({ paper: 80, mmPerSecond: 2000, bootMs: 600 })
  closers.push(() => printer.close())
  const scanner = await emulateScanner({ baud: 115_200 })
  closers.push(() => scanner.close())
  const supervisor = createDeviceSupervisor({
    clock,
    random,
    log,
    drivers: {
      printer: printerDriver({ address: printer.address, model: 'epson-80' }, clock),
      terminal: null,
      scanner: scannerDriver({ address: scanner.address }, clock),
    },
  })
  closers.push(() => supervisor.close())
  await until(() => supervisor.statuses().every(({ state }) => state === 'ready'))
  return { printer, scanner, supervisor }
}

const stateOf = (supervisor: DeviceSupervisor, category: DeviceStatus['category']): string => {
  const status = supervisor.statuses().find((candidate) => candidate.category === category)
  return `${status?.state ?? ''} ${status?.detailCode ?? ''}`.trim()
}
const job = { jobKey: jobKey(1), document: receipt, copy: null }

describe('the device supervisor', () => {
  test('opens what is configured, delivers scans and prints', async () => {
    const { supervisor, scanner, printer } = await lane()
    const scans: string[] = []
    supervisor.onScan(({ data }) => {
      scans.push(data)
      supervisor.scanner().enableData()
    })
    await scanner.scan('6901234567892')
    await scanner.scan('4006381333931')
    await until(() => scans.length === 2)
    expect(scans).toEqual(['6901234567892', '4006381333931'])
    expect(await supervisor.printer().print(job, { timeoutMs: 10_000 })).toEqual({
      kind: 'printed',
      fence: 'processId',
    })
    expect(printer.papers()).toHaveLength(1)
  })

  test('an unplugged printer is lost and nothing else; plugged in again the same accessor prints', async () => {
    const { supervisor, printer, scanner } = await lane()
    const accessor = supervisor.printer()
    const seen: string[] = []
    supervisor.onStatus(({ category, state }) => seen.push(`${category} ${state}`))
    await printer.unplug()
    await until(() => stateOf(supervisor, 'PosPrinter').startsWith('lost'))
    expect(await accessor.print(job, { timeoutMs: 5000 })).toMatchObject({
      kind: 'notPrinted',
      reason: 'offline',
    })
    expect(accessor.status()).toBeNull()
    const scans: string[] = []
    supervisor.onScan(({ data }) => scans.push(data))
    await scanner.scan('6901234567892')
    await until(() => scans.length === 1)
    await printer.replug()
    await until(() => stateOf(supervisor, 'PosPrinter') === 'ready')
    expect(await accessor.print(job, { timeoutMs: 10_000 })).toMatchObject({ kind: 'printed' })
    expect(seen).not.toContain('Scanner lost')
    expect(printer.judge([{ jobKey: jobKey(1), document: receipt }])).toMatchObject({
      originals: { [jobKey(1)]: 1 },
    })
  })

  test('a paper cut short by an unplug is cut off before the next one, whoever that is for', async () => {
    const { supervisor, printer } = await lane()
    const [first, second] = [1, 2].map((n) => ({ jobKey: jobKey(n), document: receipt, copy: null }))
    if (first === undefined || second === undefined) throw new Error('two jobs')
    let pulled: Promise<void> = Promise.resolve()
    printer.afterBytes(700, () => {
      pulled = printer.unplug()
    })
    expect(await supervisor.printer().print(first, { timeoutMs: 10_000 })).toMatchObject({ kind: 'unknown' })
    await pulled
    await until(() => stateOf(supervisor, 'PosPrinter').startsWith('lost'))
    await printer.replug()
    await until(() => stateOf(supervisor, 'PosPrinter') === 'ready')
    expect(await supervisor.printer().print(second, { timeoutMs: 10_000 })).toMatchObject({ kind: 'printed' })
    const copied = await supervisor
      .printer()
      .print({ ...first, copy: 'outcomeUnknown' }, { timeoutMs: 10_000 })
    expect(copied).toMatchObject({ kind: 'printed' })
    expect(printer.judge([first, second])).toEqual({
      originals: { [jobKey(2)]: 1 },
      copies: { [jobKey(1)]: 1 },
      missing: [],
      fragments: 1,
    })
  })

  test('what is wanted of the scanner holds over a replug', async () => {
    const { supervisor, scanner } = await lane()
    const scans: string[] = []
    supervisor.onScan(({ data }) => scans.push(data))
    supervisor.scanner().disableData()
    await scanner.unplug()
    await until(() => stateOf(supervisor, 'Scanner').startsWith('lost'))
    await scanner.replug()
    await until(() => stateOf(supervisor, 'Scanner') === 'ready')
    await scanner.scan('1111111111116')
    // Time for the read to come through and be dropped.
    await setTimeout(300)
    supervisor.scanner().enableData()
    await scanner.scan('6901234567892')
    await until(() => scans.includes('6901234567892'))
    expect(scans).toEqual(['6901234567892'])
  })

  test('an open cover and an empty roll ask for attention and are gone when dealt with', async () => {
    const { supervisor, printer } = await lane()
    printer.openCover()
    await until(() => stateOf(supervisor, 'PosPrinter') === 'attention coverOpen')
    printer.closeCover()
    await until(() => stateOf(supervisor, 'PosPrinter') === 'ready')
    printer.setPaper(0)
    await until(() => stateOf(supervisor, 'PosPrinter') === 'attention paperEmpty')
    printer.setPaper(700)
    await until(() => stateOf(supervisor, 'PosPrinter') === 'ready paperNearEnd')
  })

  test('a garbled read is passed on as such and closes nothing', async () => {
    const { supervisor, scanner } = await lane()
    const garbled: string[] = []
    const scans: string[] = []
    supervisor.onGarbled(({ reason }) => garbled.push(reason))
    supervisor.onScan(({ data }) => scans.push(data))
    await scanner.garble()
    await scanner.scan('6901234567892')
    await until(() => scans.length === 1)
    expect(garbled).toEqual(['notText'])
  })

  test('an address that cannot work is a failed device with its code, not an exception', async () => {
    const supervisor = createDeviceSupervisor({
      clock,
      random,
      log,
      drivers: {
        printer: printerDriver({ address: 'usb:1', model: 'epson-80' }, clock),
        scanner: null,
        terminal: null,
      },
    })
    closers.push(() => supervisor.close())
    await until(() => stateOf(supervisor, 'PosPrinter') === 'failed device.badAddress')
    expect(supervisor.statuses()).toHaveLength(1)
    expect(await supervisor.printer().print(job, { timeoutMs: 1000 })).toMatchObject({ kind: 'notPrinted' })
  })

  test('closing while everything is unplugged settles and stops trying', async () => {
    const { supervisor, printer, scanner } = await lane()
    const printing = supervisor.printer().print(job, { timeoutMs: 10_000 })
    await printer.unplug()
    await scanner.unplug()
    await supervisor.close()
    expect(['unknown', 'notPrinted', 'printed']).toContain((await printing).kind)
  })
})
