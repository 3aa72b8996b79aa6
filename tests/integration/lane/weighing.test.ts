import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fiscalDeskWithoutDevice } from '../../../src-main/fiscal/no-device.ts'
import { realScale, type RealScale } from './support/scale.ts'
import { journalOf } from './support/stores.ts'
import { apples, tea, world, type World } from './support/world.ts'

let scale: RealScale
beforeEach(async () => {
  scale = await realScale()
})
afterEach(async () => {
  await scale.close()
})

/** Ten milliseconds apart: four times as long as this scale takes to come to rest. */
const looksToRest = 40

const lane = (): Promise<World> => world({}, null, [], fiscalDeskWithoutDevice, scale.access)
const pick = (w: World) => w.do({ type: 'item:pick', sku: apples.sku })

/** The lane looks at the plate by its own clock; the scale settles by the real one. */
async function until(w: World, look: () => boolean): Promise<void> {
  while (!look()) {
    await w.clock.advance(250)
    await sleep(10)
  }
}

async function weighedApples(w: World, lineId: number, grams: number): Promise<void> {
  scale.emulator.put(grams)
  await pick(w)
  await until(w, () => w.view().weighing?.status === 'stable' && w.view().weighing?.grams === grams)
  expect(await w.do({ type: 'weight:take', lineId })).toEqual({ kind: 'accepted' })
}

/** The plate is emptied and comes to rest while the lane goes on looking at it, although nothing waits. */
async function lifted(w: World): Promise<void> {
  scale.emulator.put(0)
  for (let looks = 0; looks < looksToRest; looks += 1) {
    await w.clock.advance(250)
    await sleep(10)
  }
}

