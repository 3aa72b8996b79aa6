import fc from 'fast-check'
import type { LaneEvent, LaneEventOf } from '../../../src-main/contract/events.ts'
import { planReturn, refundsOf } from '../../../src-main/domain/returns/plan.ts'
import { allThatIsLeft } from '../../../src-main/domain/returns/value.ts'
import type { ReturnableSale } from '../../../src-main/contract/returns.ts'
import { anySale, key } from '../returns/sales.ts'

export const receipt = {
  formatVersion: 1 as const,
  saleId: key('5'),
  receiptToken: key('6'),
  language: 'en' as const,
  totalMinor: 0,
  currency: 'CNY',
  blocks: [{ kind: 'space' as const }],
}

export function completed(sale: ReturnableSale, roundingMinor = 0): LaneEventOf<'sale.completed'> {
  const { saleId, language, currency, totalMinor, lines, taxes, payments } = sale
  return {
    type: 'sale.completed',
    saleId,
    language,
    currency,
    totalMinor,
    lines,
    taxes,
    receipt,
    payments: payments.map(({ attemptKey, tender, mode, paidMinor }) => ({
      attemptKey,
      tender,
      mode,
      amountMinor: paidMinor,
      ...(tender === 'cash'
        ? { cash: { tenderedMinor: paidMinor + roundingMinor, changeMinor: 0, roundingMinor } }
        : {}),
    })),
  }
}

export function returned(
  sale: ReturnableSale,
  reason: 'faulty' | 'voided' = 'faulty',
): LaneEventOf<'sale.returned'> | null {
  const lines = allThatIsLeft(sale)
  const plan = planReturn(sale, lines)
  if (!plan.ok) return null
  const { value } = plan.value
  return {
    type: 'sale.returned',
    returnKey: key('7'),
    saleId: sale.saleId,
    reason,
    staffId: 'li',
    decidedBy: 'hub',
    currency: sale.currency,
    amountMinor: value.amountMinor,
    lines: [...value.lines],
    taxes: [...value.taxes],
    refunds: refundsOf(plan.value, () => key('8')),
    receipt,
  }
}

export function attempted(
  name: string,
  amountMinor: number,
  more: Partial<LaneEventOf<'payment.attempted'>> = {},
): LaneEventOf<'payment.attempted'> {
  return {
    type: 'payment.attempted',
    attemptKey: key(name),
    saleId: key('5'),
    amountMinor,
    currency: 'CNY',
    instrument: { kind: 'walletCode', wallet: 'own' },
    mode: 'deferred',
    bench: false,
    ...more,
  }
}

export function resolved(
  name: string,
  outcome: LaneEventOf<'payment.resolved'>['outcome'],
): LaneEventOf<'payment.resolved'> {
  return { type: 'payment.resolved', attemptKey: key(name), saleId: key('5'), outcome }
}

export function cashMoved(direction: 'in' | 'out', amountMinor: number): LaneEvent {
  const reason = direction === 'in' ? 'change' : 'safeDrop'
  return {
    type: 'shift.cashMoved',
    shiftKey: key('1'),
    direction,
    amountMinor,
    currency: 'CNY',
    reason,
    staffId: 'li',
  }
}

const amount = fc.integer({ min: 1, max: 100_000 })
const name = fc.integer({ min: 1, max: 9 }).map(String)

/** Everything a shift's figures are made of, in any order. */
export const anyEvent: fc.Arbitrary<LaneEvent> = fc.oneof(
  fc.tuple(anySale, fc.integer({ min: -4, max: 5 })).map(([sale, rounding]) => completed(sale, rounding)),
  fc
    .tuple(anySale, fc.constantFrom('faulty' as const, 'voided' as const))
    .map(([sale, reason]) => returned(sale, reason) ?? completed(sale)),
  fc.tuple(name, amount).map(([who, minor]) => attempted(who, minor)),
  fc.tuple(name, amount).map(([who, minor]) => attempted(who, minor, { recoveryKey: key('4') })),
  fc
    .tuple(name, fc.constantFrom('deferred', 'approved', 'declined', 'expired', 'reversed'))
    .map(([who, outcome]) => resolved(who, outcome)),
  fc.tuple(name, amount).map(([who, amountMinor]) => ({
    type: 'payment.reduced' as const,
    attemptKey: key(who),
    saleId: key('5'),
    returnKey: key('7'),
    reductionKey: key(`${who}${amountMinor}`),
    amountMinor,
    currency: 'CNY',
  })),
  fc
    .tuple(fc.constantFrom('in' as const, 'out' as const), amount)
    .map(([way, minor]) => cashMoved(way, minor)),
  amount.map((floatMinor) => ({
    type: 'shift.opened' as const,
    shiftKey: key('1'),
    floatMinor,
    currency: 'CNY',
    staffId: 'li',
  })),
)
