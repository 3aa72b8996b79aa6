import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLogger } from '../../../src-main/telemetry/logger.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { openLine, type Line } from './support/line.ts'
import { goods, jobsOf, openTill, verifies, type Till } from './support/till.ts'

const diskMegabytes = 8

/** A small disk of its own; null where this user may not mount one. */
function smallDisk(folder: string): { readonly folder: string; unmount(): void } | null {
  const place = path.join(folder, 'disk')
  mkdirSync(place)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m`, 'tmpfs', place], {
      stdio: 'ignore',
    })
    return { folder: place, unmount: () => void execFileSync('umount', ['-l', place]) }
  } catch {
    return null
  }
}

/** Writes until nothing more fits; returns how to make room again. */
function fill(folder: string): () => void {
  const file = path.join(folder, 'somebody-elses-film')
  const descriptor = openSync(file, 'w')
  for (let size = 256 * 1024; size >= 1;) {
    try {
      const written = writeSync(descriptor, Buffer.alloc(size))
      if (written < size) size = Math.floor(size / 2)
    } catch {
      size = Math.floor(size / 2)
    }
  }
  closeSync(descriptor)
  return () => {
    rmSync(file, { force: true })
  }
}

const probe = cleanUps()
const mountable = (() => {
  const disk = smallDisk(probe.folder())
  disk?.unmount()
  return disk !== null
})()
await probe.run()

function fullDisk(): void {
  const after = cleanUps()
  let hub: ShopHub
  let line: Line
  let till: Till
  let account: string
  let disk: string
  let makeRoom: () => void = () => undefined

  beforeAll(async () => {
    hub = await openHub(after)
    line = await openLine(() => hub.url(), after)
    account = await hub.wallet(1_000_000)
    const mounted = smallDisk(after.folder())
    if (!mounted) throw new Error('The disk could be mounted a moment ago')
    after.add(() => {
      mounted.unmount()
    })
    disk = mounted.folder
    const dataDir = path.join(disk, 'lane')
    mkdirSync(dataDir, { mode: 0o700 })
    // As in a shop: the log file lies on the same disk.
    const file = createLogger({
      level: 'silent',
      file: { path: path.join(dataDir, 'lane.log'), level: 'info' },
    })
    after.add(() => {
      file.close()
    })
    till = await openTill({ hub, hubUrl: line.url, dataDir, alsoLogTo: file }, after)
    await till.drained()
  })
  afterEach(async () => {
    makeRoom()
    await till.nextShopper()
  })
  afterAll(() => after.run())

  /** Room that SQLite had taken before may be used up first. */
  async function scanUntilOutOfOrder(): Promise<number> {
    for (let items = till.view().basket.itemCount; items < 400; items += 1) {
      await till.scanner.scan(goods.tea.barcode)
      const { screen } = await till.when(
        'the item or the end',
        (view) => view.basket.itemCount > items || view.screen.kind === 'outOfOrder',
      )
      if (screen.kind === 'outOfOrder') return items
    }
    throw new Error('The disk never filled')
  }

  it('is out of order with the basket kept, says so, and goes on by itself when there is room', async () => {
    await till.scanAll([goods.tea.barcode, goods.cola.barcode])
    const { saleId } = till.view().basket
    makeRoom = fill(disk)
    const items = await scanUntilOutOfOrder()
    expect(till.view()).toMatchObject({
      screen: { kind: 'outOfOrder', reasons: ['store.diskFull'], basketKept: true },
      basket: { saleId, itemCount: items },
    })
    expect(till.log.has('"error"', 'store.diskFull', 'the store refused a write')).toBe(true)
    expect(await till.do({ type: 'checkout:pay' })).toMatchObject({ kind: 'refused' })
    makeRoom()
    const view = await till.whenScreen('scanning')
    expect(view).toMatchObject({ notice: { code: 'basketKept' }, basket: { saleId, itemCount: items } })
    await till.do({ type: 'checkout:pay' })
    const { totalMinor } = till.view().basket
    await till.scanner.scan(await hub.operator().issueCode(account))
    await till.whenScreen('done', 60_000)
    expect(await hub.chargesOf(saleId ?? '')).toEqual([totalMinor])
  })

  it('on the idle screen refuses the next shopper kindly, and serves them when there is room', async () => {
    makeRoom = fill(disk)
    await scanUntilOutOfOrder()
    makeRoom()
    await till.when('the lane to recover', ({ screen }) => screen.kind !== 'outOfOrder')
    await till.nextShopper()
    const { saleId, totalMinor } = await till.payByCode(account)
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
  })

  it('between the charge and its answer loses neither: one sale, one charge, one original', async () => {
    const held = line.hold('/payments/authorise')
    const { saleId, totalMinor } = await till.payByCode(account)
    await held.arrived
    makeRoom = fill(disk)
    held.release()
    // With room left in SQLite's own files the sale may just fit; nothing is lost either way.
    await till
      .when('an end or a wait', ({ screen }) => screen.kind !== 'authorising', 4_000)
      .catch(() => undefined)
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
    makeRoom()
    await till.whenScreen('done', 60_000)
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
    expect(till.events().filter((e) => e.type === 'sale.completed' && e.saleId === saleId)).toHaveLength(1)
    if (till.view().screen.kind === 'done') await till.do({ type: 'receipt:copy' })
    await till.when('the paper', ({ screen }) => screen.kind === 'done' && screen.paper === 'printed', 60_000)
    await till.printerRests()
    const { originals } = till.printer.judge(jobsOf(till, saleId))
    expect(Object.values(originals)).toEqual([1])
  })

  it('when the lane starts is told in one clear failure, and the folder is good again with room', async () => {
    await till.drained()
    await till.close()
    expect(await verifies(till.dataDir)).toBe(true)
    const sold = till.events().filter(({ type }) => type === 'sale.completed').length
    makeRoom = fill(disk)
    const { printer, scanner, dataDir } = till
    const again = { hub, dataDir, devices: { printer, scanner } }
    const thrown = await openTill(again, after).catch((error: unknown) => error)
    makeRoom()
    expect(thrown).toMatchObject({ code: 'store.diskFull' })
    till = await openTill(again, after)
    const { saleId, totalMinor } = await till.payByCode(account)
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
    await till.drained()
    await till.close()
    expect(await verifies(dataDir)).toBe(true)
    expect(till.events().filter(({ type }) => type === 'sale.completed')).toHaveLength(sold + 1)
  })
}

if (mountable) describe('a lane whose disk is full', fullDisk)
else {
  it('a full disk is not tried here, because this user may not mount a small one', () => {
    expect(mountable).toBe(false)
  })
}
