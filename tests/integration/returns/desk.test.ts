import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { laneEventSchema } from '../../../src-main/contract/events.ts'
import { ok } from '../../../src-main/contract/result.ts'
import type { FindSaleResponse } from '../../../src-main/contract/returns.ts'
import { createHandClock } from '../lane/support/hand-clock.ts'
import { journalOf } from '../lane/support/stores.ts'
import { back, key, part, pieces, sale, total } from '../../unit/returns/sales.ts'
import { counter, type Counter, type OrderFate, ReturnsHub, sellHere } from './support.ts'

const sold = sale([pieces(1, 3, 900)], [part('1', 600), part('2', 300, 'cash')])

function atHub(fates: OrderFate[] = []): Counter {
  const hub = new ReturnsHub(createHandClock())
  hub.sales.set(sold.saleId, sold)
  hub.orderFates = fates
  return counter(hub)
}

async function takeBack({ desk }: Counter, pieceCount: number, saleId = sold.saleId) {
  const found = await desk.find({ by: 'saleId', saleId })
  if (!found.ok) return { kind: 'refused', code: found.error } as const
  return desk.order({ found: found.value, lines: [back(1, pieceCount)], reason: 'faulty', staffId: 'li' })
}

/** What was journalled after the sale. */
const factsOf = ({ store }: Counter) =>
  journalOf(store).filter(({ type }) => type !== 'journal.genesis' && type !== 'sale.completed')
const typesOf = (c: Counter) => factsOf(c).map(({ type }) => type)

