import { describe, expect, it } from 'vitest'
import type { LaneEvent, LaneEventOf, LaneEventType } from '../../../src-main/contract/events.ts'
import { confirm, scanTea, toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { coupon, manyTenders, payCash, payCoupon, wechatCode } from './support/tenders.ts'
import { enrolled, match, settings, walletCode, world, type World } from './support/world.ts'

const of = <T extends LaneEventType>(w: World, type: T): LaneEventOf<T>[] =>
  journalOf(w.store).filter((event: LaneEvent): event is LaneEventOf<T> => event.type === type)

async function payPoints(w: World, subjectKey: string): Promise<void> {
  await w.do({ type: 'tender:choose', tender: 'points' })
  await w.look(match(subjectKey))
  const { screen, basket } = w.view()
  const totalMinor = screen.kind === 'confirm' ? screen.amountMinor : 0
  await w.do({ type: 'payment:confirm', saleId: basket.saleId ?? '', totalMinor })
}

describe('a sale paid in parts', () => {
  it('adds coupon, points, phone and cash up to the total, each with its own key, on one receipt', async () => {
    const w = await world(manyTenders)
    const subjectKey = enrolled(w)
    await scanTea(w)
    await scanTea(w)
    await w.do({ type: 'checkout:pay' })
    await payCoupon(w, 300)
    expect(w.view()).toMatchObject({
      screen: { kind: 'tenderChoice' },
      notice: { code: 'partlyPaid', tender: 'coupon', amountMinor: 300 },
      basket: { totalMinor: 2_400, dueMinor: 2_100, paid: [{ tender: 'coupon', amountMinor: 300 }] },
    })
    await payPoints(w, subjectKey)
    expect(w.view().basket.dueMinor).toBe(1_850)
    w.hub.holdsMinor = 850
    await w.scan(wechatCode)
    expect(w.view().basket).toMatchObject({
      dueMinor: 1_000,
      paid: [{ tender: 'coupon' }, { tender: 'points' }, { tender: 'walletCode', wallet: 'wechat' }],
    })
    expect(await payCash(w, 2_000)).toBe('accepted')
    expect(w.view().screen).toMatchObject({ kind: 'done', changeMinor: 1_000 })

    const [sale] = of(w, 'sale.completed')
    expect(sale?.payments.map(({ tender, amountMinor }) => [tender, amountMinor])).toEqual([
      ['coupon', 300],
      ['points', 250],
      ['walletCode', 850],
      ['cash', 1_000],
    ])
    expect(new Set(sale?.payments.map(({ attemptKey }) => attemptKey)).size).toBe(4)
    const lines = sale?.receipt.blocks.flatMap((block) => (block.kind === 'columns' ? [block.left] : []))
    expect(lines).toEqual(
      expect.arrayContaining(['优惠券抵扣', '积分抵扣', '微信支付', '现金支付', '收现金', '找零']),
    )
    expect(JSON.stringify([journalOf(w.store), w.log.lines])).not.toContain(coupon)
  })

  it('asks points for no more than they hold, and says so before they are used', async () => {
    const w = await world(manyTenders)
    const subjectKey = enrolled(w)
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'points' })
    await w.look(match(subjectKey))
    expect(w.view().screen).toMatchObject({
      kind: 'confirm',
      tender: 'points',
      points: 250,
      amountMinor: 250,
    })
    w.hub.pointsMinor = 0
    await w.do({ type: 'checkout:back' })
    await w.do({ type: 'tender:choose', tender: 'points' })
    await w.look(match(subjectKey))
    expect(w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, notice: { code: 'noPoints' } })
  })

  it('pays only as much with the face as the shopper asked for', async () => {
    const w = await world(manyTenders)
    const subjectKey = enrolled(w)
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face', amountMinor: 500 })
    await w.look(match(subjectKey))
    expect(w.view().screen).toMatchObject({ kind: 'confirm', amountMinor: 500 })
    await confirm(w)
    expect(w.view().screen.kind).toBe('confirm')
    const { saleId } = w.view().basket
    await w.do({ type: 'payment:confirm', saleId: saleId ?? '', totalMinor: 500 })
    expect(w.hub.requests).toMatchObject([{ amountMinor: 500 }])
    expect(w.view().basket).toMatchObject({ dueMinor: 700 })
  })

  it('does not change its basket any more, and is not emptied by a clock', async () => {
    const w = await world(manyTenders)
    await toTenders(w)
    await payCoupon(w, 300)
    await scanTea(w)
    expect(w.view()).toMatchObject({ notice: { code: 'partlyPaidKept' }, basket: { totalMinor: 1_200 } })
    expect(await w.do({ type: 'checkout:back' })).toMatchObject({ kind: 'refused' })
    await w.clock.advance(600_000)
    expect(w.view()).toMatchObject({ screen: { kind: 'tenderChoice' }, intervention: { kind: 'help' } })
    expect(w.view().basket.dueMinor).toBe(900)
  })

  it('goes on after a power cut where it was, and names no part twice', async () => {
    const w = await world(manyTenders)
    await toTenders(w)
    await payCoupon(w, 300)
    await w.powerCut()
    expect(w.view()).toMatchObject({
      screen: { kind: 'tenderChoice' },
      notice: { code: 'basketKept' },
      basket: { dueMinor: 900, paid: [{ tender: 'coupon', amountMinor: 300 }] },
    })
    await payCash(w, 900)
    expect(of(w, 'sale.completed')[0]?.payments).toHaveLength(2)
  })

  it('keeps the prices it was scanned at while the shop imports others', async () => {
    const w = await world(manyTenders)
    await toTenders(w)
    await payCoupon(w, 300)
    const item = w.store.catalogue.findBySku('tea')
    w.store.transact((tx) => {
      if (item) tx.replaceCatalogue([{ ...item, priceMinor: 9_999 }], 'e'.repeat(64))
    })
    await payCash(w, 900)
    expect(of(w, 'sale.completed')).toMatchObject([
      { totalMinor: 1_200, lines: [{ unitPriceMinor: 1_200, priceVersion: 'f'.repeat(64) }] },
    ])
  })

  it('is taxed on top of its prices where the shop is configured so', async () => {
    const w = await world({ ...manyTenders, tax: { ...settings.tax, prices: 'exclusive' } })
    await toTenders(w)
    expect(w.view().basket).toMatchObject({ prices: 'exclusive', totalMinor: 1_356, dueMinor: 1_356 })
    await payCash(w, 1_400)
    expect(of(w, 'sale.completed')).toMatchObject([
      {
        totalMinor: 1_356,
        prices: 'exclusive',
        taxes: [{ netMinor: 1_200, taxMinor: 156, grossMinor: 1_356 }],
        payments: [{ amountMinor: 1_356, cash: { tenderedMinor: 1_400, changeMinor: 44 } }],
        receipt: { totalMinor: 1_356 },
      },
    ])
  })
})

