import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cleanUps } from '../system/support/folders.ts'
import { openHub, type ShopHub } from '../system/support/hub.ts'
import { goods, jobsOf, openTill, verifies, type Till } from '../system/support/till.ts'

describe('a receipt printer that is pulled, opened, emptied and switched off', () => {
  const after = cleanUps()
  let hub: ShopHub
  let till: Till
  let account: string

  beforeAll(async () => {
    hub = await openHub(after)
    till = await openTill({ hub }, after)
    account = await hub.wallet(1_000_000)
    await till.when('the hub', ({ sync }) => sync.hub === 'online')
  })
  afterEach(async () => {
    till.printer.closeCover()
    await till.printer.replug()
    if (till.printer.state().paper === 'empty') till.printer.setPaper(30_000)
    await till.nextShopper()
    if (!till.closed()) await till.when('the printer', () => till.device('PosPrinter')?.state === 'ready')
  })
  afterAll(() => after.run())

  /** The money is right whatever the paper does: one charge, one sale, at most one original. */
  async function judged(saleId: string, totalMinor: number) {
    expect(await hub.chargesOf(saleId)).toEqual([totalMinor])
    const sales = till.events().filter((event) => event.type === 'sale.completed' && event.saleId === saleId)
    expect(sales).toHaveLength(1)
    const jobs = jobsOf(till, saleId)
    const verdict = till.printer.judge(jobs)
    const count = (papers: Readonly<Record<string, number>>): number =>
      Object.values(papers).reduce((sum, each) => sum + each, 0)
    expect(count(verdict.originals)).toBeLessThanOrEqual(1)
    return { originals: count(verdict.originals), copies: count(verdict.copies), jobs: jobs.length }
  }

  function outcomes(saleId: string): string[] {
    return till
      .events()
      .flatMap((event) =>
        event.type === 'print.finished' && event.saleId === saleId
          ? [`${event.outcome}: ${event.detail}`]
          : [],
      )
  }

  const paper = () => {
    const { screen } = till.view()
    return screen.kind === 'done' ? screen.paper : screen.kind
  }

  it('unplugged before the receipt: sold without paper, and the original can still be had', async () => {
    await till.printer.unplug()
    await till.when('the loss', () => till.device('PosPrinter')?.state === 'lost')
    expect(till.device('PosPrinter')?.detail).toMatch(/^device\./)
    expect(till.log.has('"warn"', 'PosPrinter', 'lost')).toBe(true)
    const { saleId, totalMinor } = await till.payByCode(account)
    await till.whenScreen('done')
    expect(paper()).toBe('notPrinted')
    expect(await judged(saleId, totalMinor)).toEqual({ originals: 0, copies: 0, jobs: 1 })
    await till.printer.replug()
    await till.when('the printer', () => till.device('PosPrinter')?.state === 'ready')
    await till.do({ type: 'receipt:copy' })
    await till.when('the paper', () => paper() === 'printed')
    expect(await judged(saleId, totalMinor)).toEqual({ originals: 1, copies: 0, jobs: 1 })
  })

  it.each([20, 350, 900])(
    'unplugged %i bytes into the receipt: once it is back the one further paper is a COPY',
    async (bytes) => {
      till.printer.afterBytes(bytes, () => void till.printer.unplug())
      const { saleId, totalMinor } = await till.payByCode(account, [goods.tea.barcode, goods.cola.barcode])
      await till.when('the doubt', () => paper() === 'copyWaiting', 70_000)
      expect(outcomes(saleId)).toEqual(['unknown: linkLost'])
      await till.printer.replug()
      await expect.poll(() => outcomes(saleId).at(-1), { timeout: 30_000 }).toMatch(/^printed/)
      await till.printerRests()
      expect(await judged(saleId, totalMinor)).toMatchObject({ copies: 1, jobs: 2 })
    },
  )

  it('cover opened in the middle and closed again: the same paper, finished', async () => {
    till.printer.afterBytes(300, () => {
      till.printer.openCover()
    })
    const { saleId, totalMinor } = await till.payByCode(account)
    await till.when('the open cover to show', () => till.device('PosPrinter')?.detail === 'coverOpen')
    expect(till.screen()).toBe('printing')
    expect(till.device('PosPrinter')).toMatchObject({ state: 'attention' })
    till.printer.closeCover()
    await till.whenScreen('done')
    expect(paper()).toBe('printed')
    expect(await judged(saleId, totalMinor)).toEqual({ originals: 1, copies: 0, jobs: 1 })
  })

  it('out of paper before the receipt says so, and prints the original once there is a roll', async () => {
    till.printer.setPaper(0)
    await till.when('the empty roll to show', () => till.device('PosPrinter')?.detail === 'paperEmpty')
    const { saleId, totalMinor } = await till.payByCode(account)
    await till.whenScreen('done')
    expect(paper()).toBe('notPrinted')
    expect(outcomes(saleId)).toEqual(['notPrinted: paperEmpty'])
    till.printer.setPaper(30_000)
    await till.when('the printer', () => till.device('PosPrinter')?.state === 'ready')
    await till.do({ type: 'receipt:copy' })
    await till.when('the paper', () => paper() === 'printed')
    expect(await judged(saleId, totalMinor)).toEqual({ originals: 1, copies: 0, jobs: 1 })
  })

  it('out of paper in the middle: waits for the new roll and finishes the one original', async () => {
    till.printer.setPaper(45)
    const { saleId, totalMinor } = await till.payByCode(account, [goods.tea.barcode, goods.cola.barcode])
    await till.when('the empty roll to show', () => till.device('PosPrinter')?.detail === 'paperEmpty')
    expect(till.screen()).toBe('printing')
    till.printer.setPaper(30_000)
    await till.whenScreen('done')
    expect(paper()).toBe('printed')
    expect(await judged(saleId, totalMinor)).toEqual({ originals: 1, copies: 0, jobs: 1 })
  })

  it('power-cycled in the middle: the torn paper counts as an original at most once, the next is a COPY', async () => {
    till.printer.afterBytes(600, () => {
      till.printer.powerCycle()
    })
    const { saleId, totalMinor } = await till.payByCode(account, [goods.tea.barcode, goods.cola.barcode])
    await till.whenScreen('done', 70_000)
    expect(till.log.has('paper', 'unknown', 'printerRestarted')).toBe(true)
    await till.when('the copy', () => paper() === 'printed')
    await till.printerRests()
    expect(await judged(saleId, totalMinor)).toMatchObject({ copies: 1, jobs: 2 })
  })

  it('while it waits for paper the shopper may leave without it, and the next one is served', async () => {
    till.printer.setPaper(45)
    const first = await till.payByCode(account, [goods.tea.barcode, goods.cola.barcode])
    await till.when('the empty roll to show', () => till.device('PosPrinter')?.detail === 'paperEmpty')
    await till.do({ type: 'receipt:noPaper' })
    await till.whenScreen('done')
    await till.do({ type: 'session:finish' })
    till.printer.setPaper(30_000)
    const second = await till.payByCode(account)
    await till.whenScreen('done', 70_000)
    await till.printerRests()
    await judged(first.saleId, first.totalMinor)
    expect(await judged(second.saleId, second.totalMinor)).toMatchObject({ originals: 1, copies: 0 })
  })

  it('with answers lost on the line it is not believed: an unknown paper, and never a second original', async () => {
    const lost = new Promise<void>((resolve) => {
      till.printer.afterBytes(200, () => {
        till.printer.setReplyFault('drop')
        setTimeout(resolve, 700)
      })
    })
    const { saleId, totalMinor } = await till.payByCode(account)
    await lost
    till.printer.setReplyFault('none')
    await till.whenScreen('done', 70_000)
    await till.when('the printer', () => till.device('PosPrinter')?.state === 'ready', 40_000)
    await till.when('the copy', () => paper() === 'printed', 40_000)
    await till.printerRests()
    const papers = await judged(saleId, totalMinor)
    expect(papers.originals + papers.copies).toBeGreaterThanOrEqual(1)
  })

  it('leaves a journal that verifies, and a hub that has all of it', async () => {
    await till.drained()
    const { chargedMinor } = await hub.operator().ledger()
    const sold = till
      .events()
      .reduce((sum, event) => sum + (event.type === 'sale.completed' ? event.totalMinor : 0), 0)
    expect(chargedMinor).toEqual({ CNY: sold })
    await till.close()
    expect(await verifies(till.dataDir)).toBe(true)
  })
})
