import type { Queryable } from '../store/database.ts'

const workTables = [
  'cancelled_sale',
  'payment_attempt',
  'deferred_payment',
  'deferred_reduction',
  'payment_refund',
  'payment_link',
]

export interface Rebase {
  readonly nowMs: number
  /** How far the clock went back; 0 at a start, when nobody knows. */
  readonly byMs: number
  /** Longest that a deferred payment has until it expires. */
  readonly deferredExpiryMs: number
}

/**
 * Work that was put off by a clock that has gone back since would wait for the length of the jump: all of it is due now,
 * which costs one look too many, and what is counted from a time in the future keeps its age. Safe to repeat. Leases are
 * left alone: lanes hold them with their own expiry, and one that expires late only counts for longer.
 */
export async function rebaseWork(
  database: Queryable,
  { nowMs, byMs, deferredExpiryMs }: Rebase,
): Promise<void> {
  for (const column of ['called_at_ms', 'cancel_asked_at_ms'])
    await database.query(
      `UPDATE payment_attempt SET ${column} = greatest(0, least(${column} - $2, $1))
       WHERE due_at_ms IS NOT NULL AND ${column} > $1`,
      [nowMs, byMs],
    )
  await database.query(
    `UPDATE deferred_payment SET expires_at_ms = least(expires_at_ms - $2, $1::bigint + $3)
     WHERE state = 'UPLOADED' AND expires_at_ms > $1::bigint + $3`,
    [nowMs, byMs, deferredExpiryMs],
  )
  for (const table of workTables)
    await database.query(`UPDATE ${table} SET due_at_ms = $1 WHERE due_at_ms > $1`, [nowMs])
}
