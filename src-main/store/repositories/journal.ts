import type { Aggregate, EntryHeader, Position, WireEntry } from '../../contract/journal.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'

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

const insertSql = `
  INSERT INTO journal (ord, lane_id, epoch, seq, format_version, type, aggregate_kind, aggregate_id,
    at_ms, boot_id, monotonic_ms, payload, prev_hash, hash, signature)
  VALUES (@ord, @lane_id, @epoch, @seq, @format_version, @type, @aggregate_kind, @aggregate_id,
    @at_ms, @boot_id, @monotonic_ms, @payload, @prev_hash, @hash, @signature)`

export function insertEntry(db: WriteHandle, row: JournalRow): void {
  statement<[Columns]>(db, insertSql).run(toColumns(row))
}

export function readLastEntry(db: ReadHandle): JournalRow | null {
  const row = statement<[], Columns>(db, 'SELECT * FROM journal ORDER BY ord DESC LIMIT 1').get()
  return row === undefined ? null : fromColumns(row)
}

/** Entries after `ord`, oldest first. */
export function* readEntriesAfter(db: ReadHandle, ord: number): Generator<JournalRow> {
  const sql = 'SELECT * FROM journal WHERE ord > ? ORDER BY ord LIMIT 100'
  for (let after = ord; ;) {
    const page = statement<[number], Columns>(db, sql).all(after)
    for (const row of page) yield fromColumns(row)
    const last = page.at(-1)
    if (last === undefined) return
    after = last.ord
  }
}

export function readEntry(db: ReadHandle, ord: number): JournalRow | null {
  const row = statement<[number], Columns>(db, 'SELECT * FROM journal WHERE ord = ?').get(ord)
  return row === undefined ? null : fromColumns(row)
}

export function readOrd(db: ReadHandle, position: Position): number | null {
  const sql = 'SELECT ord FROM journal WHERE epoch = ? AND seq = ?'
  return statement<[string, number], { ord: number }>(db, sql).get(position.epoch, position.seq)?.ord ?? null
}

export function countEntriesAfter(db: ReadHandle, ord: number): number {
  const sql = 'SELECT count(*) AS entries FROM journal WHERE ord > ?'
  return statement<[number], { entries: number }>(db, sql).get(ord)?.entries ?? 0
}

/** The highest `ord` ever given, also when its row is gone. */
export function readHighestOrdEver(db: ReadHandle): number {
  const sql = "SELECT seq FROM sqlite_sequence WHERE name = 'journal'"
  return statement<[], { seq: number }>(db, sql).get()?.seq ?? 0
}

export function readAck(db: ReadHandle): { ord: number; position: Position } | null {
  const sql = 'SELECT ord, epoch, seq FROM journal_ack JOIN journal USING (ord)'
  const row = statement<[], { ord: number; epoch: string; seq: number }>(db, sql).get()
  return row === undefined ? null : { ord: row.ord, position: { epoch: row.epoch, seq: row.seq } }
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

export function toWireEntry(row: JournalRow): WireEntry {
  return {
    header: row.header,
    payload: row.payload.toString('base64'),
    prevHash: row.prevHash.toString('hex'),
    hash: row.hash.toString('hex'),
    signature: row.signature === null ? null : row.signature.toString('base64'),
  }
}

function toColumns(row: JournalRow): Columns {
  return {
    ord: row.ord,
    lane_id: row.header.laneId,
    epoch: row.header.epoch,
    seq: row.header.seq,
    format_version: row.header.formatVersion,
    type: row.header.type,
    aggregate_kind: row.header.aggregate.kind,
    aggregate_id: row.header.aggregate.id,
    at_ms: row.header.at.atMs,
    boot_id: row.header.at.bootId,
    monotonic_ms: row.header.at.monotonicMs,
    payload: row.payload,
    prev_hash: row.prevHash,
    hash: row.hash,
    signature: row.signature,
  }
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
