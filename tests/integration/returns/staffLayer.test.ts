import { describe, expect, it } from 'vitest'
import { scanTea } from '../lane/support/paths.ts'
import { journalOf } from '../lane/support/stores.ts'
import { tea, type World, world } from '../lane/support/world.ts'

const pin = '4711'

async function opened(role: World['staffRole']): Promise<World> {
  const w = await world()
  w.staffRole = role
  expect(await w.do({ type: 'staff:open' })).toEqual({ kind: 'accepted' })
  expect(await w.do({ type: 'staff:enter', pin })).toEqual({ kind: 'accepted' })
  return w
}

const step = (w: World) => w.view().staffLayer?.page.step

describe('the staff layer', () => {
  it('does nothing for whoever has no PIN, counts wrong ones and locks', async () => {
    const w = await world()
    expect(await w.do({ type: 'shift:open', floatMinor: 0 })).toEqual({ kind: 'refused', code: 'notNow' })
    await w.do({ type: 'staff:open' })
    expect(await w.do({ type: 'return:begin' })).toEqual({ kind: 'refused', code: 'notNow' })
    for (const wrongTries of [1, 2, 3]) {
      expect(await w.do({ type: 'staff:enter', pin: '0000' })).toEqual({ kind: 'refused', code: 'wrongPin' })
      expect(w.view().staffLayer?.pin.wrongTries).toBe(wrongTries)
    }
    expect(await w.do({ type: 'staff:enter', pin })).toEqual({ kind: 'refused', code: 'locked' })
    await w.clock.advance(30_000)
    expect(await w.do({ type: 'staff:enter', pin })).toEqual({ kind: 'accepted' })
    expect(step(w)).toBe('menu')
    expect(JSON.stringify([journalOf(w.store), w.log.lines])).not.toContain(pin)
  })

  it('lets each role do what it may', async () => {
    const w = await opened('attendant')
    await w.do({ type: 'shift:open', floatMinor: 5_000 })
    expect(await w.do({ type: 'shift:close', countedMinor: 0 })).toEqual({
      kind: 'refused',
      code: 'notAllowed',
    })
    const out = { type: 'shift:moveCash', direction: 'out', amountMinor: 100, reason: 'safeDrop' } as const
    expect(await w.do(out)).toEqual({ kind: 'refused', code: 'notAllowed' })
    expect(await w.do({ ...out, direction: 'in' })).toEqual({ kind: 'accepted' })
    expect(await w.do({ type: 'return:voidLast' })).toEqual({ kind: 'refused', code: 'notAllowed' })
    expect(w.view().staffLayer?.problem).toBe('notAllowed')
    expect(w.view().staffLayer?.page).toMatchObject({
      step: 'shift',
      report: { cash: { floatMinor: 5_000, inMinor: 100, expectedMinor: 5_100 } },
    })
  })

  it('changes a price as far as the role may, and only while the basket is open', async () => {
    const w = await world()
    w.staffRole = 'attendant'
    await scanTea(w)
    await w.do({ type: 'staff:open' })
    await w.do({ type: 'staff:enter', pin })
    await w.do({ type: 'override:begin' })
    const change = { type: 'override:set', lineId: 1, reason: 'damaged' } as const
    const least = Math.ceil(tea.priceMinor * 0.9)
    expect(await w.do({ ...change, unitPriceMinor: least - 1 })).toEqual({
      kind: 'refused',
      code: 'overLimit',
    })
    expect(await w.do({ ...change, unitPriceMinor: tea.priceMinor + 1 })).toMatchObject({ code: 'overLimit' })
    expect(await w.do({ ...change, unitPriceMinor: least })).toEqual({ kind: 'accepted' })
    expect(await w.do({ ...change, lineId: 9, unitPriceMinor: least })).toMatchObject({ code: 'lineUnknown' })
    await w.do({ type: 'staff:close' })
    expect(w.view().basket.totalMinor).toBe(least)
    expect(journalOf(w.store).at(-1)).toMatchObject({ type: 'price.overridden', toMinor: least })
    // The next piece of the same goods costs what the shelf says.
    await w.scan(tea.barcodes[0] ?? '')
    expect(w.view().basket.totalMinor).toBe(least + tea.priceMinor)
  })

  it('keeps a changed price over a restart', async () => {
    const w = await world()
    await scanTea(w)
    await w.do({ type: 'staff:open' })
    await w.do({ type: 'staff:enter', pin })
    await w.do({ type: 'override:set', lineId: 1, unitPriceMinor: 1, reason: 'goodwill' })
    await w.powerCut()
    expect(w.view().basket).toMatchObject({ totalMinor: 1, lines: [{ override: { reason: 'goodwill' } }] })
  })

  it('holds the screen still: no button and no scan of the shopper reaches the sale behind it', async () => {
    const w = await world()
    await scanTea(w)
    await w.do({ type: 'staff:open' })
    expect(await w.do({ type: 'checkout:pay' })).toEqual({ kind: 'refused', code: 'notNow' })
    expect(await w.do({ type: 'staff:open' })).toEqual({ kind: 'refused', code: 'notNow' })
    await w.scan(tea.barcodes[0] ?? '')
    expect(w.view().basket.itemCount).toBe(1)
  })

  it('closes by itself when nobody touches it, and asks for the PIN again', async () => {
    const w = await opened('manager')
    await w.clock.advance(121_000)
    expect(w.view().staffLayer).toBeNull()
    await w.do({ type: 'staff:open' })
    expect(step(w)).toBe('pin')
  })

  it('is not opened over money that is under way', async () => {
    const w = await world()
    await scanTea(w)
    await w.do({ type: 'checkout:pay' })
    await w.do({ type: 'tender:choose', tender: 'face' })
    expect(w.screen()).toBe('faceCapture')
    expect(await w.do({ type: 'staff:open' })).toEqual({ kind: 'refused', code: 'notNow' })
  })

  it('asks for a receipt that can be read', async () => {
    const w = await opened('attendant')
    await w.do({ type: 'return:begin' })
    expect(await w.do({ type: 'return:find', text: 'tea, please' })).toEqual({
      kind: 'refused',
      code: 'unreadableReceipt',
    })
    await w.scan('6901234567892')
    expect(w.view().staffLayer?.problem).toBe('unreadableReceipt')
  })
})
