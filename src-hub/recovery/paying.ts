import type { Order } from '../payments/attempts.ts'
import type { Route } from '../payments/payer.ts'
import { Refusal } from '../refusal.ts'
import type { Queryable } from '../store/database.ts'
import { findDebt } from './recoveries.ts'

/**
 * Null for an order that pays no debt, or may pay its debt. A debt is paid whole, by a code or by whoever's wallet: not
 * by face, which is what is blocked, and not with what may cover only a part. Throws `Refusal` for another amount.
 */
export async function refusalOfDebtPayment(
  database: Queryable,
  order: Order,
): Promise<Extract<Route, { kind: 'refused' }> | null> {
  if (order.recoveryKey === null) return null
  const debt = await findDebt(database, order.recoveryKey)
  if (debt === null) throw new Refusal(404, 'recovery.unknown', 'There is no such debt at this hub.')
  if (debt.state !== 'open') return { kind: 'refused', reason: 'other', nativeCode: 'nothingOwed' }
  if (debt.amountMinor !== order.amountMinor || debt.currency !== order.currency) {
    throw new Refusal(
      409,
      'recovery.amountDiffers',
      `Owed is ${debt.amountMinor} ${debt.currency} in minor units, all of it in one payment.`,
    )
  }
  const { kind } = order.instrument
  if (kind === 'walletCode' || kind === 'walletFace') return null
  return { kind: 'refused', reason: 'other', nativeCode: 'payDebtByCode' }
}
