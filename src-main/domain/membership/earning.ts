import type { TenderKind } from '../../contract/payment.ts'

/** A part of a sale as the receipt and the journal have it. */
export interface PaidWith {
  readonly tender: TenderKind
  readonly amountMinor: number
}

/** What of a sale was paid with money: points and coupons bring no points. */
export function paidWithMoney(payments: readonly PaidWith[]): number {
  return payments.reduce((sum, { tender, amountMinor }) => sum + (bringsPoints(tender) ? amountMinor : 0), 0)
}

function bringsPoints(tender: TenderKind): boolean {
  return tender !== 'points' && tender !== 'coupon'
}

/** Points for a sale, rounded down; never more than was paid with money. */
export function pointsEarned(payments: readonly PaidWith[], earnPermille: number): number {
  return share(paidWithMoney(payments), earnPermille, 1000)
}

/** What stays of the points of a sale when goods for `returnedMinor` of its `totalMinor` came back; rounded down. */
export function pointsKept(earnedMinor: number, totalMinor: number, returnedMinor: number): number {
  const left = Math.max(0, totalMinor - returnedMinor)
  return totalMinor <= 0 ? earnedMinor : share(earnedMinor, left, totalMinor)
}

/** Amounts may be large enough for their product to leave the integers that a number holds. */
function share(amountMinor: number, part: number, of: number): number {
  return amountMinor <= 0 ? 0 : Number((BigInt(amountMinor) * BigInt(part)) / BigInt(of))
}
