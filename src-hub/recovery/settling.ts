import { isCancelled } from '../entries/reported-sale.ts'
import type { Attempt } from '../payments/attempts.ts'
import { clearFlag } from '../providers/wallet/accounts.ts'
import type { Transaction } from '../store/database.ts'
import { type DebtRow, debtOf, owes, publishFaceTender } from './recoveries.ts'

/** The debt is paid by this attempt; false when it was settled otherwise before, or the attempt covers only a part. */
export async function settleRecovery(
  tx: Transaction,
  recoveryKey: string,
  { attemptKey, approvedMinor }: Attempt,
  atMs: number,
): Promise<boolean> {
  const rows = await tx.query<DebtRow>(
    `UPDATE recovery SET state = 'paid', paid_by = $2, resolved_at_ms = $4
     WHERE recovery_key = $1 AND amount_minor = $3 AND (state = 'open' OR paid_by = $2) RETURNING *`,
    [recoveryKey, attemptKey, approvedMinor, atMs],
  )
  if (rows[0] === undefined) return false
  await lift(tx, debtOf(rows[0]).accountId, atMs)
  return true
}

/** The payment of a debt was taken back: the debt stands again, unless nothing was bought. */
export async function reopenRecovery(tx: Transaction, attemptKey: string, atMs: number): Promise<void> {
  const rows = await tx.query<DebtRow>(
    `UPDATE recovery SET state = 'open', paid_by = NULL, resolved_at_ms = NULL
     WHERE paid_by = $1 AND state = 'paid' RETURNING *`,
    [attemptKey],
  )
  if (rows[0] === undefined) return
  const { recoveryKey, saleId, accountId } = debtOf(rows[0])
  if (await isCancelled(tx, saleId)) await waiveRecovery(tx, recoveryKey, atMs)
  else await publishFaceTender(tx, accountId, atMs)
}

/** The merchant lets the debt go. Null when it is not open. */
export async function waiveRecovery(
  tx: Transaction,
  recoveryKey: string,
  atMs: number,
): Promise<{ readonly accountId: string } | null> {
  const rows = await tx.query<DebtRow>(
    `UPDATE recovery SET state = 'waived', resolved_at_ms = $2
     WHERE recovery_key = $1 AND state = 'open' RETURNING *`,
    [recoveryKey, atMs],
  )
  if (rows[0] === undefined) return null
  const { accountId } = debtOf(rows[0])
  await lift(tx, accountId, atMs)
  return { accountId }
}

async function lift(tx: Transaction, accountId: string, atMs: number): Promise<void> {
  if (!(await owes(tx, accountId))) await clearFlag(tx, accountId)
  await publishFaceTender(tx, accountId, atMs)
}

/** Goods of an unpaid sale came back: that much less is owed. */
export async function reduceDebt(
  tx: Transaction,
  attemptKey: string,
  byMinor: number,
  atMs: number,
): Promise<void> {
  const rows = await tx.query<DebtRow>(
    `UPDATE recovery SET amount_minor = greatest(amount_minor - $2, 1),
       state = CASE WHEN amount_minor <= $2 THEN 'waived' ELSE state END,
       resolved_at_ms = CASE WHEN amount_minor <= $2 THEN $3::bigint END
     WHERE attempt_key = $1 AND state = 'open' RETURNING *`,
    [attemptKey, byMinor, atMs],
  )
  if (rows[0] !== undefined) await lift(tx, debtOf(rows[0]).accountId, atMs)
}
