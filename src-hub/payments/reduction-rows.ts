import { Refusal } from '../refusal.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import { findDeferred } from './deferred-rows.ts'

/** What a return took off a deferred payment. */
export interface Reduction {
  readonly reductionKey: string
  readonly attemptKey: string
  readonly amountMinor: number
}

/** Written down with its journal entry; brought into effect after the commit. Throws `Refusal` for more than was paid. */
export async function keepReduction(tx: Transaction, reduction: Reduction, atMs: number): Promise<void> {
  const { reductionKey, attemptKey, amountMinor } = reduction
  const payment = await findDeferred(tx, attemptKey)
  if (payment === null)
    throw new Refusal(409, 'payment.notDeferred', 'The hub holds no such deferred payment.')
  const rows = await tx.query(
    `INSERT INTO deferred_reduction (reduction_key, attempt_key, amount_minor, received_at_ms, due_at_ms)
     VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING RETURNING 1`,
    [reductionKey, attemptKey, amountMinor, atMs],
  )
  if (rows.length > 0 && (await reducedMinor(tx, attemptKey)) > payment.amountMinor)
    throw new Refusal(409, 'payment.refundTooLarge', 'More would be given back than was paid.')
}

/** How much of it came back to the shopper, by returns. */
export async function reducedMinor(database: Queryable, attemptKey: string): Promise<number> {
  const rows = await database.query<{ sum: string | null }>(
    'SELECT sum(amount_minor) AS sum FROM deferred_reduction WHERE attempt_key = $1',
    [attemptKey],
  )
  return toSafeInteger(rows[0]?.sum ?? '0')
}

/** The same, and nothing is left to do about them: whoever calls charges, or claims, only the rest. */
export async function takeReductions(tx: Transaction, attemptKey: string): Promise<number> {
  await tx.query('UPDATE deferred_reduction SET due_at_ms = NULL WHERE attempt_key = $1', [attemptKey])
  return reducedMinor(tx, attemptKey)
}

export async function dueReductions(database: Queryable, atMs: number, limit: number): Promise<Reduction[]> {
  const rows = await database.query<{ reduction_key: string; attempt_key: string; amount_minor: string }>(
    `SELECT reduction_key, attempt_key, amount_minor FROM deferred_reduction
     WHERE due_at_ms <= $1 ORDER BY due_at_ms LIMIT $2`,
    [atMs, limit],
  )
  return rows.map((row) => ({
    reductionKey: row.reduction_key,
    attemptKey: row.attempt_key,
    amountMinor: toSafeInteger(row.amount_minor),
  }))
}
