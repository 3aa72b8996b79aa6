import type { FeedRequest, FeedResponse } from '../../src-main/contract/feed.ts'
import { Refusal } from '../refusal.ts'
import type { Queryable } from '../store/database.ts'

/** A page ends at the item that brings it over this, and never has more items than the contract's response. */
const maxPageBytes = 256 * 1024
const maxPageItems = 200

interface ItemRow {
  tx: string
  id: string
  item: string
}

/**
 * The items after the request's cursor that this lane may read, oldest first. Items of a transaction that is younger
 * than one still running stay behind: that one may commit an item with a lower place.
 */
export async function readPage(
  database: Queryable,
  laneId: string,
  request: Pick<FeedRequest, 'hubEpoch' | 'cursor'>,
): Promise<FeedResponse> {
  const hubEpoch = await hubEpochOf(database)
  const cursor = request.hubEpoch === hubEpoch ? request.cursor : null
  if (cursor !== null) await refuseFromTheFuture(database, cursor)
  const [tx = '0', id = '0'] = cursor?.split('-') ?? []
  const rows = await database.query<ItemRow>(
    `SELECT f.tx::text, f.id::text, f.item FROM feed_item f
     WHERE (f.lane_id = $1 OR f.lane_id IS NULL) AND (f.tx, f.id) > ($2::xid8, $3::bigint)
       AND f.tx < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY f.tx, f.id LIMIT $4`,
    [laneId, tx, id, maxPageItems + 1],
  )
  const page = firstOf(rows)
  const last = page.at(-1)
  return {
    hubEpoch,
    items: page.map((row) => ({ cursor: cursorOf(row), item: JSON.parse(row.item) as { kind: string } })),
    cursor: last === undefined ? cursor : cursorOf(last),
    more: page.length < rows.length,
  }
}

/** A place this database has not come to yet: it was put back without a word, and would never be heard again. */
async function refuseFromTheFuture(database: Queryable, cursor: string): Promise<void> {
  const [row] = await database.query<{ ahead: boolean }>(
    'SELECT $1::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) AS ahead',
    [cursor.split('-')[0]],
  )
  if (row?.ahead !== true) return
  throw new Refusal(
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

function cursorOf({ tx, id }: ItemRow): string {
  return `${tx}-${id}`
}

async function hubEpochOf(database: Queryable): Promise<string> {
  const [row] = await database.query<{ value: string }>(`SELECT value FROM hub_meta WHERE key = 'hubEpoch'`)
  if (row === undefined) throw new Error('The migrations give every hub its epoch')
  return row.value
}