describe('a weighed item at a lane with a scale', () => {
  it('is weighed by the shopper: shown live, taken at their touch, priced once', async () => {
    const w = await lane()
    await pick(w)
    expect(w.view()).toMatchObject({ intervention: null, weighing: { line: { lineId: 1 } } })
    await until(w, () => w.view().weighing?.status === 'zero')
    scale.emulator.put(1237)
    await until(w, () => w.view().weighing?.status === 'stable')
    expect(w.view().weighing).toMatchObject({ grams: 1235 })
    expect(await w.do({ type: 'weight:take', lineId: 1 })).toEqual({ kind: 'accepted' })
    const [line] = w.view().basket.lines
    expect(line).toMatchObject({
      quantity: { kind: 'weight', grams: 1235 },
      totalMinor: Math.floor((apples.priceMinor * 1235) / 1000 + 0.5),
      blocks: [],
    })
    expect(w.view()).toMatchObject({ weighing: null, basket: { blocked: false } })
    expect(journalOf(w.store).filter(({ type }) => type === 'intervention.opened')).toEqual([])
  })

  it('is sold without the container that the catalogue knows, and the next item with all that lies there', async () => {
    const w = await lane()
    const salad = { ...apples, sku: 'salad', barcodes: [], tareGrams: 20 }
    w.store.transact((tx) => tx.replaceCatalogue([apples, salad], 'f'.repeat(64)))
    for (const [sku, lineId, grams] of [
      ['salad', 1, 300],
      [apples.sku, 2, 320],
    ] as const) {
      scale.emulator.put(320)
      await w.do({ type: 'item:pick', sku })
      await until(w, () => w.view().weighing?.status === 'stable' && w.view().weighing?.grams === grams)
      expect(await w.do({ type: 'weight:take', lineId })).toEqual({ kind: 'accepted' })
      expect(w.view().basket.lines.at(-1)).toMatchObject({ lineId, quantity: { kind: 'weight', grams } })
      await lifted(w)
    }
  })

  it('is not weighed together with the item before it: that one has to leave the plate first', async () => {
    const w = await lane()
    await weighedApples(w, 1, 300)
    await pick(w)
    scale.emulator.put(800)
    await until(w, () => w.view().weighing?.grams === 800)
    expect(w.view().weighing).toMatchObject({ status: 'stable', plate: 'occupied', totalMinor: null })
    const refusal = { kind: 'refused', code: 'plateOccupied' }
    expect(await w.do({ type: 'weight:take', lineId: 2 })).toEqual(refusal)
    expect(await w.do({ type: 'weight:sameItem', lineId: 2 })).toMatchObject({ kind: 'refused' })
    scale.emulator.put(10)
    await until(w, () => w.view().weighing?.plate === 'free')
    scale.emulator.put(500)
    await until(w, () => w.view().weighing?.grams === 500 && w.view().weighing?.status === 'stable')
    expect(await w.do({ type: 'weight:take', lineId: 2 })).toEqual({ kind: 'accepted' })
    expect(w.view().basket.lines.map(({ quantity }) => quantity)).toMatchObject([
      { grams: 300 },
      { grams: 500 },
    ])
  })

  it('put down in the place of the one before it, while nothing waits, is weighed at once', async () => {
    const w = await lane()
    await weighedApples(w, 1, 300)
    await lifted(w)
    scale.emulator.put(700)
    await pick(w)
    expect(w.view().weighing).toMatchObject({ plate: 'free' })
    await until(w, () => w.view().weighing?.status === 'stable')
    expect(await w.do({ type: 'weight:take', lineId: 2 })).toEqual({ kind: 'accepted' })
  })

  it('chosen anew after its line was taken out is weighed again when the shopper says it is the same', async () => {
    const w = await lane()
    await weighedApples(w, 1, 300)
    await w.do({ type: 'line:remove', lineId: 1 })
    await pick(w)
    const [lineId = 0] = w.view().basket.lines.map((line) => line.lineId)
    expect(w.view().weighing).toMatchObject({ plate: 'sameItem' })
    expect(await w.do({ type: 'weight:take', lineId })).toEqual({ kind: 'refused', code: 'plateOccupied' })
    expect(await w.do({ type: 'weight:sameItem', lineId })).toEqual({ kind: 'accepted' })
    await until(w, () => w.view().weighing?.status === 'stable')
    expect(await w.do({ type: 'weight:take', lineId })).toEqual({ kind: 'accepted' })
    expect(w.view().basket.lines).toMatchObject([{ quantity: { grams: 300 } }])
  })

  it('left on the plate by one shopper is not sold to the next one', async () => {
    const w = await lane()
    await weighedApples(w, 1, 300)
    await w.do({ type: 'checkout:cancel' })
    await w.do({ type: 'session:finish' })
    await pick(w)
    expect(w.view()).toMatchObject({ weighing: { plate: 'occupied' }, basket: { lines: [{ lineId: 1 }] } })
    expect(await w.do({ type: 'weight:askStaff', lineId: 1 })).toEqual({ kind: 'accepted' })
  })

  it('is not sold by a weight that moves', async () => {
    const w = await lane()
    await pick(w)
    scale.emulator.put(500)
    scale.emulator.shake()
    await until(w, () => w.view().weighing?.status === 'unstable')
    expect(await w.do({ type: 'weight:take', lineId: 1 })).toEqual({ kind: 'refused', code: 'notStable' })
    expect(w.view().basket.lines[0]).toMatchObject({ quantity: { grams: 0 }, blocks: ['weighing'] })
  })

  it('holds the scanner back while it is weighed, and can be taken out', async () => {
    const w = await lane()
    await pick(w)
    expect(w.lane.acceptsScans()).toBe(false)
    await w.scan(tea.barcodes[0] ?? '')
    expect(w.view().basket.lines).toHaveLength(1)
    await w.do({ type: 'line:remove', lineId: 1 })
    expect(w.view().weighing).toBeNull()
    expect(w.lane.acceptsScans()).toBe(true)
    expect(await w.do({ type: 'weight:take', lineId: 1 })).toEqual({ kind: 'refused', code: 'notNow' })
  })

  it('goes to staff when the shopper asks, and when the scale is unplugged; and back to the scale', async () => {
    const w = await lane()
    await pick(w)
    await w.do({ type: 'weight:askStaff', lineId: 1 })
    expect(w.view()).toMatchObject({ weighing: null, intervention: { kind: 'weighing' } })
    await w.staff('approved', { grams: 400 })
    expect(w.view()).toMatchObject({ intervention: null, basket: { blocked: false } })
    await pick(w)
    expect(w.view()).toMatchObject({ intervention: null, weighing: { line: { lineId: 2 } } })
    await scale.plug(false)
    expect(w.view()).toMatchObject({
      weighing: null,
      intervention: { kind: 'weighing', line: { lineId: 2 } },
    })
    await scale.plug(true)
    expect(w.view()).toMatchObject({ intervention: null, weighing: { line: { lineId: 2 } } })
  })

  it('is asked for again after a restart, one item after the other', async () => {
    const w = await lane()
    await pick(w)
    await w.restart()
    expect(w.view()).toMatchObject({ weighing: { line: { lineId: 1 } } })
    scale.emulator.put(300)
    await until(w, () => w.view().weighing?.status === 'stable')
    await w.do({ type: 'weight:take', lineId: 1 })
    await w.restart()
    await pick(w)
    await until(w, () => w.view().weighing?.status === 'stable')
    expect(w.view().weighing).toMatchObject({ line: { lineId: 2 }, grams: 300, plate: 'occupied' })
  })
})
