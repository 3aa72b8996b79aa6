import { roundCash, type CashRounding } from '../cash/rounding.ts'
import type { Allocation } from './tenders.ts'

/**
 * What coins hand back of a cash payment, minor units: rounded over all that came back of it so far together, less what
 * was handed back before, so that no number of returns hands out more than the payment brought in.
 */
export function handOutMinor(
  { part, amountMinor }: Allocation,
  rounding: Pick<CashRounding, 'unitMinor' | 'mode'>,
): number {
  const { refundedMinor } = part
  return roundCash(refundedMinor + amountMinor, rounding) - roundCash(refundedMinor, rounding)
}
