import type { FeedRequest } from '../../src-main/contract/feed.ts'
import { type Queryable, toSafeInteger } from '../store/database.ts'

/** What a lane whose disk came back from yesterday may have to be told again. */
const keptMs = 35 * 24 * 3_600_000

/** A lane that asks on from a cursor has committed everything up to it. */
export async function noteReader(
  relaxed: Queryable,
  laneId: string,
  { hubEpoch, cursor }: Pick<FeedRequest, 'hubEpoch' | 'cursor'>,
  atMs: number,
): Promise<void> {
  if (cursor === null) return
  await relaxed.query(
    `INSERT INTO feed_reader (lane_id, cursor, at_ms)
     SELECT $1, $2::bigint, $3 WHERE EXISTS (SELECT 1 FROM hub_meta WHERE key = 'hubEpoch' AND value = $4)
     ON CONFLICT (lane_id) DO UPDATE SET cursor = excluded.cursor, at_ms = excluded.at_ms
     WHERE feed_reader.cursor <> excluded.cursor`,
    [laneId, cursor, atMs, hubEpoch],
  )
}

/** Outcomes that their lane has long taken in; everything else of the feed is the present state and stays. */
export async function forgetOld(database: Queryable, nowMs: number): Promise<void> {
  await database.query(
    `DELETE FROM feed_item f USING feed_reader r
     WHERE f.lane_id = r.lane_id AND f.item_key LIKE 'deferredOutcome:%' AND f.at_ms < $1
       AND f.id <= r.cursor`,
    [nowMs - keptMs],
  )
}

export interface FeedReader {
  readonly laneId: string
  /** Items of this lane and of all lanes that it has not taken in. */
  readonly waiting: number
  /** When it last took something in; null when it never did. */
  readonly atMs: number | null
}

export async function feedReaders(database: Queryable): Promise<FeedReader[]> {
  const rows = await database.query<{ lane_id: string; waiting: string; at_ms: string | null }>(
    `SELECT l.lane_id, r.at_ms, (SELECT count(*) FROM feed_item f WHERE (f.lane_id = l.lane_id OR f.lane_id IS NULL)
         AND (r.lane_id IS NULL OR f.id > r.cursor)) AS waiting
     FROM lane l LEFT JOIN feed_reader r USING (lane_id) ORDER BY l.lane_id`,
  )
  return rows.map((row) => ({
    laneId: row.lane_id,
    waiting: toSafeInteger(row.waiting),
    atMs: row.at_ms === null ? null : toSafeInteger(row.at_ms),
  }))
}
