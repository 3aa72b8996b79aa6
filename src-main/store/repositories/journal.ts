import type { Aggregate, EntryHeader, Position, WireEntry } from '../../contract/journal.ts'
import type { Key } from '../../contract/values.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'
import {
  hasArchive,
  readArchivedAfter,
  readArchivedEntry,
  readArchivedPosition,
  readHorizon,
} from './archive.ts'

/** One entry as it lies in the table; `ord` counts over all epochs from 1 without a gap. */
export interface JournalRow {
  readonly ord: number
  readonly header: EntryHeader
  readonly payload: Buffer
  readonly prevHash: Buffer
  readonly hash: Buffer
  /** Null when a later entry of the same commit carries it. */
  readonly signature: Buffer | null
}

interface Columns {
  readonly ord: number
  readonly lane_id: string
  readonly epoch: string
  readonly seq: number
  readonly format_version: 1
  readonly type: string
  readonly aggregate_kind: Aggregate['kind']
  readonly aggregate_id: string
  readonly at_ms: number
  readonly boot_id: string
  readonly monotonic_ms: number
  readonly payload: Buffer
  readonly prev_hash: Buffer
  readonly hash: Buffer
  readonly signature: Buffer | null
}

/** By place: a name costs the binding as much as its value, and this is written with every commit. */
const insertInto = (table: 'journal' | 'journal_epoch') => `
  INSERT INTO ${table} (ord, lane_id, epoch, seq, format_version, type, aggregate_kind, aggregate_id,
    at_ms, boot_id, monotonic_ms, payload, prev_hash, hash, signature)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const insertEntrySql = insertInto('journal')
const insertGenesisSql = insertInto('journal_epoch')

/** A genesis is also kept apart, where it outlives its archive. */
export function insertEntry(db: WriteHandle, row: JournalRow): void {
  const values = valuesOf(row)
  statement<Values>(db, insertEntrySql).run(...values)
  if (row.header.seq === 0) statement<Values>(db, insertGenesisSql).run(...values)
}

/** The newest entry; it is never archived. */
export function readLastEntry(db: ReadHandle): JournalRow | null {
  const row = statement<[], Columns>(db, 'SELECT * FROM journal ORDER BY ord DESC LIMIT 1').get()
  return row === undefined ? null : fromColumns(row)
}

/**
 * Entries after `ord`, oldest first, from archive and journal; entries behind the archive's horizon are gone. Between
 * two pages others may write, also archive.
 */
export function* readEntriesAfter(db: ReadHandle, ord: number): Generator<JournalRow> {
  for (let after = ord; ;) {
    const page = nextPage(db, after)
    for (const row of page) yield row
    const last = page.at(-1)
    if (last === undefined) return
    after = last.ord
  }
}

function nextPage(db: ReadHandle, after: number): readonly JournalRow[] {
  const archived = readArchivedAfter(db, after)
  if (archived.length > 0) return archived
  const page = readRowsAfter(db, after, 100)
  const [first] = page
  if (first === undefined || first.ord === after + 1) return page
  // Archived between the two reads; if not, the caller must see the gap.
  const moved = readArchivedAfter(db, after)
  return moved.length > 0 ? moved : page
}

/** Only what is not archived. */
export function readRowsAfter(db: ReadHandle, ord: number, limit: number): JournalRow[] {
  const sql = 'SELECT * FROM journal WHERE ord > ? ORDER BY ord LIMIT ?'
  return statement<[number, number], Columns>(db, sql).all(ord, limit).map(fromColumns)
}

export function readEntry(db: ReadHandle, ord: number): JournalRow | null {
  const row = statement<[number], Columns>(db, 'SELECT * FROM journal WHERE ord = ?').get(ord)
  return row === undefined ? readArchivedEntry(db, ord) : fromColumns(row)
}

export function readOrd(db: ReadHandle, position: Position): number | null {
  const genesisOrd = readGenesisOrd(db, position.epoch)
  if (genesisOrd === null) return null
  const ord = genesisOrd + position.seq
  const sql = 'SELECT 1 FROM journal WHERE ord = ? AND epoch = ?'
  const isThere = statement<[number, string], object>(db, sql).get(ord, position.epoch) !== undefined
  return isThere || readArchivedPosition(db, ord)?.epoch === position.epoch ? ord : null
}

function readGenesisOrd(db: ReadHandle, epoch: Key): number | null {
  const sql = `SELECT ord FROM ${genesisTable(db)} WHERE epoch = ? AND seq = 0`
  return statement<[string], { ord: number }>(db, sql).get(epoch)?.ord ?? null
}

/** The first entry of an epoch, which names the key that signs it; kept also when the epoch is archived and dropped. */
export function readGenesis(db: ReadHandle, epoch: Key): JournalRow | null {
  const sql = `SELECT * FROM ${genesisTable(db)} WHERE epoch = ? AND seq = 0`
  const row = statement<[string], Columns>(db, sql).get(epoch)
  return row === undefined ? null : fromColumns(row)
}

function genesisTable(db: ReadHandle): 'journal' | 'journal_epoch' {
  return hasArchive(db) ? 'journal_epoch' : 'journal'
}

/** `ord` has no gap, so nothing has to be counted. */
export function countEntriesAfter(db: ReadHandle, ord: number): number {
  const from = Math.max(ord, readHorizon(db)?.ord ?? 0)
  return Math.max(0, (readLastEntry(db)?.ord ?? 0) - from)
}

/** The highest `ord` ever given, also when its row is gone. */
export function readHighestOrdEver(db: ReadHandle): number {
  const sql = "SELECT seq FROM sqlite_sequence WHERE name = 'journal'"
  return statement<[], { seq: number }>(db, sql).get()?.seq ?? 0
}

export function readAck(db: ReadHandle): { ord: number; position: Position } | null {
  const ord = readAckedOrd(db)
  const position = ord === 0 ? null : readPosition(db, ord)
  return position === null ? null : { ord, position }
}

function readPosition(db: ReadHandle, ord: number): Position | null {
  const horizon = readHorizon(db)
  if (horizon?.ord === ord) return { epoch: horizon.epoch, seq: horizon.seq }
  const sql = 'SELECT epoch, seq FROM journal WHERE ord = ?'
  return statement<[number], Position>(db, sql).get(ord) ?? readArchivedPosition(db, ord)
}

export function readAckedOrd(db: ReadHandle): number {
  return statement<[], { ord: number }>(db, 'SELECT ord FROM journal_ack').get()?.ord ?? 0
}

export function putAck(db: WriteHandle, ord: number): void {
  statement<[number]>(db, 'INSERT OR REPLACE INTO journal_ack (id, ord) VALUES (1, ?)').run(ord)
}

export function clearAck(db: WriteHandle): void {
  statement(db, 'DELETE FROM journal_ack').run()
}

export interface Checkpoint {
  readonly ord: number
  readonly hash: Buffer
  readonly signature: Buffer
}

export function readLastCheckpoint(db: ReadHandle): Checkpoint | null {
  const sql = 'SELECT ord, hash, signature FROM checkpoint ORDER BY ord DESC LIMIT 1'
  return statement<[], Checkpoint>(db, sql).get() ?? null
}

export function putCheckpoint(db: WriteHandle, checkpoint: Checkpoint, atMs: number): void {
  const sql = 'INSERT OR IGNORE INTO checkpoint (ord, hash, signature, at_ms) VALUES (?, ?, ?, ?)'
  statement<[number, Buffer, Buffer, number]>(db, sql).run(
    checkpoint.ord,
    checkpoint.hash,
    checkpoint.signature,
    atMs,
  )
}

/** All but the newest: a start begins at that one. */
export function dropOldCheckpoints(db: WriteHandle): void {
  statement(db, 'DELETE FROM checkpoint WHERE ord < (SELECT max(ord) FROM checkpoint)').run()
}

export function toWireEntry(row: JournalRow): WireEntry {
  return {
    header: row.header,
    payload: row.payload.toString('base64'),
    prevHash: row.prevHash.toString('hex'),
    hash: row.hash.toString('hex'),
    signature: row.signature === null ? null : row.signature.toString('base64'),
  }
}

type Values = (string | number | Buffer | null)[]

/** In the order of `insertInto`. */
function valuesOf({ ord, header, payload, prevHash, hash, signature }: JournalRow): Values {
  const { laneId, epoch, seq, formatVersion, type, aggregate, at } = header
  const place = [ord, laneId, epoch, seq, formatVersion]
  const about = [type, aggregate.kind, aggregate.id, at.atMs, at.bootId, at.monotonicMs]
  return [...place, ...about, payload, prevHash, hash, signature]
}

function fromColumns(row: Columns): JournalRow {
  return {
    ord: row.ord,
    header: {
      formatVersion: row.format_version,
      laneId: row.lane_id,
      epoch: row.epoch,
      seq: row.seq,
      type: row.type,
      aggregate: { kind: row.aggregate_kind, id: row.aggregate_id },
      at: { atMs: row.at_ms, bootId: row.boot_id, monotonicMs: row.monotonic_ms },
    },
    payload: row.payload,
    prevHash: row.prev_hash,
    hash: row.hash,
    signature: row.signature,
  }
}
