import { describe, expect, it } from 'vitest'
import type { LaneEventOf } from '../../../src-main/contract/events.ts'
import type { ReturnableSale, ReturnedLine, ReturnOrder } from '../../../src-main/contract/returns.ts'
import { planReturn, refundsOf } from '../../../src-main/domain/returns/plan.ts'
import { verifyLedger } from '../../../src-hub/providers/wallet/verify.ts'
import { back, pieces, rates } from '../../unit/returns/sales.ts'
import { taxTotals } from '../../../src-main/domain/tax/tax.ts'
import {
  attempted,
  balanceOf,
  faceOrder,
  joinedLane,
  newAccount,
  newKey,
  saleCompleted,
  TestJournal,
  type TestLane,
  useHubs,
} from '../hub/harness.ts'

const hubs = useHubs()
const lines = [pieces(1, 3, 900), pieces(2, 1, 300)]

interface Sold {
  readonly saleId: string
  readonly receiptToken: string
  readonly journal: TestJournal
}

function soldEvent(
  saleId: string,
  receiptToken: string,
  payments: LaneEventOf<'sale.completed'>['payments'],
): LaneEventOf<'sale.completed'> {
  const event = saleCompleted(saleId, { receiptToken, totalMinor: 1200 })
  return { ...event, lines, taxes: taxTotals(lines, rates), payments }
}

/** Paid by face and 300 in cash; the journal has arrived. */
async function soldAt(lane: TestLane, account: string): Promise<Sold> {
  const order = faceOrder(account, 900)
  await lane.call('authorise', order)
  const receiptToken = newKey()
  const journal = new TestJournal(lane)
  journal.genesis()
  journal.add(
    soldEvent(order.saleId, receiptToken, [
      { attemptKey: order.attemptKey, tender: 'face', mode: 'online', amountMinor: 900 },
      { attemptKey: newKey(), tender: 'cash', mode: 'local', amountMinor: 300 },
    ]),
    { kind: 'sale', id: order.saleId },
  )
  await lane.call('append', { entries: journal.entries })
  return { saleId: order.saleId, receiptToken, journal }
}

async function found(lane: TestLane, request: object): Promise<ReturnableSale> {
  const { json } = await lane.call('findSale', request)
  if (json.kind !== 'found') throw new Error(JSON.stringify(json))
  return json.sale as ReturnableSale
}

function ordered(sale: ReturnableSale, wanted: readonly ReturnedLine[], returnKey = newKey()): ReturnOrder {
  const plan = planReturn(sale, wanted)
  if (!plan.ok) throw new Error(plan.error)
  return {
    returnKey,
    saleId: sale.saleId,
    reason: 'faulty',
    staffId: 'li',
    lines: [...wanted],
    refunds: refundsOf(plan.value, newKey),
  }
}

