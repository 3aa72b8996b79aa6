import { type Queryable, toSafeInteger } from '../store/database.ts'
import { type Fork, listForks } from './forks.ts'

/** Something of a journal that a person has to decide about, as the status page lists it. */
export interface WaitingEntry {
  readonly laneId: string
  readonly kind: 'parked' | 'quarantined'
  readonly reason: string
  /** What `facelane hub aside` takes: `EPOCH/SEQ` of a parked entry, the hash of a quarantined one. */
  readonly name: string
  /** Entries that wait behind a parked one. */
  readonly behind: number
  readonly atMs: number
}

export interface WaitingInJournals {
  readonly forks: readonly Fork[]
  /** The oldest first, at most `limit`. */
  readonly entries: readonly WaitingEntry[]
}

/** What waits for a person in the journals of all lanes. */
export async function waitingInJournals(database: Queryable, limit: number): Promise<WaitingInJournals> {
  const [forks, rows] = await Promise.all([
    listForks(database),
    database.query<{
      lane_id: string
      kind: 'parked' | 'quarantined'
      reason: string
      name: string
      behind: string
      at_ms: string
    }>(
      `SELECT lane_id, 'parked' AS kind, reason, epoch || '/' || seq AS name, at_ms,
         (SELECT count(*) FROM parked b WHERE b.lane_id = p.lane_id AND b.aggregate_kind = p.aggregate_kind
            AND b.aggregate_id = p.aggregate_id AND b.reason = 'behind') AS behind
       FROM parked p WHERE reason <> 'behind'
       UNION ALL
       SELECT lane_id, 'quarantined', reason, (entry::jsonb)->>'hash', at_ms, 0 FROM quarantine WHERE reason <> 'fork'
       ORDER BY at_ms, name LIMIT $1`,
      [limit],
    ),
  ])
  const entries = rows.map(({ lane_id: laneId, kind, reason, name, behind, at_ms }) => ({
    laneId,
    kind,
    reason,
    name,
    behind: toSafeInteger(behind),
    atMs: toSafeInteger(at_ms),
  }))
  return { forks, entries }
}
