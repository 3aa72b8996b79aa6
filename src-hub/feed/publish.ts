import type { FeedItem } from '../../src-main/contract/feed.ts'
import { feedItemKey } from '../../src-main/domain/feed/itemKey.ts'
import type { Transaction } from '../store/database.ts'

/** Whom an item is for; null means every lane, also those that join later. */
export interface Audience {
  readonly laneId: string | null
}

/** The channel on which hub processes tell each other that there is something new; its payload is the lane or ''. */
export const feedChannel = 'facelane_feed'

/** Class of the advisory locks that publishing transactions hold; their key is a place below their items. */
export const feedLockClass = 1_178_946_372

/**
 * Tells lanes something when the transaction commits. The item takes the place of an older one with the same
 * `feedItemKey` for the same audience.
 */
export async function publish(
  tx: Transaction,
  { laneId }: Audience,
  item: FeedItem,
  atMs: number,
): Promise<void> {
  await announce(tx)
  await tx.query(
    `WITH told AS (
       INSERT INTO feed_item (lane_id, item_key, item, at_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT (lane_id, item_key) DO UPDATE SET item = excluded.item, at_ms = excluded.at_ms,
         id = nextval('feed_item_id_seq')
     )
     SELECT pg_notify($5, $6)`,
    [laneId, feedItemKey(item), JSON.stringify(item), atMs, feedChannel, laneId ?? ''],
  )
}

/**
 * Once a transaction: whatever place its items get, it is above the one this lock names, and no reader goes beyond that
 * before the transaction is over. Shared, so nobody waits for anybody.
 */
async function announce(tx: Transaction): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock_shared($1, (SELECT last_value FROM feed_item_id_seq)::integer),
       set_config('facelane.publishing', 'yes', true)
     WHERE coalesce(current_setting('facelane.publishing', true), '') = ''`,
    [feedLockClass],
  )
}

/** Takes back what needs telling no more; a lane that has heard it keeps what it made of it. */
export async function retract(tx: Transaction, { laneId }: Audience, item: FeedItem): Promise<void> {
  await tx.query('DELETE FROM feed_item WHERE lane_id IS NOT DISTINCT FROM $1 AND item_key = $2', [
    laneId,
    feedItemKey(item),
  ])
}
