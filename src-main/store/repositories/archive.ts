import type { Key } from '../../contract/values.ts'
import { unpackSegment, type Segment } from '../archive/segment.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'
import { schemaVersion } from '../migrations/index.ts'
import { archiveMigration } from '../migrations/70-archive.ts'
import type { JournalRow } from './journal.ts'

/** The newest entry that was dropped from the archive: what is left begins behind it. */
export interface Horizon {
  readonly ord: number
  readonly laneId: string
  readonly epoch: Key
  readonly seq: number
  readonly hash: Buffer
  readonly signature: Buffer
}

interface SegmentColumns {
  readonly first_ord: number
  readonly last_ord: number
  readonly epoch: string
  readonly first_seq: number
  readonly archived_at_ms: number
  readonly codec: 'zstd1'
  readonly hashes: Buffer
  readonly body: Buffer
}

const withArchive = new WeakSet<ReadHandle>()

/** A folder of an older release, looked at before its lane was started with this one, has none. */
export function hasArchive(db: ReadHandle): boolean {
  if (withArchive.has(db)) return true
  const has = schemaVersion(db) >= archiveMigration.version
  if (has) withArchive.add(db)
  return has
}

export function insertSegment(db: WriteHandle, segment: Segment): void {
  const sql = `
    INSERT INTO journal_segment (first_ord, last_ord, epoch, first_seq, archived_at_ms, codec, hashes, body)
    VALUES (@first_ord, @last_ord, @epoch, @first_seq, @archived_at_ms, @codec, @hashes, @body)`
  statement<[SegmentColumns]>(db, sql).run({
    first_ord: segment.firstOrd,
    last_ord: segment.lastOrd,
    epoch: segment.epoch,
    first_seq: segment.firstSeq,
    archived_at_ms: segment.archivedAtMs,
    codec: segment.codec,
    hashes: segment.hashes,
    body: segment.body,
  })
}

/** The archived entries after `ord` up to the end of their segment, oldest first; empty when none is archived. */
export function readArchivedAfter(db: ReadHandle, ord: number): JournalRow[] {
  if (!hasArchive(db)) return []
  const sql = 'SELECT * FROM journal_segment WHERE last_ord > ? ORDER BY last_ord LIMIT 1'
  const row = statement<[number], SegmentColumns>(db, sql).get(ord)
  return row === undefined ? [] : unpackSegment(fromColumns(row)).filter((entry) => entry.ord > ord)
}

export function readArchivedEntry(db: ReadHandle, ord: number): JournalRow | null {
  if (!hasArchive(db)) return null
  const sql = 'SELECT * FROM journal_segment WHERE last_ord >= ? ORDER BY last_ord LIMIT 1'
  const row = statement<[number], SegmentColumns>(db, sql).get(ord)
  if (row === undefined || row.first_ord > ord) return null
  return unpackSegment(fromColumns(row)).find((entry) => entry.ord === ord) ?? null
}

export function readArchivedPosition(db: ReadHandle, ord: number): { epoch: Key; seq: number } | null {
  if (!hasArchive(db)) return null
  const sql = `
    SELECT epoch, first_seq + @ord - first_ord AS seq FROM journal_segment
    WHERE last_ord >= @ord AND first_ord <= @ord ORDER BY last_ord LIMIT 1`
  return statement<[{ ord: number }], { epoch: Key; seq: number }>(db, sql).get({ ord }) ?? null
}

export interface SegmentPlace {
  readonly firstOrd: number
  readonly lastOrd: number
  readonly archivedAtMs: number
}

/** The oldest segment that is left, without its bytes. */
export function readOldestSegment(db: ReadHandle): SegmentPlace | null {
  const sql = `
    SELECT first_ord AS firstOrd, last_ord AS lastOrd, archived_at_ms AS archivedAtMs
    FROM journal_segment ORDER BY last_ord LIMIT 1`
  return statement<[], SegmentPlace>(db, sql).get() ?? null
}

/** When the first of the segments behind `ord` was archived, by the clock of that time; null when there is none. */
export function readEarliestArchivingAfter(db: ReadHandle, ord: number): number | null {
  const sql = 'SELECT min(archived_at_ms) AS atMs FROM journal_segment WHERE last_ord > ?'
  return statement<[number], { atMs: number | null }>(db, sql).get(ord)?.atMs ?? null
}

/** Of the newest entry that left `journal`; 0 while none did. */
export function readArchivedUpTo(db: ReadHandle): number {
  if (!hasArchive(db)) return 0
  const sql = 'SELECT max(last_ord) AS ord FROM journal_segment'
  const newest = statement<[], { ord: number | null }>(db, sql).get()?.ord
  return newest ?? readHorizon(db)?.ord ?? 0
}

/** Takes the segment's entries out of `journal`; the trigger checks each against the segment. */
export function deleteArchivedRows(db: WriteHandle, segment: Segment): number {
  const sql = 'DELETE FROM journal WHERE ord BETWEEN ? AND ?'
  return statement<[number, number]>(db, sql).run(segment.firstOrd, segment.lastOrd).changes
}

export function deleteSegment(db: WriteHandle, firstOrd: number): void {
  statement<[number]>(db, 'DELETE FROM journal_segment WHERE first_ord = ?').run(firstOrd)
}

export function readBackedUpOrd(db: ReadHandle): number {
  return statement<[], { ord: number }>(db, 'SELECT ord FROM journal_backed_up').get()?.ord ?? 0
}

export function putBackedUpOrd(db: WriteHandle, ord: number): void {
  statement<[number]>(db, 'INSERT OR REPLACE INTO journal_backed_up (id, ord) VALUES (1, ?)').run(ord)
}

export function readHorizon(db: ReadHandle): Horizon | null {
  if (!hasArchive(db)) return null
  const sql = 'SELECT ord, lane_id AS laneId, epoch, seq, hash, signature FROM journal_horizon'
  return statement<[], Horizon>(db, sql).get() ?? null
}

export function putHorizon(db: WriteHandle, horizon: Horizon): void {
  const sql = `
    INSERT INTO journal_horizon (id, ord, lane_id, epoch, seq, hash, signature)
    VALUES (1, @ord, @laneId, @epoch, @seq, @hash, @signature)
    ON CONFLICT (id) DO UPDATE SET ord = excluded.ord, lane_id = excluded.lane_id, epoch = excluded.epoch,
      seq = excluded.seq, hash = excluded.hash, signature = excluded.signature`
  statement<[Horizon]>(db, sql).run(horizon)
}

function fromColumns(row: SegmentColumns): Segment {
  return {
    firstOrd: row.first_ord,
    lastOrd: row.last_ord,
    epoch: row.epoch,
    firstSeq: row.first_seq,
    archivedAtMs: row.archived_at_ms,
    codec: row.codec,
    hashes: row.hashes,
    body: row.body,
  }
}