describe('a return', () => {
  it('is journalled with a key for each part of its money before the hub is asked', async () => {
    const c = atHub(['cut'])
    expect(await takeBack(c, 2)).toMatchObject({ kind: 'unknown' })
    expect(factsOf(c)).toMatchObject([
      { type: 'refund.attempted', tender: 'cash', amountMinor: 300 },
      { type: 'refund.attempted', tender: 'walletCode', amountMinor: 300 },
    ])
    expect(c.hub.orders.size).toBe(0)
  })

  it('once decided is kept with its credit note, and every part of its money has its end', async () => {
    const c = atHub()
    expect(await takeBack(c, 2)).toMatchObject({ kind: 'accepted', record: { state: 'settled' } })
    expect(typesOf(c)).toEqual([
      'refund.attempted',
      'refund.attempted',
      'sale.returned',
      'refund.resolved',
      'refund.resolved',
    ])
    const [returned] = journalOf(c.store).filter((event) => event.type === 'sale.returned')
    expect(returned).toMatchObject({ amountMinor: 600, decidedBy: 'hub', staffId: 'li', reason: 'faulty' })
    expect(laneEventSchema.safeParse(returned).success).toBe(true)
    expect(c.papers).toMatchObject([{ document: { totalMinor: -600 } }])
  })

  it('is done once when the answer is lost and it is asked for again, also after a restart', async () => {
    const c = atHub(['lost'])
    expect(await takeBack(c, 1)).toMatchObject({ kind: 'unknown' })
    const next = c.restart()
    await next.desk.followUp()
    expect(next.store.openReturns()).toEqual([])
    expect(next.hub.orders.size).toBe(1)
    expect(typesOf(next).filter((type) => type === 'sale.returned')).toHaveLength(1)
    expect(next.papers).toHaveLength(1)
  })

  it('goes on being asked for while nobody answers, and is never forgotten', async () => {
    const c = atHub(['cut', 'cut'])
    await takeBack(c, 1)
    await c.desk.followUp()
    expect(c.store.openReturns()).toMatchObject([{ state: 'ordered' }])
    c.hub.down = true
    await c.desk.followUp()
    expect(c.store.openReturns()).toMatchObject([{ state: 'ordered' }])
    c.hub.down = false
    await c.desk.followUp()
    expect(c.store.openReturns()).toEqual([])
    expect(typesOf(c)).toContain('sale.returned')
  })

  it('is given up at once when it surely never left', async () => {
    const c = atHub(['unreachable'])
    expect(await takeBack(c, 1)).toEqual({ kind: 'refused', code: 'hubNeeded' })
    expect(c.store.openReturns()).toEqual([])
    expect(journalOf(c.store).at(-1)).toMatchObject({ type: 'refund.resolved', outcome: 'refused' })
  })

  it('is not settled by an answer about another one', async () => {
    const c = atHub(['foreign'])
    expect(await takeBack(c, 1)).toMatchObject({ kind: 'unknown' })
    await c.desk.followUp()
    expect(c.store.openReturns()).toEqual([])
  })

  it('that another lane was faster with is refused, and nothing is paid back', async () => {
    const c = atHub()
    const found = await c.desk.find({ by: 'saleId', saleId: sold.saleId })
    if (!found.ok) throw new Error(found.error)
    await takeBack(c, 3)
    const late = { found: found.value, lines: [back(1, 3)], reason: 'faulty', staffId: 'li' } as const
    expect(await c.desk.order(late)).toEqual({ kind: 'refused', code: 'tooMuchReturned' })
    expect(c.hub.paidBack).toHaveLength(1)
  })

  it('whose money the provider has not confirmed stays open until it has, or has refused', async () => {
    const c = atHub()
    c.hub.slow = true
    expect(await takeBack(c, 2)).toMatchObject({ kind: 'accepted', record: { state: 'accepted' } })
    await c.desk.followUp()
    expect(c.store.openReturns()).toHaveLength(1)
    c.hub.slow = false
    c.hub.refuses = true
    await c.desk.followUp()
    expect(c.store.openReturns()).toEqual([])
    expect(journalOf(c.store).at(-1)).toMatchObject({ outcome: 'refused', nativeCode: 'CLOSED' })
    expect(typesOf(c).filter((type) => type === 'sale.returned')).toHaveLength(1)
  })

  it('rounds only what is handed back in cash', async () => {
    const hub = new ReturnsHub(createHandClock())
    const coins = sale([pieces(1, 3, 901)], [part('1', 500), part('2', 401, 'cash')])
    hub.sales.set(coins.saleId, coins)
    const c = counter(hub, undefined, 5)
    await takeBack(c, 3)
    const [returned] = journalOf(c.store).filter((event) => event.type === 'sale.returned')
    expect(returned?.refunds).toMatchObject([
      { tender: 'cash', amountMinor: 401, roundingMinor: -1 },
      { tender: 'walletCode', amountMinor: 500 },
    ])
    expect(returned?.refunds[1]).not.toHaveProperty('roundingMinor')
  })

  it('piece by piece hands out what the cash payment brought in, however each of them is rounded', async () => {
    const hub = new ReturnsHub(createHandClock())
    const coins = sale([pieces(1, 2, 206)], [part('1', 206, 'cash')])
    hub.sales.set(coins.saleId, coins)
    const c = counter(hub, undefined, 5)
    await takeBack(c, 1)
    await takeBack(c, 1)
    const handed = journalOf(c.store).flatMap((event) =>
      event.type === 'sale.returned'
        ? event.refunds.map(({ amountMinor, roundingMinor = 0 }) => amountMinor + roundingMinor)
        : [],
    )
    expect(handed).toEqual([105, 100])
  })

  it('that ends while an older one is asked about is not begun again', async () => {
    const c = atHub(['cut'])
    await takeBack(c, 1)
    await c.clock.advance(1_000)
    const [answersSecond, answersFirst] = [
      Promise.withResolvers<undefined>(),
      Promise.withResolvers<undefined>(),
    ]
    const waits = [answersSecond.promise, answersFirst.promise]
    c.hub.beforeOrder = () => waits.shift() ?? Promise.resolve()
    const second = takeBack(c, 1)
    await c.clock.settle()
    const following = c.desk.followUp()
    answersSecond.resolve(undefined)
    expect(await second).toMatchObject({ kind: 'accepted', record: { state: 'settled' } })
    answersFirst.resolve(undefined)
    await following
    const returned = journalOf(c.store).flatMap((event) =>
      event.type === 'sale.returned' ? [event.returnKey] : [],
    )
    expect(returned.filter((key) => c.hub.orders.has(key))).toHaveLength(c.hub.orders.size)
  })

  it('writes nothing and asks nobody when the disk is full', async () => {
    const c = atHub()
    c.store.full = true
    await expect(takeBack(c, 1)).rejects.toMatchObject({ code: 'store.diskFull' })
    expect(c.hub.orders.size).toBe(0)
  })
})

