import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { vendOutcomes } from '../../../src-main/contract/vending.ts'
import { notDropped, planVend } from '../../../src-main/domain/vending/settlement.ts'

let keys = 0
const newKey = (): string => (++keys).toString(16).padStart(32, '0')
const pieces = (lineId: number, sku: string, count: number) => ({
  lineId,
  sku,
  quantity: { kind: 'each', count } as const,
})
const slots: Readonly<Record<string, readonly string[]>> = { cola: ['11', '11', '12'], chips: ['A1'] }
const slotsOf = (sku: string): readonly string[] => slots[sku] ?? []
const back = (lineId: number, count: number) => ({ lineId, quantity: { kind: 'each', count } as const })

describe('what a vending sale gives out', () => {
  test('is one job for each piece, out of the slots in their order', () => {
    const planned = planVend([pieces(1, 'cola', 3), pieces(2, 'chips', 1)], slotsOf, newKey)
    if (!planned.ok) throw new Error(planned.error)
    expect(planned.value.map(({ lineId, slot }) => [lineId, slot])).toEqual([
      [1, '11'],
      [1, '11'],
      [1, '12'],
      [2, 'A1'],
    ])
    expect(new Set(planned.value.map(({ vendKey }) => vendKey)).size).toBe(4)
  })

  test('is refused whole when the machine holds too little, or when something is sold by weight', () => {
    expect(planVend([pieces(1, 'cola', 4)], slotsOf, newKey)).toEqual({ ok: false, error: 'noSlot' })
    expect(planVend([pieces(1, 'cola', 2), pieces(2, 'cola', 2)], slotsOf, newKey)).toMatchObject({
      ok: false,
    })
    const weighed = { lineId: 1, sku: 'cola', quantity: { kind: 'weight', grams: 5 } as const }
    expect(planVend([weighed], slotsOf, newKey)).toEqual({ ok: false, error: 'soldByWeight' })
  })
})

describe('what is given back', () => {
  test('of two slots with one failure just that part', () => {
    const settled = [
      { lineId: 1, outcome: 'dropped' },
      { lineId: 2, outcome: 'jammed' },
    ] as const
    expect(notDropped(settled, [])).toEqual([back(2, 1)])
    expect(notDropped(settled, [back(2, 1)])).toEqual([])
  })

  test.each(vendOutcomes)('%s: only what was seen to drop is kept', (outcome) => {
    expect(notDropped([{ lineId: 1, outcome }], [])).toEqual(outcome === 'dropped' ? [] : [back(1, 1)])
  })

  test('is never more than what did not drop, whatever was given back before', () => {
    const settledBy = fc.array(
      fc.record({ lineId: fc.integer({ min: 1, max: 4 }), outcome: fc.constantFrom(...vendOutcomes) }),
    )
    const earlier = fc.array(
      fc
        .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
        .map(([lineId, count]) => back(lineId, count)),
    )
    fc.assert(
      fc.property(settledBy, earlier, (settled, returned) => {
        const missing = notDropped(settled, returned)
        for (const { lineId, quantity } of missing) {
          const failed = settled.filter((job) => job.lineId === lineId && job.outcome !== 'dropped').length
          const before = returned.filter((line) => line.lineId === lineId)
          const had = before.reduce((sum, line) => sum + line.quantity.count, 0)
          expect(quantity).toEqual({ kind: 'each', count: failed - had })
        }
        expect(notDropped(settled, [...returned, ...missing])).toEqual([])
      }),
    )
  })
})
