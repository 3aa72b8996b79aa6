import { afterEach, describe, expect, test } from 'vitest'
import {
  emulateFiscalDevice,
  type EmulatedFiscalDevice,
  type FiscalFault,
} from '../../../drivers/fiscal/emulator/fiscal-emulator.ts'
import { createNetworkFiscalDevice } from '../../../drivers/fiscal/network-fiscal-device.ts'
import type { FiscalDeskPort } from '../../../src-main/ports/fiscal.ts'
import type { LaneStore } from '../../../src-main/store/lane-store.ts'
import { journalOf, openStore, random, temporaryFolder } from '../lane/support/stores.ts'
import { clientId, clock, openDesk, recordOf, until, verifies, type DeskOptions } from './setUp.ts'

const open: { desk: FiscalDeskPort; device: EmulatedFiscalDevice }[] = []
afterEach(async () => {
  for (const { desk, device } of open.splice(0)) {
    await desk.close()
    await device.close()
  }
})

async function lane(options: DeskOptions = {}) {
  const device = await emulateFiscalDevice()
  const store = openStore(temporaryFolder(), clock)
  const desk = openDesk(store, device, options)
  open.push({ desk, device })
  desk.resume(null)
  return { device, store, desk }
}

const sold = (device: EmulatedFiscalDevice) =>
  device.finished().filter(({ processData }) => processData.startsWith('Beleg^'))
const eventsOf = (store: LaneStore, type: string) => journalOf(store).filter((event) => event.type === type)

describe('a sale with a fiscal device that works', () => {
  test('is started, finished and printed with a signature that a second opinion confirms', async () => {
    const { device, store, desk } = await lane()
    const key = random.key()
    desk.begin(key)
    await until(() => store.fiscalRow(key)?.state === 'open')
    const mark = await desk.seal(recordOf(key))
    expect(mark).toMatchObject({
      kind: 'signed',
      signature: {
        clientId,
        transactionNumber: 1,
        processData: 'Beleg^11.90_0.00_0.00_0.00_0.00^11.90:Unbar',
      },
    })
    expect(mark?.kind === 'signed' && verifies(mark.signature)).toBe(true)
    expect(device.open()).toEqual([])
    expect(eventsOf(store, 'fiscal.started')).toMatchObject([{ recordKey: key, transactionNumber: 1 }])
    expect(eventsOf(store, 'fiscal.finished')).toMatchObject([{ recordKey: key, kind: 'sale', late: false }])
  })

  test('asked for its mark again, also after a restart, gets the same one and signs nothing', async () => {
    const { device, store, desk } = await lane()
    const key = random.key()
    const mark = await desk.seal(recordOf(key))
    expect(await desk.seal(recordOf(key))).toEqual(mark)
    await desk.close()
    const again = openDesk(store, device)
    open.push({ desk: again, device })
    again.resume(key)
    expect(await again.seal(recordOf(key))).toEqual(mark)
    expect(device.finished()).toHaveLength(1)
  })

  test('goods taken back are signed like a sale', async () => {
    const { device, desk } = await lane()
    const back = { ...recordOf(random.key(), -250), kind: 'return' } as const
    expect(await desk.seal(back)).toMatchObject({ kind: 'signed' })
    expect(sold(device)[0]?.processData).toBe('Beleg^-2.50_0.00_0.00_0.00_0.00^-2.50:Unbar')
  })

  test('given up, is finished as given up', async () => {
    const { device, store, desk } = await lane()
    const key = random.key()
    desk.begin(key)
    await until(() => store.fiscalRow(key)?.state === 'open')
    desk.abandon(key)
    await until(() => store.fiscalRow(key)?.state === 'signed')
    expect(device.finished()).toMatchObject([{ processData: 'AVBelegabbruch^0.00_0.00_0.00_0.00_0.00^' }])
    expect(device.open()).toEqual([])
  })
})

