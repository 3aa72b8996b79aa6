import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { prepareRecordings } from '../../../src-main/cli/recordings.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { consentText } from '../../../src-main/domain/face/consent.ts'
import { cleanUps } from './support/folders.ts'
import { openHub, type ShopHub } from './support/hub.ts'
import { openLine, type Line } from './support/line.ts'
import { goods, openTill, verifies, type Till } from './support/till.ts'

const lookMs = 30_000

describe('a lane that looks at people', () => {
  const after = cleanUps()
  let hub: ShopHub
  let line: Line
  let till: Till
  let account: string

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
    expect(await till.runtime.faceReady()).toBe(true)
  }, 120_000)
  afterEach(async () => {
    line.set('pass')
    await till.nextShopper()
  })
  afterAll(() => after.run())

  async function shown(sourceId: string | null): Promise<void> {
    expect(await till.runtime.bench?.command({ type: 'bench:camera', sourceId })).toEqual({
      kind: 'accepted',
    })
  }

  /** Puts goods in the basket and lets the lane look; resolves with the screen after the look. */
  async function look(
    sourceId: string | null,
    barcodes: readonly string[] = [goods.tea.barcode],
  ): Promise<LaneView> {
    await shown(sourceId)
    await till.scanAll(barcodes)
    await till.do({ type: 'checkout:pay' })
    return lookAgain(sourceId)
  }

  async function lookAgain(sourceId: string | null): Promise<LaneView> {
    await shown(sourceId)
    await till.do({ type: 'tender:choose', tender: 'face' })
    return till.when('the look to end', ({ screen }) => screen.kind !== 'faceCapture', lookMs)
  }

  async function confirm(): Promise<{ saleId: string; totalMinor: number }> {
    const { saleId, totalMinor } = till.view().basket
    if (saleId === null) throw new Error(`Nothing to confirm on ${till.screen()}`)
    await till.do({ type: 'payment:confirm', saleId, totalMinor })
    return { saleId, totalMinor }
  }

  async function enrol(sourceId: string): Promise<LaneView> {
    await shown(sourceId)
    await till.do({ type: 'enrolment:begin' })
    const { id: textId, version: textVersion } = consentText
    await till.do({ type: 'enrolment:consent', textId, textVersion, agreed: true })
    await till.scanner.scan(await hub.operator().issueCode(account))
    const isOver = ({ enrolment }: LaneView) => enrolment?.step === 'done' || enrolment?.step === 'failed'
    const view = await till.when('the enrolment to end', isOver, lookMs)
    await till.do({ type: 'enrolment:finish' })
    return view
  }

  it('enrols nobody from a printed face, nor from an empty place before the camera', async () => {
    expect((await enrol('print-attack')).enrolment).toMatchObject({ step: 'failed', reason: 'faceAttack' })
    await till.do({ type: 'enrolment:cancel' })
    expect((await enrol('nobody')).enrolment).toMatchObject({ step: 'failed', reason: 'faceTimeout' })
    await till.do({ type: 'enrolment:cancel' })
    expect(till.view().facePay.enrolled).toBe(0)
  })

  it('sells with the face of somebody who enrolled', async () => {
    expect((await enrol('anna-a')).enrolment).toMatchObject({ step: 'done' })
    const { screen } = await look('anna-b')
    expect(screen).toMatchObject({ kind: 'confirm', mode: 'online' })
    const { saleId } = await confirm()
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
    const view = await look(sourceId)
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
    await look('anna-b')
    const held = line.hold('/payments/authorise')
    const { saleId, totalMinor } = await confirm()
    // The hub has charged; before it can say so it is dead.
    await held.arrived
    line.set('hangUp')
    await hub.kill()
    held.release()
    line.set('hangUp')
    const { screen } = await till.whenScreen('done', 60_000)
    expect(['online', 'deferred']).toContain(screen.kind === 'done' ? screen.mode : null)
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
      const { screen } = await look('anna-b', barcodes)
      expect(screen).toMatchObject({ kind: 'confirm', mode: 'deferred' })
      sold.push(await confirm())
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
      expect(await lookAgain('anna-b')).toMatchObject({
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
