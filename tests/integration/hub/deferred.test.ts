import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { LaneEvent } from '../../../src-main/contract/events.ts'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import {
  attempted,
  balanceOf,
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  saleCompleted,
  TestJournal,
  type TestHub,
  type TestLane,
  useHubs,
} from './harness.ts'
import { cancelled, outcomeOf, useShops } from './wallets.ts'

const hubs = useHubs()
const openShop = useShops(hubs)

async function beginJournal(lane: TestLane): Promise<TestJournal> {
  const journal = new TestJournal(lane)
  journal.genesis()
  await lane.call('append', { entries: journal.entries })
  return journal
}

/** Appends events of one sale and sends them. */
async function send(journal: TestJournal, saleId: string, ...events: LaneEvent[]): Promise<void> {
  const from = journal.entries.length
  for (const event of events) journal.add(event, { kind: 'sale', id: saleId })
  const reply = await journal.lane.call('append', { entries: journal.entries.slice(from) })
  expect(reply).toMatchObject({ status: 200, json: { parked: 0 } })
}

async function stateOf(hub: TestHub, attemptKey: string): Promise<string | undefined> {
  const rows = await hub.database.query<{ state: string }>(
    'SELECT state FROM deferred_payment WHERE attempt_key = $1',
    [attemptKey],
  )
  return rows[0]?.state
}

interface FeedItem {
  readonly kind: string
  readonly [field: string]: unknown
}

/** Everything the hub has to tell this lane now. */
async function feedOf(lane: TestLane, kind: string): Promise<FeedItem[]> {
  const hubEpoch = lane.session?.hubEpoch ?? ''
  const { json } = await lane.call('feed', { hubEpoch, cursor: null, waitMs: 0 })
  return json.items.map(({ item }: { item: FeedItem }) => item).filter((item: FeedItem) => item.kind === kind)
}

const gauges = async (hub: TestHub) => (await hub.operator('GET', '/operator/v1/payments/gauges')).json