describe('a sale while the device is out', () => {
  const faults: FiscalFault[] = [
    { kind: 'slow', ms: 3000 },
    { kind: 'loseReply' },
    { kind: 'memoryFull' },
    { kind: 'certificateExpired' },
    { kind: 'garbage' },
  ]

  test.each(faults)(
    'with $kind is never called signed; it is marked, journalled, and signed once when it can be',
    async (fault) => {
      const { device, store, desk } = await lane({ sealLimitMs: 300, callMs: 150 })
      device.setFault(fault)
      const keys = [random.key(), random.key(), random.key()]
      for (const key of keys) {
        desk.begin(key)
        expect((await desk.seal(recordOf(key)))?.kind).toBe('outage')
      }
      expect(desk.status()).toMatchObject({ state: 'outage', owed: 3 })
      expect(eventsOf(store, 'fiscal.outage')).toHaveLength(3)
      device.setFault({ kind: 'none' })
      await until(() => store.openFiscalRows().length === 0 && desk.status().state === 'ready')
      expect(sold(device)).toHaveLength(3)
      const late = journalOf(store).flatMap((event) =>
        event.type === 'fiscal.finished' && event.kind === 'sale' ? [event] : [],
      )
      expect(late.map(({ recordKey }) => recordKey)).toEqual(keys)
      expect(late.every((event) => event.late)).toBe(true)
      expect(late.map(({ signature }) => signature.signatureCounter)).toEqual(
        sold(device).map(({ signatureCounter }) => signatureCounter),
      )
      expect((await desk.seal(recordOf(keys[0] ?? '')))?.kind).toBe('outage')
      expect(device.open()).toEqual([])
    },
  )

  test('with nobody at the address does not wait for every sale again, and catches up in order', async () => {
    const { device, store, desk } = await lane()
    await device.goDown()
    const keys = Array.from({ length: 5 }, () => random.key())
    for (const key of keys) {
      desk.begin(key)
      expect(await desk.seal(recordOf(key))).toMatchObject({ kind: 'outage', reason: 'unreachable' })
    }
    await device.comeUp()
    await until(() => store.openFiscalRows().length === 0 && desk.status().state === 'ready')
    expect(eventsOf(store, 'fiscal.finished')).toMatchObject(
      keys.map((recordKey) => ({ recordKey, late: true })),
    )
    const after = await desk.seal(recordOf(random.key()))
    expect(after?.kind).toBe('signed')
  })

  test('is not begun to be paid where the country wants no sale without a device, and is where a mark will do', async () => {
    const strict = await lane({ country: 'FR' })
    const lenient = await lane({ country: 'DE' })
    for (const { device, desk } of [strict, lenient]) {
      expect(desk.maySell()).toBe(true)
      await device.goDown()
      await desk.seal(recordOf(random.key()))
    }
    expect([strict.desk.maySell(), lenient.desk.maySell()]).toEqual([false, true])
    await strict.device.comeUp()
    await until(() => strict.desk.maySell())
    expect(strict.desk.status().state).toBe('ready')
  })

  test('takes no longer than its limit, however slow the device, and a signature that comes late changes no receipt', async () => {
    const { device, store, desk } = await lane({ sealLimitMs: 50, callMs: 5000 })
    device.setFault({ kind: 'slow', ms: 200 })
    const key = random.key()
    const mark = await desk.seal(recordOf(key))
    expect(mark).toMatchObject({ kind: 'outage', reason: 'timeout' })
    await until(() => store.fiscalRow(key)?.state === 'signed')
    expect(store.fiscalRow(key)?.mark).toEqual(mark)
    expect(eventsOf(store, 'fiscal.finished')).toMatchObject([{ recordKey: key, late: true }])
    expect(sold(device)).toHaveLength(1)
  })
})

describe('a record that the device refuses for good', () => {
  /** Somebody else finished the transaction under the lane's number. */
  async function refused(options: DeskOptions = {}) {
    const w = await lane(options)
    const key = random.key()
    w.desk.begin(key)
    await until(() => w.store.fiscalRow(key)?.state === 'open')
    const other = createNetworkFiscalDevice({ host: w.device.host, port: w.device.port, clientId })
    const process = { processType: 'Kassenbeleg-V1', processData: 'Beleg^0.01_0.00_0.00_0.00_0.00^0.01:Bar' }
    expect(await other.finish(1, process, { timeoutMs: 2000 })).toMatchObject({ kind: 'done' })
    await other.close()
    return { ...w, key }
  }

  test('is set aside with its name in the journal, its receipt says so, and the next sale is signed', async () => {
    const { store, desk, key } = await refused()
    expect(await desk.seal(recordOf(key))).toMatchObject({ kind: 'outage', reason: 'refused' })
    expect(store.fiscalRow(key)).toMatchObject({ state: 'setAside', transactionNumber: 1 })
    expect(eventsOf(store, 'fiscal.setAside')).toMatchObject([
      { recordKey: key, kind: 'sale', transactionNumber: 1, unsigned: true },
    ])
    expect(await desk.seal(recordOf(random.key()))).toMatchObject({ kind: 'signed' })
    expect(desk.status()).toMatchObject({ state: 'ready', owed: 0 })
  })

  test('does not keep what was sold after it from being signed, and is not asked for again', async () => {
    const { device, store, desk, key } = await refused()
    await device.goDown()
    const later = [random.key(), random.key()]
    for (const each of [key, ...later]) expect((await desk.seal(recordOf(each)))?.kind).toBe('outage')
    await device.comeUp()
    await until(() => later.every((each) => store.fiscalRow(each)?.state === 'signed'))
    expect(eventsOf(store, 'fiscal.setAside')).toMatchObject([{ recordKey: key, unsigned: false }])
    await desk.close()
    const again = openDesk(store, device)
    open.push({ desk: again, device })
    again.resume(null)
    expect(await again.seal(recordOf(random.key()))).toMatchObject({ kind: 'signed' })
    expect(store.openFiscalRows()).toMatchObject([{ recordKey: key, state: 'setAside' }])
    expect(eventsOf(store, 'fiscal.setAside')).toHaveLength(1)
  })
})

describe('the device itself', () => {
  test('killed and started again it keeps its key, its numbers and what is open', async () => {
    const folder = temporaryFolder()
    const first = await emulateFiscalDevice({ folder })
    const store = openStore(temporaryFolder(), clock)
    const desk = openDesk(store, first)
    const key = random.key()
    desk.begin(key)
    await until(() => store.fiscalRow(key)?.state === 'open')
    const { port, serialNumber } = first
    await first.close()
    const second = await emulateFiscalDevice({ folder, port })
    open.push({ desk, device: second })
    expect(second.serialNumber).toBe(serialNumber)
    await desk.seal(recordOf(key))
    await until(() => store.fiscalRow(key)?.state === 'signed')
    expect(sold(second)).toMatchObject([{ transactionNumber: 1, serialNumber }])
    expect(second.open()).toEqual([])
  })

  test('another device in its place knows none of the numbers, and signs under a new one', async () => {
    const { device, store, desk } = await lane()
    const key = random.key()
    desk.begin(key)
    await until(() => store.fiscalRow(key)?.state === 'open')
    const { port } = device
    await device.close()
    const other = await emulateFiscalDevice({ port })
    open.push({ desk, device: other })
    await desk.seal(recordOf(key))
    await until(() => store.fiscalRow(key)?.state === 'signed')
    expect(sold(other)).toHaveLength(1)
  })
})
