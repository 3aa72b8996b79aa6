import { Refusal } from '../refusal.ts'
import type { Order } from './attempts.ts'

/** Keys are 128 random bits, so another lane's key is a mistake or an attack, never a coincidence. */
export function requireOwn(owned: { readonly laneId: string }, laneId: string): void {
  if (owned.laneId === laneId) return
  throw new Refusal(403, 'payment.foreignAttempt', 'This attempt key is another lane’s.')
}

/** One key is one order for ever. A journal never holds the code, so a code is compared only when both have one. */
export function requireSameOrder(known: Order, order: Order): void {
  const same =
    known.saleId === order.saleId &&
    known.currency === order.currency &&
    known.bench === order.bench &&
    known.recoveryKey === order.recoveryKey &&
    known.amountMinor === order.amountMinor &&
    payerName(known) === payerName(order) &&
    (known.codeHash === null || order.codeHash === null || known.codeHash.equals(order.codeHash))
  if (!same) throw new Refusal(409, 'payment.keyReused', 'This attempt key was used for another order.')
}

function payerName({ instrument }: Order): string {
  return 'accountId' in instrument ? `${instrument.kind}:${instrument.accountId}` : instrument.kind
}
