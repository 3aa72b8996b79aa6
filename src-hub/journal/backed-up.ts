import { publish } from '../feed/publish.ts'
import { type Database, toSafeInteger } from '../store/database.ts'
import { randomKey } from '../crypto.ts'

/** Longer than any transaction lives between the time it notes and its commit. */
const marginMs = 10 * 60_000

export interface BackedUp {
  readonly laneId: string
  readonly epoch: string
  readonly seq: number
}

/**
 * A backup that began at `upToMs` (the hub's clock, ms UTC) is safe: tells every lane how much of its journal lies in
 * it. What came in the ten minutes before is left to the next backup. Reporting one twice changes nothing.
 */
export async function reportBackup(database: Database, upToMs: number, nowMs: number): Promise<BackedUp[]> {
  return database.transaction(async (tx) => {
    await tx.query('INSERT INTO backup (backup_key, up_to_ms, reported_at_ms) VALUES ($1, $2, $3)', [
      randomKey(),
      upToMs,
      nowMs,
    ])
    const rows = await tx.query<{ lane_id: string; epoch: string; seq: string }>(
      `SELECT lane_id, epoch, max(seq) AS seq FROM journal_entry e JOIN lane_position p USING (lane_id, epoch)
       WHERE p.branch_of IS NULL AND e.received_at_ms <= $1 GROUP BY lane_id, epoch ORDER BY lane_id, epoch`,
      [upToMs - marginMs],
    )
    const positions = rows.map((row) => ({
      laneId: row.lane_id,
      epoch: row.epoch,
      seq: toSafeInteger(row.seq),
    }))
    for (const { laneId, epoch, seq } of positions)
      await publish(tx, { laneId }, { kind: 'backedUp', epoch, seq }, nowMs)
    return positions
  })
}