describe('cash', () => {
  it('is taken only under a PIN, on its own screen and for this sale', async () => {
    const w = await world(manyTenders)
    await toTenders(w)
    expect(await payCash(w, 2_000, '0000')).toBe('wrongPin')
    expect(w.screen()).toBe('cash')
    const other = await w.do({ type: 'cash:take', pin: '4711', saleId: '0'.repeat(32), tenderedMinor: 2_000 })
    expect(other).toEqual({ kind: 'refused', code: 'staleScreen' })
    expect(await payCash(w, 0)).toBe('cash.nothing')
    expect(of(w, 'payment.attempted')).toEqual([])
    await w.do({ type: 'checkout:back' })
    expect(w.screen()).toBe('tenderChoice')
  })

  it('is rounded where the currency has no small coins, and only the cash is', async () => {
    const w = await world({ ...manyTenders, cash: { enabled: true, roundToMinor: 500 } })
    await toTenders(w)
    await payCoupon(w, 100)
    await w.do({ type: 'tender:choose', tender: 'cash' })
    expect(w.view().screen).toEqual({ kind: 'cash', dueMinor: 1_000, roundingMinor: -100 })
    await payCash(w, 1_000)
    expect(of(w, 'sale.completed')[0]).toMatchObject({
      totalMinor: 1_200,
      payments: [
        { amountMinor: 100 },
        { amountMinor: 1_100, cash: { tenderedMinor: 1_000, changeMinor: 0, roundingMinor: -100 } },
      ],
    })
    expect(of(w, 'payment.attempted').at(-1)).toMatchObject({ mode: 'local', staffId: 'staff-1' })
  })

  it('is not on offer where the lane takes none', async () => {
    const w = await world()
    await toTenders(w)
    expect(await w.do({ type: 'tender:choose', tender: 'cash' })).toEqual({ kind: 'refused', code: 'notNow' })
  })
})

