import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { developmentPin } from '../../../src-main/config/profiles.ts'
import type { LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import type { StaffPage } from '../../../src-main/contract/staffLayer.ts'
import { answerOf, facelane } from '../cli/run.ts'
import { cleanUps } from '../system/support/folders.ts'
import { openHub, type ShopHub } from '../system/support/hub.ts'
import { openLine, type Line } from '../system/support/line.ts'
import { goods, openTill, type Till } from '../system/support/till.ts'

describe('a lane with its hub', () => {
  const after = cleanUps()
  let hub: ShopHub
  let line: Line
  let till: Till
  let account: string

  beforeAll(async () => {
    hub = await openHub(after)
    line = await openLine(() => hub.url(), after)
    account = await hub.wallet()
    till = await openTill({ hub, hubUrl: line.url }, after)
    await till.drained()
  }, 60_000)
  afterEach(async () => {
    line.set('pass')
    await till.do({ type: 'staff:close' })
    await till.nextShopper()
  })
  afterAll(() => after.run())

  async function sold(barcodes: readonly string[]): Promise<{ saleId: string; receiptUrl: string }> {
    const { saleId } = await till.payByCode(account, barcodes)
    const { screen } = await till.whenScreen('done')
    if (screen.kind !== 'done' || screen.receiptUrl === null) throw new Error('The sale has no receipt')
    await till.drained()
    return { saleId, receiptUrl: screen.receiptUrl }
  }

  async function asStaff(...commands: LaneCommand[]): Promise<StaffPage | undefined> {
    const all: LaneCommand[] = [
      { type: 'staff:open' },
      { type: 'staff:enter', pin: developmentPin },
      ...commands,
    ]
    for (const command of all) {
      expect(await till.do(command), JSON.stringify(command)).toEqual({ kind: 'accepted' })
    }
    return till.view().staffLayer?.page
  }

  const oneTea: LaneCommand = {
    type: 'return:choose',
    lines: [{ lineId: 1, quantity: { kind: 'each', count: 1 } }],
  }

  it('takes goods back from their receipt, gives the money back, and says so on the receipt page', async () => {
    const { saleId, receiptUrl } = await sold([goods.tea.barcode, goods.tea.barcode])
    const page = await asStaff({ type: 'return:begin' }, { type: 'return:find', text: receiptUrl }, oneTea, {
      type: 'return:confirm',
      reason: 'faulty',
    })
    expect(page).toMatchObject({ step: 'returned', amountMinor: 500, refunds: [{ state: 'done' }] })
    expect(await hub.chargesOf(saleId)).toEqual([500])
    await till.drained()
    const token = receiptUrl.split('/').at(-1) ?? ''
    expect(await (await fetch(`${hub.url()}/r/${token}`)).text()).toContain('RETURN')
    await till.printerRests()
  })

  it('finds a sale by the number it prints, and takes nothing back twice', async () => {
    const { saleId } = await sold([goods.cola.barcode])
    const number = `${saleId.slice(0, 4)}-${saleId.slice(4, 8)}`.toUpperCase()
    await asStaff({ type: 'return:begin' }, { type: 'return:find', text: number }, oneTea, {
      type: 'return:confirm',
      reason: 'changedMind',
    })
    await till.do({ type: 'staff:back' })
    await till.do({ type: 'return:begin' })
    await till.do({ type: 'return:find', text: number })
    expect(await till.do(oneTea)).toEqual({ kind: 'refused', code: 'tooMuchReturned' })
    expect(await hub.chargesOf(saleId)).toEqual([])
  })

  it('voids its last sale whole', async () => {
    const { saleId } = await sold([goods.tea.barcode, goods.cola.barcode])
    expect(await asStaff({ type: 'return:voidLast' })).toMatchObject({
      step: 'returned',
      voided: true,
      amountMinor: 850,
    })
    expect(await hub.chargesOf(saleId)).toEqual([])
  })

  it('pays back once when the answer of the hub is lost, and the hub is killed before it is asked again', async () => {
    const { saleId, receiptUrl } = await sold([goods.tea.barcode])
    await asStaff({ type: 'return:begin' }, { type: 'return:find', text: receiptUrl }, oneTea)
    line.set('swallow', '/v1/returns')
    await till.do({ type: 'return:confirm', reason: 'wrongItem' })
    expect(till.view().staffLayer?.page).toMatchObject({ step: 'returnUnknown' })
    await hub.kill()
    await hub.start()
    line.set('pass')
    till.runtime.nudgeHub()
    await till.when('the hub again', ({ sync }) => sync.hub === 'online', 40_000)
    await till.do({ type: 'staff:close' })
    // The lane asks by itself when the hub is back; staff may be faster.
    await asStaff()
    await till.do({ type: 'return:resume' })
    expect(till.runtime.opened.store.openReturns()).toEqual([])
    expect(await hub.chargesOf(saleId)).toEqual([])
    expect(
      till.events().filter((event) => event.type === 'sale.returned' && event.saleId === saleId),
    ).toHaveLength(1)
  })

  it('sells at a price that staff changed, and the journal and the receipt say who and from what', async () => {
    await till.scanAll([goods.tea.barcode])
    const page = await asStaff(
      { type: 'override:begin' },
      { type: 'override:set', lineId: 1, unitPriceMinor: 250, reason: 'damaged' },
    )
    expect(page).toMatchObject({
      step: 'override',
      lines: [{ totalMinor: 250, override: { staffId: 'demo' } }],
    })
    await till.do({ type: 'staff:close' })
    expect(till.view().basket.totalMinor).toBe(250)
    await till.do({ type: 'checkout:pay' })
    await till.scanner.scan(await hub.operator().issueCode(account))
    const { screen } = await till.whenScreen('done')
    expect(JSON.stringify(screen)).toContain('Price changed ¥5.00 → ¥2.50')
    expect(till.events()).toContainEqual(
      expect.objectContaining({
        type: 'price.overridden',
        fromMinor: 500,
        toMinor: 250,
        reason: 'damaged',
        staffId: 'demo',
      }),
    )
  })

  it('closes its shift with a Z that the hub has in the report of the day, and whose books agree', async () => {
    await asStaff({ type: 'shift:show' }, { type: 'shift:open', floatMinor: 20_000 })
    await till.do({ type: 'shift:close', countedMinor: 19_900 })
    const page = till.view().staffLayer?.page
    expect(page).toMatchObject({ step: 'closed', report: { zNumber: 1, cash: { differenceMinor: -100 } } })
    await till.do({ type: 'shift:print' })
    const report = page?.step === 'closed' ? page.report : null
    expect(report?.overrides).toEqual({ count: 1, amountMinor: 250 })
    expect(report?.voids.count).toBe(1)
    await till.drained()
    const at = ['--hub', hub.url(), '--operator-token-file', `${hub.dataDir}/operator-token`]
    expect(readFileSync(`${hub.dataDir}/operator-token`, 'utf8').trim()).not.toBe('')
    expect(answerOf(await facelane(['day', 'report', ...at, '--json']))).toMatchObject({
      zReports: [{ zNumber: 1, grossMinor: report?.grossMinor, cashDifferenceMinor: -100 }],
    })
    expect(answerOf(await facelane(['day', 'reconcile', ...at, '--json']))).toMatchObject({
      ok: true,
      differences: [],
    })
  })
})
