import { afterEach, describe, expect, test } from 'vitest'
import { parseAddress } from '../../../drivers/byte-stream/address.ts'
import type { ByteStreamPort } from '../../../drivers/byte-stream/byte-stream-port.ts'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { deviceConformance } from '../../../drivers/kit/conformance.ts'
import { countListeners } from '../../../drivers/kit/listeners.ts'
import { bringUp } from '../../../drivers/kit/rig.ts'
import {
  emulatePrinter,
  type EmulatedPrinter,
} from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { createEscPosPrinter } from '../../../drivers/pos-printer/esc-pos-printer.ts'
import type { PosPrinterPort, PrinterStatus } from '../../../drivers/pos-printer/pos-printer-port.ts'
import type { PrinterProfile } from '../../../drivers/pos-printer/profiles.ts'
import type { VirtualSerialKind } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { jobKey, receipt } from '../../unit/drivers/support/receipts.ts'
import { absentNote, until, wires } from './support/wires.ts'

const baud = 115_200
const limits = { timeoutMs: 15_000 }
/** Quick paper, so that the suite tests behaviour and not patience. */
const mmPerSecond = 2000

function driverFor(
  address: string,
  profile: PrinterProfile,
  stream: ByteStreamPort = createByteStream(address),
): PosPrinterPort {
  const parsed = parseAddress(address)
  const serial = parsed.ok && parsed.value.kind === 'serial'
  return createEscPosPrinter({
    name: 'receipt',
    stream,
    profile,
    bytesPerSecond: serial ? baud / 10 : Number.POSITIVE_INFINITY,
  })
}

