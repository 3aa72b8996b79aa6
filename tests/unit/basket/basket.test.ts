import { describe, expect, it } from 'vitest'
import type { Basket } from '../../../src-main/contract/basket.ts'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import {
  addItem,
  approveAge,
  changeCount,
  emptyBasket,
  removeLine,
  setWeight,
} from '../../../src-main/domain/basket/basket.ts'
import {
  basketTotal,
  isPayable,
  itemCount,
  openBlocks,
  soldLines,
  taxTotals,
} from '../../../src-main/domain/basket/reading.ts'

const tea: Item = {
  sku: 'TEA-1',
  barcodes: ['6900000000014'],
  name: { 'zh-CN': '茉莉花茶', en: 'Jasmine tea' },
  category: 'drinks',
  unit: 'each',
  priceMinor: 1200,
  taxClass: 'standard',
}
const apples: Item = {
  ...tea,
  sku: 'APPLE',
  unit: 'kg',
  priceMinor: 980,
  taxClass: 'reduced',
}
const beer: Item = { ...tea, sku: 'BEER', priceMinor: 600, minimumAgeYears: 18 }
const wine: Item = { ...tea, sku: 'WINE', priceMinor: 8900, minimumAgeYears: 18 }
const spirits: Item = { ...tea, sku: 'SPIRITS', priceMinor: 9900, minimumAgeYears: 21 }

function value<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(`Refused: ${String(result.error)}`)
  return result.value
}

function filled(...items: Item[]): Basket {
  return items.reduce((basket, item) => value(addItem(basket, item)).basket, emptyBasket('CNY'))
}

describe('adding items', () => {
  it('gathers pieces of one item in one line', () => {
    const first = value(addItem(emptyBasket('CNY'), tea, 2))
    const second = value(addItem(first.basket, tea))
    expect(second.lineId).toBe(first.lineId)
    expect(second.basket.lines).toHaveLength(1)
    expect(second.basket.lines[0]).toMatchObject({ quantity: { kind: 'each', count: 3 }, totalMinor: 3600 })
  })

  it('keeps the price an article had at its first scan, whatever the catalogue says later', () => {
    const first = value(addItem(emptyBasket('CNY'), tea, 1, 0, 'a'.repeat(64))).basket
    const later = value(addItem(first, { ...tea, priceMinor: 1300 }, 1, 0, 'b'.repeat(64))).basket
    expect(later.lines).toMatchObject([{ totalMinor: 2400, priceVersion: 'a'.repeat(64) }])
    expect(value(addItem(later, beer, 1, 0, 'b'.repeat(64))).basket.lines[1]).toMatchObject({
      priceVersion: 'b'.repeat(64),
    })
  })

  it('gives each weighed item its own line that waits for its weight', () => {
    const basket = filled(apples, apples)
    expect(openBlocks(basket)).toEqual([
      { lineId: 1, block: 'weighing' },
      { lineId: 2, block: 'weighing' },
    ])
    expect(basketTotal(basket)).toEqual({ amountMinor: 0, currency: 'CNY' })
    expect(addItem(basket, apples, 2)).toEqual({ ok: false, error: 'basket.soldByWeight' })
  })

  it('refuses more than 999 pieces and more than 500 lines, and counts that are none', () => {
    const basket = value(addItem(emptyBasket('CNY'), tea, 999)).basket
    expect(addItem(basket, tea)).toEqual({ ok: false, error: 'basket.countOutOfRange' })
    for (const count of [0, -1, 1.5, Number.NaN, 1000]) {
      expect(addItem(emptyBasket('CNY'), tea, count)).toEqual({ ok: false, error: 'basket.countOutOfRange' })
    }
    const full = filled(...Array.from({ length: 500 }, (_, n) => ({ ...tea, sku: `SKU-${n}` })))
    expect(addItem(full, beer)).toEqual({ ok: false, error: 'basket.full' })
    expect(addItem(full, { ...tea, sku: 'SKU-7' }).ok).toBe(true)
  })

  it('holds 500 lines of 999 pieces at the highest price', () => {
    const dear = Array.from({ length: 500 }, (_, n) => ({ ...tea, sku: `SKU-${n}`, priceMinor: 100_000_000 }))
    const basket = dear.reduce((held, item) => value(addItem(held, item, 999)).basket, emptyBasket('CNY'))
    expect(basketTotal(basket).amountMinor).toBe(49_950_000_000_000)
  })
})

