import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cleanUps } from '../system/support/folders.ts'
import { openHub, type ShopHub } from '../system/support/hub.ts'
import { goods, openTill, type Till } from '../system/support/till.ts'

describe('a scanner that is pulled out and plugged in again', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till

  beforeAll(async () => {
    hub = await openHub(after)
    till = await openTill({ hub }, after)
  })
  afterEach(async () => {
    await till.scanner.replug()
    await till.nextShopper()
  })
  afterAll(() => after.run())

  const isReady = () => till.device('Scanner')?.state === 'ready'

  async function pull(): Promise<void> {
    await till.scanner.unplug()
    await till.when('the loss', () => till.device('Scanner')?.state === 'lost')
  }

  it('in the middle of a basket: the lane says so, goods can be typed, and nothing is lost', async () => {
    await till.scanAll([goods.tea.barcode])
    await pull()
    expect(till.device('Scanner')?.detail).toMatch(/^device\./)
    expect(till.log.has('"warn"', 'Scanner', 'lost')).toBe(true)
    expect(await till.do({ type: 'barcode:enter', text: goods.cola.barcode })).toEqual({ kind: 'accepted' })
    expect(till.view().basket).toMatchObject({ itemCount: 2, totalMinor: 850 })
    await till.do({ type: 'checkout:pay' })
    expect(till.view().screen).toMatchObject({
      offers: [{ kind: 'face' }, { kind: 'walletCode', available: false, reason: 'scannerUnavailable' }],
    })
    await till.scanner.replug()
    await till.when('the scanner', isReady)
    await till.do({ type: 'checkout:back' })
    await till.scanAll([goods.tea.barcode])
    expect(till.view().basket).toMatchObject({ itemCount: 3, totalMinor: 1_350 })
  })

  it('in the middle of a read: half a barcode is no item, and the next read is whole', async () => {
    const reading = till.scanner.scan(goods.tea.barcode.repeat(5))
    await pull()
    await reading
    await till.scanner.replug()
    await till.when('the scanner', isReady)
    await till.scanAll([goods.cola.barcode])
    expect(till.view().basket).toMatchObject({ itemCount: 1, totalMinor: 350 })
  })

  it('while a phone code is wanted: the code is read as soon as it is back, and charged once', async () => {
    const account = await hub.wallet()
    await till.scanAll([goods.tea.barcode])
    const { saleId } = till.view().basket
    await till.do({ type: 'checkout:pay' })
    await till.do({ type: 'tender:choose', tender: 'walletCode' })
    await pull()
    expect(till.screen()).toBe('codeCapture')
    await till.scanner.replug()
    await till.when('the scanner', isReady)
    await till.scanner.scan(await hub.operator().issueCode(account))
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId ?? '')).toEqual([500])
  })

  it('again and again: it always comes back', async () => {
    for (let round = 0; round < 3; round += 1) {
      await till.scanner.unplug()
      await till.scanner.replug()
    }
    // The last time the lane has to notice: "ready" before that may still be said of the cable before.
    await pull()
    await till.scanner.replug()
    await till.when('the scanner', isReady)
    await till.scanAll([goods.tea.barcode, goods.cola.barcode])
    expect(till.view().basket.totalMinor).toBe(850)
  })
})