describe.each(wires)(`an ESC/POS printer over %s${absentNote}`, (kind: VirtualSerialKind) => {
  deviceConformance<PosPrinterPort>({
    async make() {
      const emulator = await emulatePrinter({ paper: 80, baud, kinds: [kind], mmPerSecond, bootMs: 50 })
      const { stream, listeners } = countListeners(createByteStream(emulator.address))
      return {
        device: driverFor(emulator.address, emulator.profile, stream),
        listeners,
        rival: () => driverFor(emulator.address, emulator.profile),
        mute: () => emulator.setReplyFault('drop'),
        unplug: () => emulator.unplug(),
        replug: () => emulator.replug(),
        close: () => emulator.close(),
      }
    },
    operations: {
      readStatus: (device, call) => device.readStatus(call),
      print: (device, call) => device.print({ jobKey: jobKey(1), document: receipt, copy: null }, call),
    },
    waiting: ['readStatus', 'print'],
  })

  const open: { emulator: EmulatedPrinter; device: PosPrinterPort }[] = []
  const started = async (paper: 58 | 80, more: { paperMm?: number; bootMs?: number } = {}) => {
    const emulator = await emulatePrinter({ paper, baud, kinds: [kind], mmPerSecond, ...more })
    const device = driverFor(emulator.address, emulator.profile)
    open.push({ emulator, device })
    await bringUp(device)
    return { emulator, device }
  }
  const job = (n: number) => ({ jobKey: jobKey(n), document: receipt, copy: null })
  const expected = (n: number) => ({ jobKey: jobKey(n), document: receipt })
  afterEach(async () => {
    for (const { emulator, device } of open.splice(0)) {
      await device.close()
      await emulator.close()
    }
  })

  test.each([80, 58] as const)('prints on %i mm and is answered after the cut', async (paper) => {
    const { emulator, device } = await started(paper)
    const outcome = await device.print(job(1), limits)
    expect(outcome).toEqual({ kind: 'printed', fence: emulator.profile.fence })
    expect(emulator.judge([expected(1)])).toEqual({
      originals: { [jobKey(1)]: 1 },
      copies: {},
      missing: [],
      fragments: 0,
    })
    expect(emulator.papers()[0]?.jobText).toContain('农夫山泉 550ml')
  })

  test('one job at a time: a second one while the first prints is refused as busy and does no harm', async () => {
    const { emulator, device } = await started(80)
    const first = device.print(job(1), limits)
    await expect(device.print(job(2), limits)).rejects.toMatchObject({
      code: 'device.busy',
      nativeCode: '113',
    })
    expect(await first).toMatchObject({ kind: 'printed' })
    expect(await device.print(job(2), limits)).toMatchObject({ kind: 'printed' })
    expect(emulator.judge([expected(1), expected(2)])).toMatchObject({ missing: [], fragments: 0 })
  })

  test('cover and paper are told by the printer itself as they change', async () => {
    const { emulator, device } = await started(80)
    const seen: PrinterStatus[] = []
    const names: string[] = []
    device.onStatus((status) => seen.push(status))
    device.onStatusUpdate(({ name, number }) => names.push(`${name} ${number ?? ''}`))
    emulator.openCover()
    await until(() => device.status()?.cover === 'open')
    emulator.closeCover()
    await until(() => device.status()?.cover === 'closed')
    emulator.setPaper(800)
    await until(() => device.status()?.paper === 'nearEnd')
    emulator.setPaper(0)
    await until(() => device.status()?.paper === 'empty')
    expect(names).toEqual(['coverOpen 11', 'coverOk 12', 'receiptNearEmpty 25', 'receiptEmpty 24'])
    expect(seen.at(-1)).toMatchObject({ online: false, cover: 'closed', paper: 'empty', error: 'none' })
    expect(await device.checkHealth('external', limits)).toEqual({ healthy: false, detailCode: 'paperEmpty' })
    expect(await device.print(job(1), limits)).toEqual({ kind: 'notPrinted', reason: 'paperEmpty' })
  })

  test('paper that ends in the middle is waited for; the job is finished on the new roll', async () => {
    const { emulator, device } = await started(80, { paperMm: 45 })
    const printing = device.print(job(1), limits)
    await until(() => device.status()?.paper === 'empty')
    emulator.setPaper(30_000)
    expect(await printing).toMatchObject({ kind: 'printed', interruptedBy: 'paperEmpty' })
    expect(emulator.judge([expected(1)])).toMatchObject({ originals: { [jobKey(1)]: 1 }, missing: [] })
  })

  test.each([80, 58] as const)(
    'a restart in the middle on %i mm is never taken for printed',
    async (paper) => {
      const { emulator, device } = await started(paper, { bootMs: 600 })
      emulator.afterBytes(500, () => emulator.powerCycle())
      const outcome = await device.print(job(1), { timeoutMs: 8000 })
      expect(outcome).toMatchObject({
        kind: 'unknown',
        reason: paper === 80 ? 'printerRestarted' : 'timeout',
      })
      const again = await device.print({ ...job(1), copy: 'printerRestarted' }, limits)
      expect(again).toMatchObject({ kind: 'printed' })
      expect(emulator.judge([expected(1)])).toMatchObject({
        originals: {},
        copies: { [jobKey(1)]: 1 },
        missing: [],
      })
    },
  )

  test('a printer whose power flaps while it prints gives one receipt in the end, and never a second original', async () => {
    const { emulator, device } = await started(80, { bootMs: 450 })
    let flapping: Promise<void> = Promise.resolve()
    emulator.afterBytes(400, () => {
      flapping = emulator.flap(3)
    })
    let outcome = await device.print(job(1), { timeoutMs: 10_000 })
    await flapping
    for (let attempt = 0; attempt < 5 && outcome.kind !== 'printed'; attempt++) {
      const copy = outcome.kind === 'unknown' || attempt > 0 ? ('printerRestarted' as const) : null
      outcome = await device.print({ ...job(1), copy }, { timeoutMs: 10_000 })
    }
    expect(outcome).toMatchObject({ kind: 'printed' })
    const verdict = emulator.judge([expected(1)])
    expect(verdict.originals[jobKey(1)] ?? 0).toBeLessThanOrEqual(1)
    expect(verdict.missing).toEqual([])
  })

  test('an unplug in the middle is unknown, and the device works again after a replug', async () => {
    const { emulator, device } = await started(80)
    emulator.afterBytes(400, () => void emulator.unplug())
    const outcome = await device.print(job(1), { timeoutMs: 8000 })
    expect(outcome.kind).toBe('unknown')
    await device.close()
    await emulator.replug()
    await bringUp(device)
    expect(await device.print({ ...job(1), copy: 'outcomeUnknown' }, limits)).toMatchObject({
      kind: 'printed',
    })
    expect(emulator.judge([expected(1)])).toMatchObject({ missing: [] })
  })

  test('a printer that does not answer prints nothing and says so within its time', async () => {
    const { emulator, device } = await started(80)
    emulator.setReplyFault('drop')
    const outcome = await device.print(job(1), limits)
    expect(outcome).toMatchObject({
      kind: 'notPrinted',
      reason: 'offline',
      failure: { code: 'device.timeout' },
    })
    expect(emulator.judge([expected(1)])).toMatchObject({ missing: [jobKey(1)], fragments: 0 })
    await expect(device.readStatus({ timeoutMs: 300 })).rejects.toMatchObject({
      code: 'device.timeout',
      nativeCode: '112',
    })
    emulator.setReplyFault('none')
    expect(await device.print(job(1), limits)).toMatchObject({ kind: 'printed' })
  })

  test.each(['duplicate', 'garble'] as const)(
    'answers that come as %s never print a second original',
    async (fault) => {
      const { emulator, device } = await started(80)
      emulator.setReplyFault(fault)
      const outcome = await device.print(job(1), { timeoutMs: 4000 })
      if (outcome.kind !== 'printed') {
        emulator.setReplyFault('none')
        const copy = outcome.kind === 'unknown' ? ('outcomeUnknown' as const) : null
        expect(await device.print({ ...job(1), copy }, limits)).toMatchObject({ kind: 'printed' })
      }
      const verdict = emulator.judge([expected(1)])
      expect(verdict.missing).toEqual([])
      expect(verdict.originals[jobKey(1)] ?? 0).toBeLessThanOrEqual(1)
    },
  )

  test('closing in the middle settles the job as unknown', async () => {
    const { emulator, device } = await started(80)
    const begun = new Promise<void>((resolve) => emulator.afterBytes(300, resolve))
    const printing = device.print(job(1), limits)
    await begun
    await device.close()
    expect(await printing).toMatchObject({ kind: 'unknown', reason: 'closed' })
  })
})