describe('age-restricted items', () => {
  it('wait for staff, and further pieces wait in the same line', () => {
    const basket = filled(beer, beer)
    expect(openBlocks(basket)).toEqual([{ lineId: 1, block: 'ageCheck' }])
    expect(isPayable(basket)).toBe(false)
    expect(itemCount(basket)).toBe(2)
  })

  it('are settled once for the sale: other lines of that age, and what is scanned later', () => {
    const approved = value(approveAge(filled(beer, wine), 1))
    expect(openBlocks(approved)).toEqual([])
    const later = value(addItem(value(addItem(approved, beer)).basket, { ...wine, sku: 'WINE-2' }))
    expect(openBlocks(later.basket)).toEqual([])
    expect(isPayable(later.basket)).toBe(true)
  })

  it('ask again for a higher age than the approved one', () => {
    const approved = value(approveAge(filled(beer, spirits), 1))
    expect(openBlocks(approved)).toEqual([{ lineId: 2, block: 'ageCheck' }])
  })

  it('do not ask again after the approved line was removed when the caller remembers the age', () => {
    const removed = value(removeLine(value(approveAge(filled(beer), 1)), 1))
    expect(openBlocks(value(addItem(removed, wine)).basket)).toEqual([{ lineId: 2, block: 'ageCheck' }])
    expect(openBlocks(value(addItem(removed, wine, 1, 18)).basket)).toEqual([])
  })

  it('keep the weighing open when only the age is settled', () => {
    const ham = { ...apples, sku: 'HAM', minimumAgeYears: 18 }
    const basket = filled(ham)
    expect(openBlocks(basket).map(({ block }) => block)).toEqual(['ageCheck', 'weighing'])
    expect(openBlocks(value(approveAge(basket, 1)))).toEqual([{ lineId: 1, block: 'weighing' }])
  })

  it('refuse an approval that means nothing', () => {
    expect(approveAge(filled(tea), 1)).toEqual({ ok: false, error: 'basket.noAgeLimit' })
    expect(approveAge(filled(beer), 9)).toEqual({ ok: false, error: 'basket.unknownLine' })
  })
})

describe('changing lines', () => {
  it('prices a weight by the gram and lets staff correct it', () => {
    const weighed = value(setWeight(filled(apples), 1, 452))
    expect(weighed.lines[0]).toMatchObject({ totalMinor: 443, blocks: [] })
    expect(isPayable(weighed)).toBe(true)
    expect(basketTotal(value(setWeight(weighed, 1, 1000))).amountMinor).toBe(980)
  })

  it.each([0, -5, 100_001, 12.5, Number.NaN])('refuses a weight of %s grams', (grams) => {
    expect(setWeight(filled(apples), 1, grams)).toEqual({ ok: false, error: 'basket.weightOutOfRange' })
  })

  it('counts pieces and weighs weights, not the other way round', () => {
    expect(setWeight(filled(tea), 1, 100)).toEqual({ ok: false, error: 'basket.soldByPiece' })
    expect(changeCount(filled(apples), 1, 2)).toEqual({ ok: false, error: 'basket.soldByWeight' })
    expect(basketTotal(value(changeCount(filled(tea), 1, 7))).amountMinor).toBe(8400)
    expect(changeCount(filled(tea), 1, 0)).toEqual({ ok: false, error: 'basket.countOutOfRange' })
  })

  it('answers for a line that does not exist', () => {
    const unknown = { ok: false, error: 'basket.unknownLine' }
    expect(changeCount(filled(tea), 2, 1)).toEqual(unknown)
    expect(setWeight(filled(apples), 2, 1)).toEqual(unknown)
    expect(removeLine(filled(tea), 2)).toEqual(unknown)
  })

  it('never uses the number of a removed line again', () => {
    const removed = value(removeLine(filled(tea, beer), 2))
    expect(value(addItem(removed, apples)).lineId).toBe(3)
  })
})

describe('what is sold', () => {
  it('carries everything that journal and receipt need', () => {
    const basket = value(setWeight(filled(tea, apples), 2, 500))
    expect(soldLines(basket)).toEqual([
      {
        lineId: 1,
        sku: 'TEA-1',
        name: tea.name,
        quantity: { kind: 'each', count: 1 },
        unitPriceMinor: 1200,
        totalMinor: 1200,
        taxClass: 'standard',
      },
      {
        lineId: 2,
        sku: 'APPLE',
        name: apples.name,
        quantity: { kind: 'weight', grams: 500 },
        unitPriceMinor: 980,
        totalMinor: 490,
        taxClass: 'reduced',
      },
    ])
    const rates = { standard: 130, reduced: 90, zero: 0, exempt: 0 }
    const totals = taxTotals({ ...basket, tax: { prices: 'inclusive', rounding: 'total', rates } })
    expect(totals.map(({ grossMinor }) => grossMinor)).toEqual([1200, 490])
  })

  it('is nothing from an empty basket', () => {
    expect(isPayable(emptyBasket('CNY'))).toBe(false)
    expect(itemCount(emptyBasket('CNY'))).toBe(0)
  })
})
