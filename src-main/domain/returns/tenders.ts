import type { TenderKind } from '../../contract/payment.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import type { RefundablePart, ReturnRefusal } from '../../contract/returns.ts'

/** Who gives the money back: the hub at the provider, staff from the drawer, or the card terminal with the card. */
export type RefundWay = 'hub' | 'till' | 'terminal'

/**
 * How each tender is given back: always to where it came from. Cash only for cash; points and coupons are restored and
 * never paid out, which the hub's own ledger does.
 */
export const refundWays: Readonly<Record<TenderKind, RefundWay>> = {
  face: 'hub',
  walletCode: 'hub',
  walletFace: 'hub',
  points: 'hub',
  coupon: 'hub',
  card: 'terminal',
  cash: 'till',
}

export interface Allocation {
  readonly part: RefundablePart
  readonly amountMinor: number
}

/**
 * Spreads an amount over what the sale was paid with, the last payment first, and never more than is left of each. A
 * part that nobody knows the outcome of stops it; a part that was never paid gives nothing back.
 */
export function allocate(
  parts: readonly RefundablePart[],
  amountMinor: number,
): Result<Allocation[], ReturnRefusal> {
  const allocations: Allocation[] = []
  let due = amountMinor
  for (const part of parts.toReversed()) {
    const left = part.state === 'unpaid' ? 0 : part.paidMinor - part.refundedMinor
    const back = Math.min(left, due)
    if (back <= 0) continue
    if (part.state === 'open') return err('paymentOpen')
    allocations.push({ part, amountMinor: back })
    due -= back
  }
  return due === 0 ? ok(allocations) : err('notPaid')
}
