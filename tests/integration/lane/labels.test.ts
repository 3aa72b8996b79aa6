import { describe, expect, it } from 'vitest'
import { checkDigit } from '../../../src-main/domain/barcode/checkDigit.ts'
import { payByCode } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { apples, tea, world, type World } from './support/world.ts'

const GS = '\u001d'
const asGtin14 = (barcode = ''): string => barcode.padStart(14, '0')
const teaGtin = asGtin14(tea.barcodes[0])
const applesGtin = asGtin14(apples.barcodes[0])

const basketOf = (w: World) =>
  w
    .view()
    .basket.lines.map(({ item, quantity, totalMinor, blocks }) => [item.sku, quantity, totalMinor, blocks])

/** YYMMDD of the lane's own day, moved by `days`. */
function day(w: World, days: number): string {
  const at = new Date(w.clock.nowMs() + days * 86_400_000)
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(at)
  return parts.replaceAll('-', '').slice(2)
}

describe('goods whose code says more than which article they are', () => {
  it('are weighed by their label: no scale, no staff', async () => {
    const w = await world()
    await w.scan(`]e001${applesGtin}3103001250`)
    expect(basketOf(w)).toEqual([['apples', { kind: 'weight', grams: 1250 }, 1225, []]])
    expect(w.view().intervention).toBeNull()
    await w.scan(`]e001${applesGtin}3103000500`)
    expect(w.view().basket.totalMinor).toBe(1225 + 490)
  })

  it('cost what their label says, each piece its own price, and the article keeps its price', async () => {
    const w = await world()
    await w.scan(`]e001${applesGtin}3922000599`)
    await w.scan(`]e001${applesGtin}3922000601`)
    await w.scan(tea.barcodes[0] ?? '')
    expect(basketOf(w)).toEqual([
      ['apples', { kind: 'each', count: 1 }, 599, []],
      ['apples', { kind: 'each', count: 1 }, 601, []],
      ['tea', { kind: 'each', count: 1 }, 1200, []],
    ])
    expect(w.view().basket.lines[0]?.item.priceMinor).toBe(980)
  })

  it('are sold, journalled and added up with the price on the label', async () => {
    const w = await world()
    await w.scan(`]e001${applesGtin}3922000599`)
    await w.scan(`]C101${teaGtin}302`)
    // Scans a tea of its own.
    await payByCode(w)
    const sold = journalOf(w.store).find(({ type }) => type === 'sale.completed')
    expect(sold).toMatchObject({
      totalMinor: 599 + 3600,
      lines: [
        { sku: 'apples', unitPriceMinor: 599, totalMinor: 599, quantity: { kind: 'each', count: 1 } },
        { sku: 'tea', unitPriceMinor: 1200, totalMinor: 3600, quantity: { kind: 'each', count: 3 } },
      ],
    })
  })

  it('are found under their shop label, by price or by weight, and never by a price that was misread', async () => {
    const w = await world()
    const inShop = (body: string): string => body + checkDigit(body)
    w.store.transact((tx) => {
      const byPrice = { ...tea, sku: 'cheese', barcodes: [inShop('281234500000')] }
      const byWeight = { ...apples, sku: 'pears', barcodes: [inShop('295432100000')] }
      tx.replaceCatalogue([tea, byPrice, byWeight], 'e'.repeat(64))
    })
    await w.scan(inShop('281234501995'))
    await w.scan(inShop('295432100750'))
    expect(basketOf(w)).toEqual([
      ['cheese', { kind: 'each', count: 1 }, 1995, []],
      ['pears', { kind: 'weight', grams: 750 }, 735, []],
    ])
  })

  it.each([
    ['in another currency', `]e001${applesGtin}39329780000599`],
    ['of parts of a fen', `]e001${applesGtin}3923000599`],
    ['heavier than anything', `]e001${applesGtin}3100000999`],
    ['that contradict themselves', `]C101${teaGtin}01${applesGtin}`],
  ])('%s are refused, and nothing is added', async (_what, code) => {
    const w = await world()
    await w.scan(code)
    expect(w.view()).toMatchObject({ basket: { itemCount: 0 }, notice: { code: 'unreadableBarcode' } })
  })
})

describe('goods past their date', () => {
  it('are refused with the date; on their last day they are still sold', async () => {
    const w = await world()
    await w.scan(`]d201${teaGtin}17${day(w, -1)}10L1${GS}21S1`)
    expect(w.view().basket.itemCount).toBe(0)
    expect(w.view().notice).toMatchObject({ code: 'itemExpired', name: tea.name })
    await w.scan(`https://id.example/01/${teaGtin}?16=${day(w, -1)}`)
    expect(w.view()).toMatchObject({ basket: { itemCount: 0 }, notice: { code: 'itemExpired' } })
    await w.scan(`]d201${teaGtin}17${day(w, 0)}`)
    expect(w.view().basket.itemCount).toBe(1)
  })
})
