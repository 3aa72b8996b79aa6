import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basketSchema, type Basket } from '../../../src-main/contract/basket.ts'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import {
  addItem,
  approveAge,
  changeCount,
  emptyBasket,
  removeLine,
  setWeight,
} from '../../../src-main/domain/basket/basket.ts'
import { basketTotal, isPayable, itemCount, openBlocks } from '../../../src-main/domain/basket/reading.ts'

const item: fc.Arbitrary<Item> = fc
  .record({
    sku: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
    priceMinor: fc.nat(100_000_000),
  })
  .map(({ sku, priceMinor }) => ({
    sku,
    barcodes: [],
    name: { 'zh-CN': '商品', en: 'Item' },
    category: 'test',
    unit: sku < 'D' ? 'each' : 'kg',
    priceMinor,
    taxClass: 'standard',
    ...(sku === 'C' || sku === 'F' ? { minimumAgeYears: 18 } : {}),
  }))

type Step = (basket: Basket) => Basket

const lineId = fc.integer({ min: 1, max: 12 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(item, fc.integer({ min: -1, max: 1001 })).map(([thing, count]): Step => {
    return (basket) => {
      const added = addItem(basket, thing, thing.unit === 'kg' ? 1 : count)
      return added.ok ? added.value.basket : basket
    }
  }),
  fc.tuple(lineId, fc.integer({ min: -1, max: 1001 })).map(([id, count]) => {
    return kept((basket) => changeCount(basket, id, count))
  }),
  fc.tuple(lineId, fc.integer({ min: -1, max: 100_001 })).map(([id, grams]) => {
    return kept((basket) => setWeight(basket, id, grams))
  }),
  lineId.map((id) => kept((basket) => approveAge(basket, id))),
  lineId.map((id) => kept((basket) => removeLine(basket, id))),
)

function kept(change: (basket: Basket) => ReturnType<typeof removeLine>): Step {
  return (basket) => {
    const changed = change(basket)
    return changed.ok ? changed.value : basket
  }
}

const basket = fc
  .array(step, { maxLength: 30 })
  .map((steps) => steps.reduce((held, apply) => apply(deepFreeze(held)), emptyBasket('CNY')))

/** A step that wrote into the basket it was given would throw. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}

describe('any basket, whatever was done to it,', () => {
  it('fits the contract, and its total is the sum of its lines and never negative', () => {
    fc.assert(
      fc.property(basket, (held) => {
        expect(basketSchema.parse(held)).toEqual(held)
        const sum = held.lines.reduce((total, line) => total + line.totalMinor, 0)
        expect(basketTotal(held)).toEqual({ amountMinor: sum, currency: 'CNY' })
        expect(held.lines.every((line) => line.totalMinor >= 0)).toBe(true)
      }),
    )
  })

  it('is payable only when no line waits for staff, and no weighed line is without its weight then', () => {
    fc.assert(
      fc.property(basket, (held) => {
        expect(isPayable(held)).toBe(held.lines.length > 0 && openBlocks(held).length === 0)
        for (const { quantity, blocks, item: sold } of held.lines) {
          const unweighed = quantity.kind === 'weight' && quantity.grams === 0
          expect(blocks.includes('weighing')).toBe(unweighed)
          if (blocks.includes('ageCheck')) expect(sold.minimumAgeYears).toBeDefined()
        }
      }),
    )
  })

  it('is as before when a line is added and removed again, but for the number it used up', () => {
    fc.assert(
      fc.property(basket, item, (held, thing) => {
        const added = addItem(held, { ...thing, sku: 'NEW' })
        if (!added.ok) throw new Error(added.error)
        const removed = removeLine(added.value.basket, added.value.lineId)
        expect(removed).toEqual({ ok: true, value: { ...held, nextLineId: held.nextLineId + 1 } })
      }),
    )
  })

  it('is as before when pieces are added and counted down again', () => {
    fc.assert(
      fc.property(basket, item, (held, thing) => {
        const first = addItem(held, { ...thing, unit: 'each', sku: 'NEW' }, 5)
        if (!first.ok) throw new Error(first.error)
        const { basket: before, lineId: id } = first.value
        const more = addItem(before, { ...thing, unit: 'each', sku: 'NEW' }, 3)
        if (!more.ok) throw new Error(more.error)
        expect(itemCount(more.value.basket)).toBe(itemCount(before) + 3)
        expect(changeCount(more.value.basket, id, 5)).toEqual({ ok: true, value: before })
      }),
    )
  })

  it('numbers every line once', () => {
    fc.assert(
      fc.property(basket, (held) => {
        const ids = held.lines.map((line) => line.lineId)
        expect(new Set(ids).size).toBe(ids.length)
        expect(Math.max(0, ...ids)).toBeLessThan(held.nextLineId)
      }),
    )
  })
})
