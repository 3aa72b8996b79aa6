import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { prepareRecordings } from '../../../src-main/cli/recordings.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { openLine, type Line } from './support/line.ts'
import { shopperAt, type Shopper } from './support/shopper.ts'
import { goods, openTill, verifies, type Till } from './support/till.ts'

describe('a lane that looks at people', () => {
  const after = cleanUps()
  let hub: ShopHub
  let line: Line
  let till: Till
  let account: string
  let shopper: Shopper

  beforeAll(async () => {
    await prepareRecordings(() => undefined)
    hub = await openHub(after)
    line = await openLine(() => hub.url(), after)
    account = await hub.wallet()
    till = await openTill(
      {
        hub,
        hubUrl: line.url,
        faces: true,
        preset: {
          face: { timeoutMs: 5_000 },
          offline: { maxAmountMinor: 1_000, maxStoredMinor: 1_800 },
        },
      },
      after,
    )
    shopper = shopperAt(till, hub, account)
    expect(await till.runtime.faceReady()).toBe(true)
  }, 120_000)
  afterEach(async () => {
    line.set('pass')
    await till.nextShopper()
  })
  afterAll(() => after.run())

  it('enrols nobody from a printed face, nor from an empty place before the camera', async () => {
    expect((await shopper.enrol('print-attack')).enrolment).toMatchObject({
      step: 'failed',
      reason: 'faceAttack',
    })
    await till.do({ type: 'enrolment:cancel' })
    expect((await shopper.enrol('nobody')).enrolment).toMatchObject({ step: 'failed', reason: 'faceTimeout' })
    await till.do({ type: 'enrolment:cancel' })
    expect(till.view().facePay.enrolled).toBe(0)
  })

  it('sells with the face of somebody who enrolled', async () => {
    expect((await shopper.enrol('anna-a')).enrolment).toMatchObject({ step: 'done' })
    const { screen } = await shopper.look('anna-b')
    expect(screen).toMatchObject({ kind: 'confirm', mode: 'online' })
    const { saleId } = await shopper.confirm()
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId)).toEqual([500])
  })

  it.each([
    ['an empty place before the camera', 'nobody', 'faceTimeout', null],
    ['a covered lens', null, 'faceTimeout', null],
    ['two people at once', 'two-people', 'faceNotClear', null],
    ['a stranger', 'bruno', 'faceNotFound', '"noMatch"'],
    ['another stranger', 'carla', 'faceNotFound', '"noMatch"'],
    ['a printed photograph of somebody who enrolled', 'print-attack', 'faceAttack', '"attack"'],
  ])('refuses %s, charges nothing, and a phone code still pays', async (_who, sourceId, notice, logged) => {
    const view = await shopper.look(sourceId)
    expect(view).toMatchObject({ screen: { kind: 'tenderChoice' }, notice: { code: notice } })
    expect(view.screen).toMatchObject({ offers: [{ kind: 'face' }, { kind: 'walletCode', available: true }] })
    expect(till.runtime.host.wantsCamera()).toBe(false)
    if (logged !== null) expect(till.log.has('look', logged)).toBe(true)
    const { saleId } = view.basket
    expect(await hub.chargesOf(saleId ?? '')).toEqual([])
    await till.scanner.scan(await hub.operator().issueCode(account))
    await till.whenScreen('done')
    expect(await hub.chargesOf(saleId ?? '')).toEqual([500])
  })

  it('keeps an attack in the journal', () => {
    expect(till.events().filter(({ type }) => type === 'face.attackRefused').length).toBeGreaterThan(0)
  })

  it('becomes an offline sale when the hub dies in the middle of paying, charged once when it is back', async () => {
    await shopper.look('anna-b')
    line.set('swallow', '/payments/authorise')
    const held = line.hold('/payments/authorise')
    const { saleId, totalMinor } = await shopper.confirm()
    // The hub has charged; before it can say so it is dead.
    await held.arrived
    line.set('hangUp')
    await hub.kill()
    held.release()
    await till.when('the doubt', ({ screen }) => screen.kind === 'unknown')
    const { screen } = await till.whenScreen('done', 60_000)
    expect(screen).toMatchObject({ mode: 'deferred', paper: 'printed' })
    await hub.start()
    line.set('pass')
    await till.drained(60_000)
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
  })

  it('sells to known faces without the hub up to the limit, and tells the rest before they confirm', async () => {
    await hub.stop()
    await till.when('the lane to notice', ({ sync }) => sync.hub === 'offline', 30_000)
    const sold: { saleId: string; totalMinor: number }[] = []
    for (const barcodes of [[goods.tea.barcode], [goods.tea.barcode, goods.cola.barcode]]) {
      const { screen } = await shopper.look('anna-b', barcodes)
      expect(screen).toMatchObject({ kind: 'confirm', mode: 'deferred' })
      sold.push(await shopper.confirm())
      const { screen: last } = await till.whenScreen('done')
      expect(last).toMatchObject({ mode: 'deferred' })
      await till.nextShopper()
    }
    expect(till.view().sync).toMatchObject({ deferredCount: 2, deferredMinor: 1_350 })

    const refused: (string | null)[] = []
    for (const barcodes of [
      // Within the limit of one payment, beyond the sum of all that wait.
      [goods.tea.barcode],
      // Beyond the limit of one payment.
      [goods.tea.barcode, goods.cola.barcode, goods.cola.barcode],
    ]) {
      await till.scanAll(barcodes)
      await till.do({ type: 'checkout:pay' })
      expect(till.view().screen).toMatchObject({
        offers: [
          { kind: 'face', available: false, reason: 'offlineLimit' },
          { kind: 'walletCode', available: false, reason: 'hubNeeded' },
        ],
      })
      expect(await shopper.lookAgain('anna-b')).toMatchObject({
        screen: { kind: 'tenderChoice' },
        notice: { code: 'hubNeeded' },
      })
      refused.push(till.view().basket.saleId)
      await till.nextShopper()
    }

    await hub.start()
    await till.drained(60_000)
    for (const { saleId, totalMinor } of sold) expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
    for (const saleId of refused) expect(await hub.chargesOf(saleId ?? '')).toEqual([])
  })

  it('leaves a journal that verifies, and the hub charged what was sold', async () => {
    const sold = till
      .events()
      .reduce((sum, event) => sum + (event.type === 'sale.completed' ? event.totalMinor : 0), 0)
    const { chargedMinor, balanced } = await hub.operator().ledger()
    expect({ chargedMinor, balanced }).toEqual({ chargedMinor: { CNY: sold }, balanced: true })
    await till.close()
    expect(await verifies(till.dataDir)).toBe(true)
  })
})
