import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tamper } from '../store/fixtures.ts'
import { expectBooksAgree } from './support/books.ts'
import { confirm, payByCode, scanTea, toConfirm, toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { calmDown, manyTenders, payCash, payCoupon } from './support/tenders.ts'
import { walletCode, wine, world } from './support/world.ts'

describe('a disk that is full', () => {
  it('takes the lane out of order, keeps the basket, and gives it back when there is room', async () => {
    const w = await world()
    await scanTea(w)
    w.store.full = true
    await scanTea(w)
    expect(w.view()).toMatchObject({
      screen: { kind: 'outOfOrder', reasons: ['store.diskFull'], basketKept: true },
      basket: { itemCount: 1 },
    })
    await w.clock.advance(11_000)
    expect(w.screen()).toBe('outOfOrder')
    w.store.full = false
    await w.clock.advance(5_000)
    expect(w.view()).toMatchObject({ screen: { kind: 'scanning' }, notice: { code: 'basketKept' } })
    await w.do({ type: 'checkout:pay' })
    await w.scan(walletCode)
    expect(w.screen()).toBe('done')
  })

  it('on the idle screen is over when there is room, with nothing left of it', async () => {
    const w = await world()
    w.store.full = true
    expect(await w.do({ type: 'session:start' })).toEqual({ kind: 'refused', code: 'notNow' })
    expect(w.screen()).toBe('outOfOrder')
    w.store.full = false
    await w.clock.advance(6_000)
    expect(w.view()).toMatchObject({ screen: { kind: 'attract' }, notice: null })
    await scanTea(w)
    expect(w.screen()).toBe('scanning')
  })

  it('when the shopper confirms sends nothing to the hub', async () => {
    const w = await world()
    await toConfirm(w)
    w.store.full = true
    await confirm(w)
    expect(w.screen()).toBe('outOfOrder')
    expect(w.hub.calls).toEqual([])
    expect(w.store.attemptsInState(['intended'])).toEqual([])
  })

  it('after the approval holds the shopper for a moment and finishes the sale when there is room', async () => {
    const w = await world()
    await toTenders(w)
    w.store.commitsLeft = 2
    await w.scan(walletCode)
    expect(w.screen()).toBe('approved')
    await w.clock.advance(10_000)
    expect(w.screen()).toBe('approved')
    w.store.commitsLeft = null
    w.store.full = false
    await w.clock.advance(3_000)
    expect(w.screen()).toBe('done')
    expect(w.hub.charged).toHaveLength(1)
    expect(journalOf(w.store).filter(({ type }) => type === 'sale.completed')).toHaveLength(1)
  })

  it.each([1, 2, 3, 4, 5, 6])(
    'while cash and a coupon are given back, after %i more commits, still calls for the cash when there is room',
    async (commitsLeft) => {
      const w = await world(manyTenders)
      await toTenders(w)
      await payCoupon(w, 500)
      await payCash(w, 300)
      w.store.commitsLeft = commitsLeft
      await w.do({ type: 'checkout:cancel' })
      await w.staff('approved')
      await calmDown(w)
      expect(w.screen()).toBe('attract')
      expectBooksAgree(w)
    },
  )

  it('refuses a call for help instead of failing, and a staff PIN too', async () => {
    const w = await world()
    await w.scan(wine.barcodes[0] ?? '')
    w.store.full = true
    expect(await w.staff('approved')).toEqual({ kind: 'refused', code: 'store.diskFull' })
    expect(w.screen()).toBe('outOfOrder')
    w.store.full = false
    await w.clock.advance(6_000)
    expect(w.view()).toMatchObject({ screen: { kind: 'scanning' }, basket: { blocked: true } })
    expect(await w.staff('approved')).toEqual({ kind: 'accepted' })
    w.store.full = true
    expect(await w.do({ type: 'help:call' })).toEqual({ kind: 'refused', code: 'store.diskFull' })
    expect(w.view()).toMatchObject({ screen: { kind: 'outOfOrder' }, intervention: null })
  })

  it('during an attack on the camera still ends the look', async () => {
    const w = await world()
    await toTenders(w)
    await w.do({ type: 'tender:choose', tender: 'face' })
    w.store.full = true
    await w.look({ kind: 'attack', padScore: 0.1, padThreshold: 0.5 })
    expect(w.screen()).toBe('outOfOrder')
    expect(w.lane.wantsCamera()).toBe(false)
  })

  it('does not turn a printed receipt into a second original', async () => {
    const w = await world()
    await toTenders(w)
    // Intent, approval, sale and "sent" are written; the outcome of the paper is not.
    w.store.commitsLeft = 4
    await w.scan(walletCode)
    expect(w.printer.papers.map(({ copy }) => copy)).toEqual([null])
    w.store.commitsLeft = null
    w.store.full = false
    await w.clock.advance(6_000)
    await w.powerCut()
    expect(w.printer.papers.map(({ copy }) => copy)).toEqual([null, 'outcomeUnknown'])
  })

  it('before the paper begins says that nothing was printed, and the receipt can be had later', async () => {
    const w = await world()
    await toTenders(w)
    w.store.commitsLeft = 3
    await w.scan(walletCode)
    expect(w.view().screen).toMatchObject({ kind: 'done', paper: 'notPrinted' })
    w.store.commitsLeft = null
    w.store.full = false
    await w.do({ type: 'receipt:copy' })
    expect(w.printer.papers.map(({ copy }) => copy)).toEqual([null])
  })
})

describe('a disk that fills at any commit of a purchase', () => {
  it('ends in one sale for one charge, with one original at most', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(8), fc.boolean(), async (commits, cut) => {
        const w = await world()
        w.store.commitsLeft = commits
        await payByCode(w)
        await w.clock.advance(20_000)
        w.store.commitsLeft = null
        w.store.full = false
        if (cut) await w.powerCut()
        await w.clock.advance(20_000)
        if (w.screen() === 'scanning') await w.do({ type: 'checkout:pay' })
        if (w.screen() === 'attract' && w.hub.charged.length === 0) await payByCode(w)
        if (w.screen() === 'tenderChoice') await w.scan(walletCode)
        await w.clock.advance(20_000)
        const sales = journalOf(w.store).filter(({ type }) => type === 'sale.completed')
        expect(sales).toHaveLength(1)
        expect(w.hub.charged).toHaveLength(1)
        expect(w.printer.papers.filter(({ copy }) => copy === null).length).toBeLessThanOrEqual(1)
        w.lane.close()
      }),
      { numRuns: 18 },
    )
  })
})

describe('a memory that is damaged', () => {
  it('stops the lane for good, with a reason of its own, and keeps the basket on the screen', async () => {
    const w = await world()
    await scanTea(w)
    tamper(w.dataDir, 'UPDATE journal SET at_ms = 0 WHERE seq = 0')
    expect((await w.store.verify({ from: 'genesis' })).problem).toMatchObject({
      kind: 'hashMismatch',
      seq: 0,
    })
    await scanTea(w)
    expect(w.view()).toMatchObject({
      screen: { kind: 'outOfOrder', reasons: ['journal.broken'], basketKept: true },
    })
    await w.clock.advance(60_000)
    expect(w.screen()).toBe('outOfOrder')
  })
})
