import type { Transaction } from '../store/database.ts'

/**
 * One batch of a lane at a time: positions are read and moved under this lock, which payments do not wait for. Returns
 * the raw key that the lane joined with; null for a lane that was released, or that nobody knows.
 */
export async function lockLane(tx: Transaction, laneId: string): Promise<Buffer | null> {
  const rows = await tx.query<{ public_key: Buffer | null }>(
    'SELECT public_key FROM lane WHERE lane_id = $1 FOR NO KEY UPDATE',
    [laneId],
  )
  return rows[0]?.public_key ?? null
}
