import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LaneEvent } from '../../../src-main/contract/events.ts'
import { addFigures, figuresOf } from '../../../src-main/domain/shift/figures.ts'
import { shiftReport } from '../../../src-main/domain/shift/report.ts'
import { key, part, pieces, sale, total } from '../returns/sales.ts'
import { anyEvent, attempted, cashMoved, completed, resolved, returned } from './events.ts'

const facts = { currency: 'CNY', zNumber: null, fromAtMs: null, toAtMs: null, countedMinor: null }
const report = (events: readonly LaneEvent[], countedMinor: number | null = null) =>
  shiftReport(figuresOf(events, 'CNY'), { ...facts, countedMinor })

const split = sale([pieces(1, 2, 1130)], [part('1', 630), part('2', 500, 'cash')])
const opened: LaneEvent = {
  type: 'shift.opened',
  shiftKey: key('1'),
  floatMinor: 20_000,
  currency: 'CNY',
  staffId: 'li',
}

describe('the report of a shift', () => {
  it('has gross, net and tax by rate, and what each tender brought', () => {
    expect(report([completed(split), completed(split)])).toMatchObject({
      sales: { count: 2, amountMinor: 2260 },
      grossMinor: 2260,
      netMinor: 2000,
      taxMinor: 260,
      taxes: [{ taxClass: 'standard', ratePermille: 130, grossMinor: 2260, netMinor: 2000, taxMinor: 260 }],
      tenders: [
        { tender: 'walletCode', count: 2, paidMinor: 1260, refundedMinor: 0 },
        { tender: 'cash', count: 2, paidMinor: 1000, refundedMinor: 0 },
      ],
    })
  })

  it('counts the openings of the drawer by their reason', () => {
    const openings = (['count', 'sale', 'noSale', 'sale'] as const).map(
      (reason) => ({ type: 'drawer.opened', reason, staffId: null }) as const,
    )
    expect(report(openings).drawer).toEqual({
      openings: 4,
      withoutSale: 1,
      byReason: [
        { reason: 'sale', count: 2 },
        { reason: 'count', count: 1 },
        { reason: 'noSale', count: 1 },
      ],
    })
  })

  it('takes returns and voids off, and tells them apart', () => {
    const events = [completed(split), completed(split), returned(split), returned(split, 'voided')]
    expect(report(events.flatMap((event) => event ?? []))).toMatchObject({
      sales: { count: 2, amountMinor: 2260 },
      returns: { count: 1, amountMinor: 1130 },
      voids: { count: 1, amountMinor: 1130 },
      grossMinor: 0,
      netMinor: 0,
      taxMinor: 0,
      tenders: [
        { tender: 'walletCode', paidMinor: 1260, refundedMinor: 1260 },
        { tender: 'cash', paidMinor: 1000, refundedMinor: 1000 },
      ],
    })
  })

  it('expects the float, the cash sales as coins paid them, and what was put in or taken out', () => {
    const events = [opened, completed(split, 5), cashMoved('in', 3000), cashMoved('out', 10_000)]
    expect(report(events, 13_500).cash).toEqual({
      floatMinor: 20_000,
      salesMinor: 500,
      roundingMinor: 5,
      refundsMinor: 0,
      inMinor: 3000,
      outMinor: 10_000,
      expectedMinor: 13_505,
      countedMinor: 13_500,
      differenceMinor: -5,
    })
  })

  it('names what was accepted offline and is not charged yet, less what was returned of it', () => {
    const reduced: LaneEvent = {
      type: 'payment.reduced',
      attemptKey: key('2'),
      saleId: key('5'),
      returnKey: key('7'),
      reductionKey: key('8'),
      amountMinor: 300,
      currency: 'CNY',
    }
    const events = [
      attempted('1', 400),
      resolved('1', 'deferred'),
      attempted('2', 1000),
      reduced,
      attempted('3', 900),
      resolved('3', 'approved'),
      attempted('4', 70, { mode: 'online' }),
    ]
    expect(report(events).deferred).toEqual({ count: 2, amountMinor: 1100 })
  })

  it('counts a debt that was paid, and only when it was paid', () => {
    const debt = { recoveryKey: key('4'), mode: 'online' as const }
    const events = [attempted('1', 400, debt), attempted('2', 90, debt), resolved('2', 'approved')]
    expect(report(events).recovered).toEqual({ count: 1, amountMinor: 90 })
  })

  it('counts overridden lines with what shoppers saved', () => {
    const cheaper = {
      ...pieces(1, 3, 900),
      unitPriceMinor: 300,
      override: { fromMinor: 400, reason: 'damaged' as const, staffId: 'li' },
    }
    expect(report([completed(sale([cheaper], [part('1', 900)]))]).overrides).toEqual({
      count: 1,
      amountMinor: 300,
    })
  })

  it('leaves money of another currency out', () => {
    expect(report([{ ...completed(split), currency: 'EUR' }]).sales.count).toBe(0)
  })
})

describe('any journal', () => {
  it('gives the same Z whole as in any parts', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 40 }),
        fc.array(fc.nat(40), { maxLength: 3 }),
        (events, cuts) => {
          const borders = [
            0,
            ...cuts.map((cut) => Math.min(cut, events.length)).toSorted((a, b) => a - b),
            events.length,
          ]
          const parts = borders
            .slice(1)
            .map((end, index) => figuresOf(events.slice(borders[index], end), 'CNY'))
          const together = parts.reduce(addFigures)
          expect(shiftReport(together, facts)).toEqual(report(events))
        },
      ),
    )
  })

  it('has net and tax that add up to the gross, and tenders that add up to it', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const { grossMinor, netMinor, taxMinor, tenders } = report(events)
        expect(netMinor + taxMinor).toBe(grossMinor)
        expect(total(tenders.flatMap(({ paidMinor, refundedMinor }) => [paidMinor, -refundedMinor]))).toBe(
          grossMinor,
        )
      }),
    )
  })
})
