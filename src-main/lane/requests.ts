import type { Attempt, Sale } from '../domain/checkout/state.ts'
import type { AttemptRequest } from '../payments/attempts.ts'

/** An attempt as the payments take it: a debt is not the sale's. */
export function requestOf(sale: Sale, attempt: Attempt): Omit<AttemptRequest, 'instrument'> {
  const { attemptKey, mode, amountMinor, linkedTo, owing } = attempt
  const amount = { amountMinor, currency: owing?.currency ?? sale.basket.currency }
  if (owing !== null) {
    return { attemptKey, saleId: owing.recoveryKey, recoveryKey: owing.recoveryKey, amount, mode }
  }
  return { attemptKey, saleId: sale.saleId, amount, mode, ...(linkedTo === null ? {} : { linkedTo }) }
}
