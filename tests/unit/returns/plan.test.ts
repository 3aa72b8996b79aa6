import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReturnableSale, ReturnedLine } from '../../../src-main/contract/returns.ts'
import { afterReturn, matchesPlan, planReturn, refundsOf } from '../../../src-main/domain/returns/plan.ts'
import { allThatIsLeft, returnableUnits } from '../../../src-main/domain/returns/value.ts'
import { anySale, back, key, part, pieces, sale, total } from './sales.ts'

describe('a return', () => {
  it('is worth what was paid for the pieces that come back', () => {
    const sold = sale([pieces(1, 3, 1000)], [part('1', 1000)])
    const plan = planned(sold, [back(1, 1)])
    expect(plan.value.amountMinor).toBe(333)
    expect(plan.value.lines).toEqual([
      { ...pieces(1, 3, 1000), quantity: { kind: 'each', count: 1 }, totalMinor: 333 },
    ])
  })

  it('gives the last payment back first, and no more of it than was paid', () => {
    const sold = sale([pieces(1, 2, 1000)], [part('1', 600), part('2', 400, 'cash')])
    const plan = planned(sold, [back(1, 1)])
    expect(plan.allocations.map(({ part: { tender }, amountMinor }) => [tender, amountMinor])).toEqual([
      ['cash', 400],
      ['walletCode', 100],
    ])
  })

  it.each([
    ['a line the sale does not have', [back(7, 1)], 'lineUnknown'],
    ['more pieces than were sold', [back(1, 4)], 'tooMuchReturned'],
    ['the same piece twice in one return', [back(1, 2), back(1, 2)], 'tooMuchReturned'],
    ['nothing', [], 'nothingReturned'],
    ['no piece of a line', [back(1, 0)], 'nothingReturned'],
    ['pieces of a weighed line', [back(2, 1)], 'lineUnknown'],
    [
      'a part of a weighed line',
      [{ lineId: 2, quantity: { kind: 'weight', grams: 100 } }],
      'weighedLineWhole',
    ],
  ] as const)('of %s is refused', (_what, lines, code) => {
    const apples = { ...pieces(2, 1, 490), quantity: { kind: 'weight', grams: 500 } as const }
    const sold = sale([pieces(1, 3, 1000), apples], [part('1', 1490)])
    expect(planReturn(sold, lines)).toEqual({ ok: false, error: code })
  })

  it('waits for a payment whose outcome nobody knows, and gives nothing back that was never paid', () => {
    const lines = [pieces(1, 1, 1000)]
    const open = sale(lines, [{ ...part('1', 1000), state: 'open' }])
    expect(planReturn(open, [back(1, 1)])).toEqual({ ok: false, error: 'paymentOpen' })
    const unpaid = sale(lines, [{ ...part('1', 1000), state: 'unpaid' }])
    expect(planReturn(unpaid, [back(1, 1)])).toEqual({ ok: false, error: 'notPaid' })
  })

  it('is recognised by its refunds, and not by others', () => {
    const sold = sale([pieces(1, 2, 1000)], [part('1', 600), part('2', 400, 'cash')])
    const plan = planned(sold, [back(1, 1)])
    const refunds = refundsOf(plan, () => key('9'))
    expect(matchesPlan(plan, refunds)).toBe(true)
    expect(matchesPlan(plan, refunds.slice(1))).toBe(false)
    expect(
      matchesPlan(
        plan,
        refunds.map((refund) => ({ ...refund, amountMinor: 1 })),
      ),
    ).toBe(false)
  })
})

describe('any number of returns of any sale', () => {
  const anyHistory = fc.record({
    sold: anySale,
    wishes: fc.array(
      fc.array(fc.record({ line: fc.nat(8), count: fc.integer({ min: 1, max: 12 }) }), { maxLength: 4 }),
      {
        maxLength: 8,
      },
    ),
  })

  it('take back no more than was sold, and pay back exactly what it was worth, within what each part was paid', () => {
    fc.assert(
      fc.property(anyHistory, ({ sold, wishes }) => {
        let now = sold
        for (const wish of wishes) {
          const lines = wish.flatMap(({ line, count }) => asked(now, line, count))
          const plan = planReturn(now, lines)
          if (!plan.ok) continue
          expect(total(plan.value.allocations.map(({ amountMinor }) => amountMinor))).toBe(
            plan.value.value.amountMinor,
          )
          expect(plan.value.value.amountMinor).toBeGreaterThanOrEqual(0)
          for (const tax of plan.value.value.taxes) expect(tax.netMinor + tax.taxMinor).toBe(tax.grossMinor)
          now = afterReturn(now, lines, plan.value)
          for (const each of now.payments) expect(each.refundedMinor).toBeLessThanOrEqual(each.paidMinor)
          for (const line of now.lines) expect(returnableUnits(now, line)).toBeGreaterThanOrEqual(0)
        }
        expect(total(now.payments.map(({ refundedMinor }) => refundedMinor))).toBe(now.returnedMinor)
        expect(now.returnedMinor).toBeLessThanOrEqual(sold.totalMinor)
      }),
    )
  })

  it('end, when everything came back, with the whole price paid back and nothing left to return', () => {
    fc.assert(
      fc.property(anyHistory, ({ sold, wishes }) => {
        let now = sold
        for (const wish of [...wishes, null]) {
          const lines =
            wish === null ? allThatIsLeft(now) : wish.flatMap(({ line, count }) => asked(now, line, count))
          const plan = planReturn(now, lines)
          if (plan.ok) now = afterReturn(now, lines, plan.value)
        }
        expect(now.returnedMinor).toBe(sold.totalMinor)
        expect(allThatIsLeft(now)).toEqual([])
        for (const each of now.payments) expect(each.refundedMinor).toBe(each.paidMinor)
      }),
    )
  })
})

function planned(sold: ReturnableSale, lines: readonly ReturnedLine[]) {
  const plan = planReturn(sold, lines)
  if (!plan.ok) throw new Error(plan.error)
  return plan.value
}

function asked(sold: ReturnableSale, index: number, count: number): ReturnedLine[] {
  const line = sold.lines[index]
  if (!line) return []
  const quantity = line.quantity.kind === 'each' ? ({ kind: 'each', count } as const) : line.quantity
  return [{ lineId: line.lineId, quantity }]
}
