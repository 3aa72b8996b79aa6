import { describe, expect, it } from 'vitest'
import type { BasketLine } from '../../../src-main/contract/basket.ts'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import {
  canGiveOut,
  shelfTiles,
  slotsFor,
  stockOf,
  type ShelfSlot,
  type SlotNow,
} from '../../../src-main/domain/vending/shelf.ts'
import { apples, tea, wine } from '../checkout/inputs.ts'

const cola: Item = { ...tea, sku: 'cola' }
const items = [tea, cola, wine, apples]
const itemOf = (sku: string): Item | null => items.find((item) => item.sku === sku) ?? null
const slots: readonly ShelfSlot[] = [
  { slot: '11', sku: 'tea', capacity: 3 },
  { slot: '12', sku: 'cola', capacity: 3 },
  { slot: '13', sku: 'tea', capacity: 2 },
]
const line = (item: Item, count: number): BasketLine => ({
  lineId: 1,
  item,
  quantity: { kind: 'each', count },
  totalMinor: item.priceMinor * count,
  blocks: [],
})
const ready = (slot: string, left?: number): SlotNow => ({
  slot,
  state: 'ready',
  ...(left === undefined ? {} : { left }),
})

describe('the shelf of a vending machine', () => {
  it('shows each article once, with all its slots, what is left and what is picked', () => {
    const now = [ready('11', 2), { slot: '12', state: 'empty' } as const, ready('13', 1)]
    expect(shelfTiles(slots, now, itemOf, [line(tea, 2)])).toEqual([
      { slot: '11', slots: ['11', '13'], item: tea, state: 'ready', left: 1, picked: 2 },
      { slot: '12', slots: ['12'], item: cola, state: 'soldOut', left: 0, picked: 0 },
    ])
  })

  it('sells nothing while the machine is away, and nothing from a slot that is stuck or unknown to it', () => {
    expect(shelfTiles(slots, null, itemOf, []).map(({ state }) => state)).toEqual(['away', 'away'])
    expect(canGiveOut(slots, null, [line(tea, 1)])).toBe(false)
    const now = [{ slot: '11', state: 'jammed' } as const, { slot: '12', state: 'jammed' } as const]
    expect(shelfTiles(slots, now, itemOf, []).map(({ state }) => state)).toEqual(['outOfOrder', 'outOfOrder'])
    expect(stockOf(slots, now, 'tea')).toBe(0)
    expect(stockOf(slots, now, 'nothing')).toBe(0)
  })

  it('takes the capacity for the stock where the machine does not count', () => {
    const now = [ready('11'), ready('12'), ready('13')]
    expect(shelfTiles(slots, now, itemOf, [])[0]).toMatchObject({ left: null })
    expect(stockOf(slots, now, 'tea')).toBe(5)
    expect(canGiveOut(slots, now, [line(tea, 5)])).toBe(true)
    expect(canGiveOut(slots, now, [line(tea, 6)])).toBe(false)
  })

  it('shows nothing that has to be weighed, needs an age, or is not in the catalogue', () => {
    const others = ['apples', 'wine', 'gone'].map((sku, index) => ({ slot: `${index}`, sku, capacity: 1 }))
    expect(shelfTiles(others, [ready('0'), ready('1'), ready('2')], itemOf, [])).toEqual([])
  })

  it('plans from slots that turn first, and has a place for what lies nowhere any more', () => {
    const now = [{ slot: '11', state: 'empty' } as const, ready('13', 1)]
    expect(slotsFor(slots, now, [line(tea, 2)], 'tea')).toEqual(['13', '11', '11', '11', 'NONE', 'NONE'])
    expect(slotsFor([], now, [line(tea, 1)], 'tea')).toEqual(['NONE'])
  })
})