describe('a payment accepted offline', () => {
  it('that its wallet refuses is closed there first: a copy of the order that comes late is not charged', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(shop.hub)
    await shop.agreement(account)
    await shop.script({
      match: { operation: 'pay' },
      do: [{ kind: 'decline', code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' }],
      times: 1,
    })
    const intent = attempted(account, 700, 'deferred')
    await send(journal, intent.saleId, intent)
    await shop.hub.settle()
    expect(await stateOf(shop.hub, intent.attemptKey)).toBe('DECLINED')
    expect(readFileSync(shop.simulator.logFile, 'utf8')).toContain('"kind":"close"')
    expect(await shop.books(intent.attemptKey)).toMatchObject({ charges: 0 })
  })

  it('is charged after its entry is committed, under a debit agreement too, and its lane is told', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(shop.hub)
    await shop.agreement(account)
    const intent = attempted(account, 700, 'deferred')
    await send(journal, intent.saleId, intent)
    await shop.hub.settle()
    expect(await stateOf(shop.hub, intent.attemptKey)).toBe('PROCESSED')
    expect(await shop.books(intent.attemptKey)).toEqual({ charges: 1, chargedMinor: 700, backMinor: 0 })
    expect(await feedOf(lane, 'deferredOutcome')).toMatchObject([
      { attemptKey: intent.attemptKey, state: 'PROCESSED' },
    ])
    expect(await gauges(shop.hub)).toMatchObject({
      UPLOADED: { count: 0 },
      PROCESSED: { count: 1, sumMinor: { CNY: 700 } },
      lastSuccessAtMs: expect.any(Number),
      nextExpiryAtMs: null,
    })
  })

  it('never holds up the journal, however slow its wallet is', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(shop.hub)
    await shop.agreement(account)
    await shop.script({
      match: { operation: 'query' },
      do: [{ kind: 'delay', ms: 2_000, where: 'reply' }],
      times: 0,
    })
    const slow = Array.from({ length: 12 }, () => attempted(account, 100, 'deferred'))
    for (const intent of slow) await send(journal, intent.saleId, intent)
    const waiting = shop.hub.settle().then(() => 'charged')
    const other = await joinedLane(shop.hub, 'lane-2')
    const written = beginJournal(other).then(() => 'written')
    expect(await Promise.race([waiting, written])).toBe('written')
    await waiting
    await shop.hub.settle()
    for (const { attemptKey } of slow) expect((await shop.books(attemptKey)).charges).toBe(1)
  })

  it('is tried again while its wallet is down, and expires by the hub’s clock with nothing charged', async () => {
    const shop = await openShop({ payments: { policy: { deferredExpiryMs: 3_600_000 } } })
    const lane = await joinedLane(shop.hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(shop.hub)
    await shop.agreement(account)
    await shop.script({ match: {}, do: [{ kind: 'down', ms: 50 * 60_000 }], times: 1 })
    const intent = attempted(account, 700, 'deferred')
    await send(journal, intent.saleId, intent)
    await shop.hub.settle()
    await shop.pass(10 * 60_000)
    expect(await stateOf(shop.hub, intent.attemptKey)).toBe('UPLOADED')
    expect(await gauges(shop.hub)).toMatchObject({ UPLOADED: { count: 1, sumMinor: { CNY: 700 } } })
    await shop.clearScript()
    await shop.script({ match: { operation: 'pay' }, do: [{ kind: 'systemError' }], times: 0 })
    await shop.pass(49 * 60_000)
    await shop.pass(3 * 60_000)
    for (let step = 0; step < 3; step++) await shop.pass(60_000)
    expect(await stateOf(shop.hub, intent.attemptKey)).toBe('EXPIRED')
    expect(await feedOf(lane, 'deferredOutcome')).toMatchObject([
      { attemptKey: intent.attemptKey, state: 'EXPIRED', recoveryKey: expect.any(String) },
    ])
    await shop.clearScript()
    await shop.pass(3_600_000)
    const books = await shop.books(intent.attemptKey)
    expect(books.chargedMinor).toBe(books.backMinor)
    expect(await verifyLedger(shop.hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('is charged as the next try when the hub had closed its key by itself, and its lane could not hear of it', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(shop.hub)
    await shop.agreement(account)
    await shop.script({
      match: { operation: 'pay' },
      do: [{ kind: 'waitBuyer', ms: 0, then: 'never' }],
      times: 1,
    })
    const order = faceOrder(account, 700)
    await lane.call('authorise', order)
    for (let second = 0; second < 70; second += 10) await shop.pass(10_000)
    expect(await outcomeOf(lane, order.attemptKey)).toEqual({ kind: 'cancelled' })
    const { attemptKey, saleId, instrument } = order
    const intent = { ...attempted(account, 700, 'online', attemptKey), saleId, instrument }
    const turned: LaneEvent = { type: 'payment.resolved', attemptKey, saleId, outcome: 'deferred' }
    await send(journal, saleId, intent, turned)
    await shop.hub.settle()
    expect(await stateOf(shop.hub, attemptKey)).toBe('PROCESSED')
    expect(await shop.books(`${attemptKey}-2`)).toEqual({ charges: 1, chargedMinor: 700, backMinor: 0 })
    expect((await shop.books(attemptKey)).charges).toBe(1)
  })

  it('stays uncharged when its lane had asked for the cancel that the hub made by itself', async () => {
    const shop = await openShop()
    const lane = await joinedLane(shop.hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(shop.hub)
    await shop.agreement(account)
    await shop.script({
      match: { operation: 'pay' },
      do: [{ kind: 'waitBuyer', ms: 0, then: 'never' }],
      times: 1,
    })
    const order = faceOrder(account, 700)
    await lane.call('authorise', order)
    for (let second = 0; second < 70; second += 10) await shop.pass(10_000)
    expect(await cancelled(lane, order.attemptKey)).toEqual({ kind: 'cancelled' })
    const { attemptKey, saleId, instrument } = order
    await send(journal, saleId, { ...attempted(account, 700, 'deferred', attemptKey), saleId, instrument })
    await shop.hub.settle()
    expect(await stateOf(shop.hub, attemptKey)).toBe('REVERSED')
    expect((await shop.books(attemptKey)).charges).toBe(0)
  })

  it('is never charged under a cancelled key, and says that it was reversed', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(hub, 1000)
    const intent = attempted(account, 700, 'deferred')
    expect(await cancelled(lane, intent.attemptKey)).toEqual({ kind: 'cancelled' })
    await send(journal, intent.saleId, intent)
    await hub.settle()
    expect(await stateOf(hub, intent.attemptKey)).toBe('REVERSED')
    expect(await balanceOf(hub, account)).toBe(1000)
    expect(await feedOf(lane, 'deferredOutcome')).toMatchObject([{ state: 'REVERSED' }])
  })

  it('is reversed when its sale is cancelled, before or after it was charged', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(hub, 1000)
    const intent = attempted(account, 700, 'deferred')
    const { saleId } = intent
    const end: LaneEvent = {
      type: 'sale.cancelled',
      saleId,
      currency: 'CNY',
      totalMinor: 700,
      lines: [],
      reason: 'restart',
    }
    await send(journal, saleId, intent, end)
    await hub.settle()
    expect(await stateOf(hub, intent.attemptKey)).toBe('REVERSED')
    const charged = attempted(account, 300, 'deferred')
    await send(journal, charged.saleId, charged)
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(700)
    await send(journal, charged.saleId, { ...end, saleId: charged.saleId, totalMinor: 300 })
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(1000)
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('is charged less by what came back before, and gives back what comes after; 0 left is reversed', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(hub, 5000)
    const intent = attempted(account, 700, 'deferred')
    const { attemptKey, saleId } = intent
    const reduced = (amountMinor: number, of = { attemptKey, saleId }): LaneEvent => ({
      type: 'payment.reduced',
      ...of,
      returnKey: newKey(),
      reductionKey: newKey(),
      amountMinor,
      currency: 'CNY',
    })
    await send(journal, saleId, intent, reduced(200))
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4500)
    expect(await feedOf(lane, 'deferredOutcome')).toMatchObject([{ state: 'PROCESSED', approvedMinor: 500 }])
    await send(journal, saleId, reduced(100))
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(4600)
    const whole = attempted(account, 300, 'deferred')
    await send(
      journal,
      whole.saleId,
      whole,
      reduced(300, { attemptKey: whole.attemptKey, saleId: whole.saleId }),
    )
    await hub.settle()
    expect(await stateOf(hub, whole.attemptKey)).toBe('REVERSED')
    expect(await balanceOf(hub, account)).toBe(4600)
    expect((await hub.operator('GET', '/operator/v1/payments/cases')).json.cases).toEqual([])
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })
})

describe('a second payment taken while the first one was unknown', () => {
  async function linkedPair(hub: TestHub, lane: TestLane) {
    const first = faceOrder(await newAccount(hub, 1000), 400)
    const other = await newAccount(hub, 1000)
    const second = { ...faceOrder(other, 400), saleId: first.saleId, linkedTo: first.attemptKey }
    expect((await lane.call('authorise', second)).json.outcome.kind).toBe('approved')
    await hub.settle()
    expect(await outcomeOf(lane, second.attemptKey)).toMatchObject({ kind: 'approved' })
    return { first, second }
  }

  it('goes back, once, when the first turns out approved; and then the first cannot be taken back', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { first, second } = await linkedPair(hub, lane)
    await lane.call('authorise', first)
    hub.advance(10_000)
    await hub.settle()
    expect(await outcomeOf(lane, second.attemptKey)).toEqual({ kind: 'cancelled' })
    expect(await cancelled(lane, first.attemptKey)).toMatchObject({ kind: 'approved' })
    hub.advance(60_000)
    await hub.settle()
    const ledger = async () => (await hub.operator('GET', '/operator/v1/ledger')).json
    expect(await ledger()).toMatchObject({ chargedMinor: { CNY: 400 }, balanced: true })
    // Unless the whole sale ends without goods: then nothing of it stays charged.
    const journal = await beginJournal(lane)
    await send(journal, first.saleId, {
      type: 'sale.cancelled',
      saleId: first.saleId,
      currency: 'CNY',
      totalMinor: 400,
      lines: [],
      reason: 'staff',
    })
    await hub.settle()
    expect(await ledger()).toMatchObject({ chargedMinor: {}, balanced: true })
  })

  it('is kept when the first one is taken back', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { first, second } = await linkedPair(hub, lane)
    await cancelled(lane, first.attemptKey)
    hub.advance(10_000)
    await hub.settle()
    expect(await outcomeOf(lane, second.attemptKey)).toMatchObject({ kind: 'approved' })
    expect((await lane.call('authorise', first)).json.outcome).toMatchObject({ reason: 'attemptCancelled' })
  })

  it('of another amount, or in several parts, stays, and the first one goes back', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const payer = await newAccount(hub, 1000)
    const other = await newAccount(hub, 1000)
    const first = faceOrder(payer, 200)
    const parts = [300, 500].map((amountMinor) => ({
      ...faceOrder(other, amountMinor),
      saleId: first.saleId,
      linkedTo: first.attemptKey,
    }))
    for (const part of parts) await lane.call('authorise', part)
    await lane.call('authorise', first)
    for (let look = 0; look < 3; look++) {
      hub.advance(10_000)
      await hub.settle()
    }
    expect(await outcomeOf(lane, first.attemptKey)).toEqual({ kind: 'cancelled' })
    for (const { attemptKey } of parts)
      expect(await outcomeOf(lane, attemptKey)).toMatchObject({ kind: 'approved' })
    expect((await hub.operator('GET', '/operator/v1/ledger')).json.chargedMinor).toEqual({ CNY: 800 })
  })

  it('in cash stays, and the first one goes back', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = await beginJournal(lane)
    const first = faceOrder(await newAccount(hub, 1000), 400)
    await lane.call('authorise', first)
    const second: LaneEvent = {
      type: 'payment.attempted',
      attemptKey: newKey(),
      saleId: first.saleId,
      amountMinor: 400,
      currency: 'CNY',
      instrument: { kind: 'cash', tenderedMinor: 400, changeMinor: 0, roundingMinor: 0 },
      mode: 'local',
      bench: false,
      linkedTo: first.attemptKey,
    }
    await send(journal, first.saleId, second)
    await hub.settle()
    expect(await outcomeOf(lane, first.attemptKey)).toMatchObject({ kind: 'approved' })
    await send(journal, first.saleId, {
      type: 'payment.resolved',
      attemptKey: second.attemptKey,
      saleId: first.saleId,
      outcome: 'approved',
    })
    hub.advance(10_000)
    await hub.settle()
    expect(await outcomeOf(lane, first.attemptKey)).toEqual({ kind: 'cancelled' })
  })
})

describe('an approved payment', () => {
  it('of a cancelled sale goes back although its lane never asked for it', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = await beginJournal(lane)
    const account = await newAccount(hub, 1000)
    const order = faceOrder(account, 400)
    await lane.call('authorise', order)
    await send(journal, order.saleId, {
      type: 'sale.cancelled',
      saleId: order.saleId,
      currency: 'CNY',
      totalMinor: 400,
      lines: [],
      reason: 'restart',
    })
    await hub.settle()
    expect(await balanceOf(hub, account)).toBe(1000)
    expect(await outcomeOf(lane, order.attemptKey)).toEqual({ kind: 'cancelled' })
  })

  it('whose sale does not come becomes a case after a day, and the sale closes it', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const journal = await beginJournal(lane)
    const order = faceOrder(await newAccount(hub, 1000), 400)
    await lane.call('authorise', order)
    hub.advance(25 * 3_600_000)
    await hub.settle()
    const cases = async () => (await hub.operator('GET', '/operator/v1/payments/cases')).json.cases
    expect(await cases()).toMatchObject([{ kind: 'saleMissing', attemptKey: order.attemptKey }])
    await send(journal, order.saleId, saleCompleted(order.saleId))
    expect(await cases()).toEqual([])
  })
})
