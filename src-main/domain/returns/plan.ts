import type { Key } from '../../contract/values.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import type { Refund, ReturnableSale, ReturnedLine, ReturnRefusal } from '../../contract/returns.ts'
import { allocate, type Allocation } from './tenders.ts'
import { addReturned, type ReturnValue, valueOfReturn } from './value.ts'

/** What a return would be: what the goods are worth, and where that money goes. */
export interface ReturnPlan {
  readonly value: ReturnValue
  readonly allocations: readonly Allocation[]
}

/** Pure and the same at lane and hub: never more than was sold, never twice, never more than was paid for each part. */
export function planReturn(
  sale: ReturnableSale,
  lines: readonly ReturnedLine[],
): Result<ReturnPlan, ReturnRefusal> {
  if (lines.length === 0) return err('nothingReturned')
  const value = valueOfReturn(sale, lines)
  if (!value.ok) return value
  const allocations = allocate(sale.payments, value.value.amountMinor)
  if (!allocations.ok) return allocations
  return ok({ value: value.value, allocations: allocations.value })
}

/** The plan's money, each part under a key of its own. `keyFor` gives a new key for every call. */
export function refundsOf(plan: ReturnPlan, keyFor: () => Key): Refund[] {
  return plan.allocations.map(({ part, amountMinor }) => ({
    refundKey: keyFor(),
    attemptKey: part.attemptKey,
    tender: part.tender,
    mode: part.mode,
    amountMinor,
  }))
}

/** Where the plan takes this refund's money from. */
export function allocationOf({ allocations }: ReturnPlan, refund: Pick<Refund, 'attemptKey'>): Allocation {
  const allocation = allocations.find(({ part }) => part.attemptKey === refund.attemptKey)
  if (allocation === undefined) throw new Error(`Nothing of ${refund.attemptKey} is in the plan`)
  return allocation
}

/** Whether these refunds are the plan's: the same amounts of the same parts. */
export function matchesPlan(plan: ReturnPlan, refunds: readonly Refund[]): boolean {
  return (
    refunds.length === plan.allocations.length &&
    plan.allocations.every(({ part, amountMinor }) =>
      refunds.some((refund) => refund.attemptKey === part.attemptKey && refund.amountMinor === amountMinor),
    )
  )
}

/** The sale as the next return finds it. */
export function afterReturn(
  sale: ReturnableSale,
  lines: readonly ReturnedLine[],
  plan: ReturnPlan,
): ReturnableSale {
  const backOf = (attemptKey: Key) =>
    plan.allocations.find(({ part }) => part.attemptKey === attemptKey)?.amountMinor ?? 0
  return {
    ...sale,
    returned: addReturned(sale.returned, lines),
    returnedMinor: sale.returnedMinor + plan.value.amountMinor,
    payments: sale.payments.map((part) => ({
      ...part,
      refundedMinor: part.refundedMinor + backOf(part.attemptKey),
    })),
  }
}
