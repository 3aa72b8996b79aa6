import fc from 'fast-check'
import type { SoldLine } from '../../../src-main/contract/basket.ts'
import { tenderKinds } from '../../../src-main/contract/payment.ts'
import type { RefundablePart, ReturnableSale, ReturnedLine } from '../../../src-main/contract/returns.ts'
import { sumMinor } from '../../../src-main/domain/money/money.ts'
import { taxTotals } from '../../../src-main/domain/tax/tax.ts'

export const rates = { standard: 130, reduced: 90, zero: 0, exempt: 0 }

export function pieces(lineId: number, count: number, totalMinor: number): SoldLine {
  return {
    lineId,
    sku: `sku-${lineId}`,
    name: { 'zh-CN': '茶', en: 'Tea' },
    quantity: { kind: 'each', count },
    unitPriceMinor: Math.round(totalMinor / count),
    totalMinor,
    taxClass: 'standard',
  }
}

export function part(
  name: string,
  paidMinor: number,
  tender: RefundablePart['tender'] = 'walletCode',
): RefundablePart {
  return { attemptKey: key(name), tender, mode: 'online', paidMinor, refundedMinor: 0, state: 'paid' }
}

export function sale(lines: SoldLine[], payments: RefundablePart[]): ReturnableSale {
  return {
    saleId: key('5'),
    language: 'en',
    currency: 'CNY',
    soldAtMs: 1,
    totalMinor: total(lines.map(({ totalMinor }) => totalMinor)),
    lines,
    taxes: taxTotals(lines, rates),
    payments,
    returned: [],
    returnedMinor: 0,
  }
}

export function back(lineId: number, count: number): ReturnedLine {
  return { lineId, quantity: { kind: 'each', count } }
}

export function key(name: string): string {
  return name.padStart(32, '0')
}

export function total(amounts: readonly number[]): number {
  const sum = sumMinor(amounts)
  if (!sum.ok) throw new Error('too much')
  return sum.value
}

const taxClass = fc.constantFrom('standard' as const, 'reduced' as const, 'exempt' as const)

const line = fc.record({
  quantity: fc.oneof(
    fc.record({ kind: fc.constant('each' as const), count: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant('weight' as const), grams: fc.integer({ min: 1, max: 5000 }) }),
  ),
  totalMinor: fc.integer({ min: 0, max: 50_000 }),
  taxClass,
})

/** Sales with prices with tax and without, paid with one to four tenders in some order. */
export const anySale: fc.Arbitrary<ReturnableSale> = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
    prices: fc.constantFrom('inclusive' as const, 'exclusive' as const),
    rounding: fc.constantFrom('total' as const, 'line' as const),
    tenders: fc.array(fc.tuple(fc.constantFrom(...tenderKinds), fc.integer({ min: 1, max: 100 })), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ lines, prices, rounding, tenders }) => {
    const sold: SoldLine[] = lines.map((each, index) => ({
      ...pieces(index + 1, 1, each.totalMinor),
      ...each,
    }))
    const taxes = taxTotals(sold, rates, { prices, rounding })
    const totalMinor = total(taxes.map(({ grossMinor }) => grossMinor))
    return { ...sale(sold, split(totalMinor, tenders)), taxes, totalMinor }
  })

function split(totalMinor: number, tenders: readonly (readonly [RefundablePart['tender'], number])[]) {
  const weight = tenders.reduce((sum, [, share]) => sum + share, 0)
  let given = 0
  return tenders.map(([tender, share], index) => {
    const last = index === tenders.length - 1
    const paidMinor = last ? totalMinor - given : Math.floor((totalMinor * share) / weight)
    given += paidMinor
    return part(String(index + 1), paidMinor, tender)
  })
}