describe('a partly paid sale that is left', () => {
  it('ends only when the hub has confirmed that every part is taken back', async () => {
    const w = await world(manyTenders)
    await toTenders(w)
    await payCoupon(w, 300)
    w.hub.holdsMinor = 400
    await w.scan(walletCode)
    w.hub.fates = ['lost', 'fine', 'unreachable']
    await w.do({ type: 'checkout:cancel' })
    expect(w.view().screen).toMatchObject({ kind: 'voiding', phase: 'voiding' })
    expect(of(w, 'sale.cancelled')).toEqual([])
    await w.clock.advance(20_000)
    expect(w.screen()).toBe('attract')
    expect(w.hub.voided).toHaveLength(2)
    const order = journalOf(w.store).map((event) => ('outcome' in event ? event.outcome : event.type))
    expect(order.slice(-5)).toEqual([
      'payment.voiding',
      'payment.voiding',
      'cancelled',
      'cancelled',
      'sale.cancelled',
    ])
  })

  it('waits for staff to hand the cash back, after the other parts', async () => {
    const w = await world(manyTenders)
    await toTenders(w)
    await payCoupon(w, 300)
    await payCash(w, 500)
    await w.do({ type: 'checkout:cancel' })
    await w.clock.advance(5_000)
    expect(w.view()).toMatchObject({
      screen: { kind: 'voiding', phase: 'cash', cashMinor: 500 },
      intervention: { kind: 'cashReturn' },
    })
    await w.powerCut()
    expect(w.view()).toMatchObject({
      screen: { kind: 'voiding', phase: 'cash', cashMinor: 500 },
      intervention: { kind: 'cashReturn' },
    })
    await w.staff('approved')
    expect(w.screen()).toBe('cancelled')
    expect(of(w, 'payment.resolved').at(-1)).toMatchObject({ outcome: 'cancelled', staffId: 'staff-1' })
    expect(of(w, 'sale.cancelled')).toMatchObject([{ reason: 'restart' }])
  })

  it('goes on taking back after a power cut, and calls staff when the hub stays away', async () => {
    const w = await world(manyTenders)
    await toTenders(w)
    await payCoupon(w, 300)
    w.hub.down = true
    await w.do({ type: 'checkout:cancel' })
    await w.powerCut()
    expect(w.view().screen).toMatchObject({ kind: 'voiding', phase: 'voiding' })
    await w.clock.advance(40_000)
    expect(w.view()).toMatchObject({
      screen: { kind: 'voiding', phase: 'attendant' },
      intervention: { kind: 'unknownOutcome' },
    })
    await w.staff('approved')
    expect(w.screen()).toBe('cancelled')
    await w.powerCut()
    expect(w.screen()).toBe('attract')
    w.hub.down = false
    void w.payments.followUp()
    await w.clock.advance(10_000)
    expect(w.hub.voided).toHaveLength(1)
    expect(w.store.attemptsInState(['voiding', 'approved'])).toEqual([])
  })
})

async function toAttendant(w: World): Promise<void> {
  await toTenders(w)
  w.hub.fates = ['lost']
  await w.scan(walletCode)
  w.hub.down = true
  await w.clock.advance(40_000)
  expect(w.view()).toMatchObject({ screen: { kind: 'unknown', phase: 'attendant' } })
}

describe('a payment nobody knows the outcome of', () => {
  it('is a member of staff’s case when the goods went, and is found out without being taken back', async () => {
    const w = await world(manyTenders)
    await toAttendant(w)
    await w.staff('approved')
    expect(w.screen()).toBe('done')
    expect(of(w, 'payment.released')).toMatchObject([{ amountMinor: 1_200, staffId: 'staff-1' }])
    expect(of(w, 'sale.completed')[0]?.payments).toMatchObject([{ releasedBy: 'staff-1' }])
    await w.powerCut()
    w.hub.down = false
    await w.payments.followUp()
    expect(of(w, 'payment.resolved')).toMatchObject([{ outcome: 'approved' }])
    expect(w.hub.voided).toEqual([])
  })

  it('is taken back when cash, or another amount, was paid instead: the hub could not give that back', async () => {
    for (const again of ['cash', 'parts'] as const) {
      const w = await world(manyTenders)
      await toAttendant(w)
      const [first] = w.hub.requests
      await w.staff('helped')
      if (again === 'parts') {
        w.hub.down = false
        await payCoupon(w, 700)
        expect(w.store.attempt(w.hub.requests.at(-1)?.attemptKey ?? '')).toMatchObject({
          linkedTo: first?.attemptKey,
        })
      }
      await payCash(w, 1_200)
      expect(w.screen()).toBe('done')
      const links = of(w, 'payment.attempted').filter(({ linkedTo }) => linkedTo !== undefined)
      expect(links).toHaveLength(1)
      w.hub.down = false
      await w.payments.followUp()
      expect(w.hub.voided).toEqual([first?.attemptKey])
    }
  })

  it('stays when the shopper paid the same again by phone: the second names it, and the hub gives that one back', async () => {
    const w = await world(manyTenders)
    await toAttendant(w)
    const [first] = w.hub.requests
    await w.staff('helped')
    w.hub.down = false
    await w.scan(wechatCode)
    expect(w.screen()).toBe('done')
    expect(of(w, 'payment.attempted').at(-1)).toMatchObject({ linkedTo: first?.attemptKey })
    w.hub.down = false
    await w.payments.followUp()
    // The hub gives one of the two back itself: the lane must not take the other one as well.
    expect(w.hub.voided).toEqual([])
    expect(w.store.attempt(first?.attemptKey ?? '')).toMatchObject({ state: 'approved' })
  })

  it('is taken back when the shopper leaves after all', async () => {
    const w = await world(manyTenders)
    await toAttendant(w)
    await w.staff('helped')
    await w.do({ type: 'checkout:cancel' })
    expect(w.screen()).toBe('cancelled')
    w.hub.down = false
    await w.payments.followUp()
    expect(w.hub.voided).toHaveLength(1)
  })
})
