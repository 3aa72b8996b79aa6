import type { FeedRequest, FeedResponse } from '../../src-main/contract/feed.ts'
import { Refusal } from '../refusal.ts'
import { type Queryable, toSafeInteger } from '../store/database.ts'
import { feedLockClass } from './publish.ts'

/** A page ends at the item that brings it over this, and never has more items than the contract's response. */
const maxPageBytes = 256 * 1024
const maxPageItems = 200

interface ItemRow {
  id: string
  item: string
}

/** The items after the request's cursor that this lane may read, oldest first. */
export async function readPage(
  database: Queryable,
  laneId: string,
  request: Pick<FeedRequest, 'hubEpoch' | 'cursor'>,
): Promise<FeedResponse> {
  const hubEpoch = await hubEpochOf(database)
  const cursor = request.hubEpoch === hubEpoch ? request.cursor : null
  const upTo = await settledPlace(database, cursor)
  const rows = await database.query<ItemRow>(
    `SELECT id, item FROM feed_item WHERE (lane_id = $1 OR lane_id IS NULL) AND id > $2 AND id <= $3
     ORDER BY id LIMIT $4`,
    [laneId, cursor ?? '0', upTo, maxPageItems + 1],
  )
  const page = firstOf(rows)
  return {
    hubEpoch,
    items: page.map(({ id, item }) => ({ cursor: id, item: JSON.parse(item) as { kind: string } })),
    cursor: page.at(-1)?.id ?? cursor,
    more: page.length < rows.length,
  }
}

/**
 * The place up to which nothing can appear any more. Whoever publishes holds a lock that names a place below its items
 * until it has committed (`publish.ts`). First the last place given out, then the locks, then (by the caller) the
 * items: an item up to this place is committed and seen, or its lock lowers the place.
 */
async function settledPlace(database: Queryable, cursor: string | null): Promise<number> {
  const [given] = await database.query<{ last: string }>('SELECT last_value AS last FROM feed_item_id_seq')
  const last = toSafeInteger(given?.last ?? '0')
  if (cursor !== null && Number(cursor) > last) throw fromTheFuture()
  const [held] = await database.query<{ lowest: string | null }>(
    `SELECT min(objid::bigint) AS lowest FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objsubid = 2
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [feedLockClass],
  )
  return held?.lowest == null ? last : Math.min(last, toSafeInteger(held.lowest))
}

/** It would never hear anything again. */
function fromTheFuture(): Refusal {
  return new Refusal(
    409,
    'feed.fromTheFuture',
    'The lane has heard more than this hub ever said: its database came back from a backup. Stop the hub, run "facelane hub restored", start it again.',
  )
}

function firstOf(rows: readonly ItemRow[]): readonly ItemRow[] {
  let bytes = 0
  const end = rows.findIndex((row, index) => {
    bytes += Buffer.byteLength(row.item)
    return index > 0 && (index >= maxPageItems || bytes > maxPageBytes)
  })
  return end < 0 ? rows : rows.slice(0, end)
}

async function hubEpochOf(database: Queryable): Promise<string> {
  const [row] = await database.query<{ value: string }>(`SELECT value FROM hub_meta WHERE key = 'hubEpoch'`)
  if (row === undefined) throw new Error('The migrations give every hub its epoch')
  return row.value
}
