import { sha256 } from '../crypto.ts'
import { findAttempt, type Order } from '../payments/attempts.ts'
import { beginAttempt } from '../payments/attempt-writes.ts'
import type { PaymentScope } from '../payments/policy.ts'
import { carryOn } from '../payments/running.ts'
import { toSafeInteger } from '../store/database.ts'
import { type Debt, findDebt } from './recoveries.ts'

/**
 * Pays a debt of the account from its own balance, once however often the button is pressed: the key is a function of
 * the debt and of how many earlier tries came to nothing. Nothing happens to a debt that is not the account's or open.
 */
export async function payFromBalance(
  scope: PaymentScope,
  accountId: string,
  recoveryKey: string,
): Promise<void> {
  const { database, nowMs } = scope.context
  const debt = await findDebt(database, recoveryKey)
  const provider = scope.registry.providerFor({ kind: 'account', accountId })
  if (debt === null || provider === null || debt.accountId !== accountId || debt.state !== 'open') return
  const order = orderFor(debt, await failedTries(scope, recoveryKey))
  await beginAttempt(database, order, { provider, payer: { kind: 'account', accountId } }, nowMs())
  const attempt = await findAttempt(database, order.attemptKey)
  if (attempt !== null) await carryOn(scope, attempt)
}

async function failedTries({ context: { database } }: PaymentScope, recoveryKey: string): Promise<number> {
  const rows = await database.query<{ count: string }>(
    `SELECT count(*) FROM payment_attempt WHERE sale_id = $1 AND state IN ('declined', 'cancelled')`,
    [recoveryKey],
  )
  return toSafeInteger(rows[0]?.count ?? '0')
}

function orderFor(debt: Debt, failed: number): Order {
  const { recoveryKey, laneId, amountMinor, currency } = debt
  return {
    attemptKey: sha256(Buffer.from(`${recoveryKey}:${failed}`))
      .toString('hex')
      .slice(0, 32),
    laneId,
    saleId: recoveryKey,
    amountMinor,
    currency,
    instrument: { kind: 'walletCode', wallet: 'own' },
    codeHash: null,
    mode: 'online',
    bench: false,
    recoveryKey,
  }
}
