import { describe, expect, it } from 'vitest'
import type { LaneEvent } from '../../../src-main/contract/events.ts'
import { scanTea, toTenders } from './support/paths.ts'
import { journalOf } from './support/stores.ts'
import { manyTenders, payCash } from './support/tenders.ts'
import { staffPin, world, type World } from './support/world.ts'

const withCash = { ...manyTenders, tenders: { ...manyTenders.tenders, coupon: false } }
const events = (w: World): LaneEvent[] => journalOf(w.store)
const openings = (w: World) =>
  events(w).flatMap((event) =>
    event.type === 'drawer.opened' ? [{ reason: event.reason, staffId: event.staffId }] : [],
  )

async function asStaff(w: World): Promise<void> {
  await w.do({ type: 'staff:open' })
  await w.do({ type: 'staff:enter', pin: staffPin })
}

describe('the cash drawer', () => {
  it('opens once when cash was taken, after the commit of it', async () => {
    const w = await world(withCash)
    await toTenders(w)
    expect(await payCash(w, 2_000)).toBe('accepted')
    await w.clock.advance(100)
    expect([w.screen(), w.drawer.pulses]).toEqual(['done', 1])
    expect(openings(w)).toEqual([{ reason: 'sale', staffId: 'staff-1' }])
    const types = events(w).map(({ type }) => type)
    expect(types.indexOf('payment.resolved')).toBeLessThan(types.indexOf('drawer.opened'))
  })

  it('stays closed when the commit of the cash fails', async () => {
    const w = await world(withCash)
    await toTenders(w)
    w.store.full = true
    await payCash(w, 2_000)
    await w.clock.advance(100)
    expect([w.drawer.pulses, w.drawer.state()]).toEqual([0, 'closed'])
  })

  it('opens to hand cash back that was paid for a sale given up', async () => {
    const w = await world(withCash)
    await toTenders(w)
    await payCash(w, 500)
    w.drawer.put('closed')
    await w.do({ type: 'checkout:cancel' })
    await w.clock.advance(5_000)
    await w.staff('approved')
    await w.clock.advance(100)
    expect(openings(w)).toEqual([
      { reason: 'sale', staffId: 'staff-1' },
      { reason: 'return', staffId: 'staff-1' },
    ])
  })

  it('opens for the float, for cash in and out, and for the count that closes the shift', async () => {
    const w = await world(withCash)
    w.staffRole = 'manager'
    await asStaff(w)
    const steps = [
      { type: 'shift:open', floatMinor: 10_000 },
      { type: 'shift:moveCash', direction: 'in', amountMinor: 500, reason: 'change' },
      { type: 'shift:moveCash', direction: 'out', amountMinor: 300, reason: 'petty' },
      { type: 'shift:close', countedMinor: 10_200 },
    ] as const
    for (const step of steps) {
      expect(await w.do(step)).toEqual({ kind: 'accepted' })
      await w.clock.advance(100)
      w.drawer.put('closed')
    }
    expect(openings(w).map(({ reason }) => reason)).toEqual(['count', 'cashMove', 'cashMove', 'count'])
  })

  it('opens for a return in cash, and is counted in the figures of the shift', async () => {
    const w = await world(withCash)
    w.staffRole = 'manager'
    await toTenders(w)
    await payCash(w, 2_000)
    await w.clock.advance(100)
    w.drawer.put('closed')
    await w.clock.advance(60_000)
    w.hub.findSale = (() => Promise.resolve({ ok: false, error: { code: 'hub.unreachable' } })) as never
    await asStaff(w)
    expect(await w.do({ type: 'return:voidLast' })).toEqual({ kind: 'accepted' })
    await w.clock.advance(100)
    expect(openings(w)).toEqual([
      { reason: 'sale', staffId: 'staff-1' },
      { reason: 'return', staffId: 'staff-1' },
    ])
    w.drawer.put('closed')
    w.drawer.put('open')
    await w.do({ type: 'staff:back' })
    await w.do({ type: 'shift:show' })
    expect(w.view().staffLayer?.page).toMatchObject({
      drawer: 'open',
      report: {
        drawer: {
          openings: 3,
          withoutSale: 1,
          byReason: [
            { reason: 'sale', count: 1 },
            { reason: 'return', count: 1 },
            { reason: 'noSale', count: 1 },
          ],
        },
      },
    })
  })

  it('that is pushed shut while its figures are shown is shown as closed at once', async () => {
    const w = await world(withCash)
    w.drawer.put('open')
    await asStaff(w)
    await w.do({ type: 'shift:show' })
    const shown: unknown[] = []
    const page = () => w.view().staffLayer?.page
    const unsubscribe = w.lane.onView(({ staffLayer }) =>
      shown.push(staffLayer?.page.step === 'shift' ? staffLayer.page.drawer : null),
    )
    w.drawer.put('closed')
    unsubscribe()
    expect([shown, page()]).toMatchObject([['open', 'closed'], { drawer: 'closed' }])
  })

  it('opened with the key is journalled as an opening without a sale, and warned about', async () => {
    const w = await world(withCash)
    w.drawer.put('open')
    expect(openings(w)).toEqual([{ reason: 'noSale', staffId: null }])
    expect(w.log.lines.some((line) => JSON.stringify(line).includes('without a sale'))).toBe(true)
  })

  it('that is stuck holds nothing up and is not said to have opened', async () => {
    const w = await world(withCash)
    w.drawer.stuck = true
    await toTenders(w)
    expect(await payCash(w, 2_000)).toBe('accepted')
    await w.clock.advance(100)
    expect([w.screen(), w.drawer.pulses, openings(w)]).toEqual(['done', 1, []])
    w.drawer.put('open')
    expect(openings(w)).toEqual([{ reason: 'noSale', staffId: null }])
  })

  it('left open gets no pulse, and no opening is made up for it', async () => {
    const w = await world(withCash)
    w.drawer.put('open')
    await toTenders(w)
    await payCash(w, 2_000)
    await w.clock.advance(100)
    expect([w.drawer.pulses, openings(w).length]).toEqual([0, 1])
  })

  it('without a switch is taken to open when it is told to', async () => {
    const w = await world(withCash)
    w.drawer.sensor = false
    await toTenders(w)
    await payCash(w, 2_000)
    await w.clock.advance(100)
    expect(openings(w)).toEqual([{ reason: 'sale', staffId: 'staff-1' }])
    await w.clock.advance(60_000)
    await asStaff(w)
    await w.do({ type: 'shift:show' })
    expect(w.view().staffLayer?.page).toMatchObject({ drawer: null, report: { drawer: { openings: 1 } } })
  })

  it('stays closed for a sale without cash', async () => {
    const w = await world(withCash)
    await scanTea(w)
    await w.do({ type: 'checkout:pay' })
    await w.do({ type: 'checkout:cancel' })
    expect([w.drawer.pulses, openings(w)]).toEqual([0, []])
  })
})