describe('a sale of this lane that the hub has not seen', () => {
  const offline = sale(
    [pieces(1, 3, 900)],
    [
      { ...part('1', 600, 'face'), mode: 'deferred' },
      { ...part('2', 300, 'cash'), mode: 'local' },
    ],
  )

  function soldHere(states: Parameters<typeof sellHere>[2] = ['deferred', 'approved']): Counter {
    const c = counter()
    c.hub.down = true
    sellHere(c, offline, states)
    return c
  }

  it('comes back without the hub: cash is handed out, and the later charge only becomes smaller', async () => {
    const c = soldHere()
    expect(await takeBack(c, 2)).toMatchObject({
      kind: 'accepted',
      record: { state: 'settled', decidedBy: 'lane' },
    })
    expect(factsOf(c)).toMatchObject([
      { type: 'refund.attempted', tender: 'cash', amountMinor: 300 },
      { type: 'refund.attempted', tender: 'face', amountMinor: 300 },
      { type: 'payment.reduced', attemptKey: key('1'), amountMinor: 300 },
      { type: 'sale.returned', decidedBy: 'lane' },
      { type: 'refund.resolved' },
      { type: 'refund.resolved' },
    ])
  })

  it('never comes back twice', async () => {
    const c = soldHere()
    await takeBack(c, 2)
    expect(await takeBack(c, 2)).toEqual({ kind: 'refused', code: 'tooMuchReturned' })
    expect(await takeBack(c, 1)).toMatchObject({ kind: 'accepted' })
    const reduced = journalOf(c.store).flatMap((event) =>
      event.type === 'payment.reduced' ? [event.amountMinor] : [],
    )
    expect(total(reduced)).toBe(600)
  })

  it('waits with more of it until the hub has heard what came back here', async () => {
    const c = soldHere()
    await takeBack(c, 3)
    c.hub.down = false
    c.hub.sales.set(offline.saleId, offline)
    expect(await takeBack(c, 1)).toEqual({ kind: 'refused', code: 'returnChanged' })
    const [last] = c.store.journal.pending({ maxEntries: 100, maxBytes: 1_000_000 }).slice(-1)
    if (last === undefined) throw new Error('Nothing was journalled')
    c.store.journal.acknowledge(last.header)
    expect(await takeBack(c, 1)).toMatchObject({ kind: 'accepted', record: { decidedBy: 'hub' } })
  })

  it('is not guessed at where the hub knows several of that number', async () => {
    const c = soldHere()
    const answer: FindSaleResponse = { kind: 'refused', code: 'saleAmbiguous' }
    c.hub.findSale = () => Promise.resolve(ok(answer)) as never
    const found = await c.desk.find({ by: 'saleNumber', saleNumber: offline.saleId.slice(0, 8) })
    expect(found).toEqual({ ok: false, error: 'saleAmbiguous' })
  })

  it('never comes back twice from a screen that was filled before', async () => {
    const c = soldHere()
    const found = await c.desk.find({ by: 'saleId', saleId: offline.saleId })
    if (!found.ok) throw new Error(found.error)
    const wish = { found: found.value, lines: [back(1, 3)], reason: 'faulty', staffId: 'li' } as const
    expect(await c.desk.order(wish)).toMatchObject({ kind: 'accepted' })
    expect(await c.desk.order(wish)).toEqual({ kind: 'refused', code: 'tooMuchReturned' })
  })

  it('that the hub has seen meanwhile is looked at again first', async () => {
    const c = soldHere()
    const found = await c.desk.find({ by: 'saleId', saleId: offline.saleId })
    if (!found.ok) throw new Error(found.error)
    const [last] = c.store.journal.pending({ maxEntries: 100, maxBytes: 1_000_000 }).slice(-1)
    if (last === undefined) throw new Error('Nothing was journalled')
    c.store.journal.acknowledge(last.header)
    const wish = { found: found.value, lines: [back(1, 3)], reason: 'faulty', staffId: 'li' } as const
    expect(await c.desk.order(wish)).toEqual({ kind: 'refused', code: 'returnChanged' })
    expect(c.handedOut).toEqual([])
  })

  it('comes back once when the hub returns while the fiscal device is still signing', async () => {
    const c = soldHere()
    const signing = Promise.withResolvers<undefined>()
    c.fiscal = () => signing.promise
    const ordered = takeBack(c, 2)
    await c.clock.settle()
    const following = c.desk.followUp()
    signing.resolve(undefined)
    expect(await ordered).toMatchObject({ kind: 'accepted' })
    await following
    expect(typesOf(c).filter((type) => type === 'sale.returned')).toHaveLength(1)
    expect(typesOf(c).filter((type) => type === 'payment.reduced')).toHaveLength(1)
    expect(c.handedOut).toEqual(['li'])
  })

  it('waits for the hub where the hub has charged already', async () => {
    const c = soldHere(['approved', 'approved'])
    expect(await takeBack(c, 2)).toEqual({ kind: 'refused', code: 'hubNeeded' })
    expect(await takeBack(c, 1)).toMatchObject({ kind: 'accepted' })
  })

  it('that nobody knows here needs the hub', async () => {
    const c = counter()
    c.hub.down = true
    expect(await takeBack(c, 1)).toEqual({ kind: 'refused', code: 'hubNeeded' })
  })

  it('is taken back to its end after a crash between intent and decision', async () => {
    const c = soldHere()
    c.store.commitsLeft = 1
    await expect(takeBack(c, 2)).rejects.toMatchObject({ code: 'store.diskFull' })
    const next = c.restart()
    expect(next.store.openReturns()).toHaveLength(1)
    await next.desk.followUp()
    expect(next.store.openReturns()).toEqual([])
    expect(typesOf(next).filter((type) => type === 'sale.returned')).toHaveLength(1)
  })
})