describe('returns at the hub', () => {
  it('find a sale by its receipt, by its number, and say what may still come back', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { saleId, receiptToken } = await soldAt(lane, await newAccount(hub))
    const sale = await found(lane, { by: 'receiptToken', receiptToken })
    expect(sale).toMatchObject({ saleId, totalMinor: 1200, returned: [], returnedMinor: 0 })
    expect(sale.payments.map(({ state }) => state)).toEqual(['paid', 'paid'])
    expect((await found(lane, { by: 'saleNumber', saleNumber: saleId.slice(0, 8) })).saleId).toBe(saleId)
    const unknown = await lane.call('findSale', { by: 'receiptToken', receiptToken: newKey() })
    expect(unknown.json).toEqual({ kind: 'refused', code: 'saleUnknown' })
  })

  it('give the money back once, however often and from however many calls the order comes', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5000)
    const { receiptToken } = await soldAt(lane, account)
    const order = ordered(await found(lane, { by: 'receiptToken', receiptToken }), [back(1, 2)])

    const replies = await Promise.all(Array.from({ length: 8 }, () => lane.call('orderReturn', order)))

    for (const { status, json } of replies) {
      expect(status).toBe(200)
      expect(json).toMatchObject({ kind: 'accepted', refunds: [{ state: 'local' }, { state: 'done' }] })
    }
    expect(await balanceOf(hub, account)).toBe(5000 - 900 + 300)
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('let two lanes that take the same goods back at once win only once', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const other = await joinedLane(hub, 'lane-2')
    const account = await newAccount(hub, 5000)
    const { receiptToken } = await soldAt(lane, account)
    const sale = await found(other, { by: 'receiptToken', receiptToken })
    const replies = await Promise.all(
      [lane, other].map((at) => at.call('orderReturn', ordered(sale, [back(1, 3), back(2, 1)]))),
    )
    expect(replies.map(({ json }) => json.kind).toSorted()).toEqual(['accepted', 'refused'])
    expect(await balanceOf(hub, account)).toBe(5000)
    expect(await found(lane, { by: 'receiptToken', receiptToken })).toMatchObject({ returnedMinor: 1200 })
  })

  it('refuse a plan that is not theirs, an order under a used key, and more than was sold', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5000)
    const { receiptToken } = await soldAt(lane, account)
    const sale = await found(lane, { by: 'receiptToken', receiptToken })
    const order = ordered(sale, [back(1, 3)])
    const greedy = { ...order, refunds: order.refunds.map((refund) => ({ ...refund, amountMinor: 900 })) }
    expect((await lane.call('orderReturn', greedy)).json).toEqual({ kind: 'refused', code: 'returnChanged' })
    expect((await lane.call('orderReturn', order)).json.kind).toBe('accepted')
    const reused = { ...ordered(sale, [back(2, 1)]), returnKey: order.returnKey }
    expect(await lane.call('orderReturn', reused)).toMatchObject({ status: 409 })
    expect((await lane.call('orderReturn', ordered(sale, [back(1, 1)]))).json).toEqual({
      kind: 'refused',
      code: 'tooMuchReturned',
    })
    expect(await balanceOf(hub, account)).toBe(5000 - 900 + 600)
  })

  it('make a deferred payment smaller that is not charged yet, and charge only what is left', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const account = await newAccount(hub, 5000)
    const journal = new TestJournal(lane)
    journal.genesis()
    const intent = { ...attempted(account, 1200, 'deferred') }
    const { saleId, attemptKey } = intent
    const aggregate = { kind: 'sale', id: saleId } as const
    journal.add(intent, aggregate)
    const payments = [{ attemptKey, tender: 'face', mode: 'deferred', amountMinor: 1200 }] as const
    journal.add(soldEvent(saleId, newKey(), [...payments]), aggregate)
    const returnKey = newKey()
    const refundKey = newKey()
    const [line] = lines
    if (!line) throw new Error('two lines')
    journal.add(
      {
        type: 'payment.reduced',
        attemptKey,
        saleId,
        returnKey,
        reductionKey: refundKey,
        amountMinor: 600,
        currency: 'CNY',
      },
      aggregate,
    )
    const creditToken = newKey()
    const returned: LaneEventOf<'sale.returned'> = {
      type: 'sale.returned',
      returnKey,
      saleId,
      reason: 'faulty',
      staffId: 'li',
      decidedBy: 'lane',
      currency: 'CNY',
      amountMinor: 600,
      lines: [{ ...line, quantity: { kind: 'each', count: 2 }, totalMinor: 600 }],
      taxes: [],
      refunds: [{ refundKey, attemptKey, tender: 'face', mode: 'deferred', amountMinor: 600 }],
      receipt: {
        ...saleCompleted(returnKey, { receiptToken: creditToken, totalMinor: -600 }).receipt,
        blocks: [{ kind: 'title', text: 'CREDIT NOTE' }],
      },
    }
    journal.add(returned, aggregate)
    await lane.call('append', { entries: journal.entries })
    await hub.settle()

    expect(await balanceOf(hub, account)).toBe(5000 - 600)
    expect(await found(lane, { by: 'saleId', saleId })).toMatchObject({
      returnedMinor: 600,
      payments: [{ paidMinor: 1200, refundedMinor: 600 }],
    })
    const rest = ordered(await found(lane, { by: 'saleId', saleId }), [back(1, 1), back(2, 1)])
    expect((await lane.call('orderReturn', rest)).json).toMatchObject({ refunds: [{ state: 'done' }] })
    expect(await balanceOf(hub, account)).toBe(5000)
    const page = await (await fetch(`${hub.url}/r/${creditToken}`)).text()
    expect(page).toContain('CREDIT NOTE')
    expect(await verifyLedger(hub.database)).toEqual({ balanced: true, problems: [] })
  })

  it('show the credit note on the sale’s own receipt page, and park one that fits no sale', async () => {
    const hub = await hubs.start()
    const lane = await joinedLane(hub)
    const { saleId, receiptToken, journal } = await soldAt(lane, await newAccount(hub, 5000))
    const order = ordered(await found(lane, { by: 'receiptToken', receiptToken }), [back(2, 1)])
    await lane.call('orderReturn', order)
    const [, second] = lines
    if (!second) throw new Error('two lines')
    const note: LaneEventOf<'sale.returned'> = {
      type: 'sale.returned',
      returnKey: order.returnKey,
      saleId,
      reason: 'faulty',
      staffId: 'li',
      decidedBy: 'hub',
      currency: 'CNY',
      amountMinor: 300,
      lines: [second],
      taxes: [],
      refunds: order.refunds,
      receipt: {
        ...saleCompleted(order.returnKey).receipt,
        blocks: [{ kind: 'title', text: 'CREDIT NOTE 7' }],
      },
    }
    journal.add(note, { kind: 'sale', id: saleId })
    const twice = { ...note, returnKey: newKey(), receipt: { ...note.receipt, receiptToken: newKey() } }
    journal.add(twice, { kind: 'sale', id: saleId })
    await lane.call('append', { entries: journal.entries })
    expect(await (await fetch(`${hub.url}/r/${receiptToken}`)).text()).toContain('CREDIT NOTE 7')
    const { json } = await hub.operator('GET', '/operator/v1/lanes')
    expect(json.lanes).toMatchObject([{ parked: 1 }])
  })
})