describe('whatever happens to the calls, and wherever the lane restarts', () => {
  it('each piece comes back once, and the money is what it was worth', { timeout: 60_000 }, async () => {
    const fate = fc.constantFrom<OrderFate>('fine', 'lost', 'cut', 'unreachable', 'foreign')
    const step = fc.record({
      pieces: fc.integer({ min: 1, max: 3 }),
      fates: fc.array(fate, { maxLength: 3 }),
      restart: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        let c = atHub()
        for (const { pieces: count, fates, restart } of steps) {
          c.hub.orderFates = [...fates]
          await takeBack(c, count)
          if (restart) c = c.restart()
          await c.desk.followUp()
        }
        c.hub.orderFates = []
        await c.desk.followUp()
        expect(c.store.openReturns()).toEqual([])
        const returned = journalOf(c.store).flatMap((event) =>
          event.type === 'sale.returned' ? [event] : [],
        )
        expect(new Set(returned.map(({ returnKey }) => returnKey))).toEqual(new Set(c.hub.orders.keys()))
        expect(returned).toHaveLength(c.hub.orders.size)
        expect(total(returned.map(({ amountMinor }) => amountMinor))).toBe(
          c.hub.sales.get(sold.saleId)?.returnedMinor,
        )
        c.close()
      }),
      { numRuns: 40 },
    )
  })
})
