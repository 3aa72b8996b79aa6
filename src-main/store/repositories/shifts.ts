import type { LaneEvent } from '../../contract/events.ts'
import type { Position } from '../../contract/journal.ts'
import type { JournalledEvent, ShiftRecord } from '../../ports/store.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'
import { readEntriesAfter, readOrd } from './journal.ts'

interface ShiftRow {
  readonly shift_key: string
  readonly staff_id: string
  readonly float_minor: number
  readonly currency: string
  readonly opened_at_ms: number
  readonly z_number: number | null
  readonly closed_at_ms: number | null
  readonly closed_epoch: string | null
  readonly closed_seq: number | null
}

export function putShift(db: WriteHandle, record: ShiftRecord): void {
  const sql = `
    INSERT INTO shift (shift_key, staff_id, float_minor, currency, opened_at_ms, z_number, closed_at_ms, closed_epoch,
      closed_seq)
    VALUES (@shift_key, @staff_id, @float_minor, @currency, @opened_at_ms, @z_number, @closed_at_ms, @closed_epoch,
      @closed_seq)
    ON CONFLICT (shift_key) DO UPDATE SET z_number = excluded.z_number, closed_at_ms = excluded.closed_at_ms,
      closed_epoch = excluded.closed_epoch, closed_seq = excluded.closed_seq
    WHERE z_number IS NULL`
  const { changes } = statement<[ShiftRow]>(db, sql).run({
    shift_key: record.shiftKey,
    staff_id: record.staffId,
    float_minor: record.floatMinor,
    currency: record.currency,
    opened_at_ms: record.openedAtMs,
    z_number: record.closed?.zNumber ?? null,
    closed_at_ms: record.closed?.atMs ?? null,
    closed_epoch: record.closed?.position.epoch ?? null,
    closed_seq: record.closed?.position.seq ?? null,
  })
  if (changes !== 1) throw new Error(`Shift ${record.shiftKey} is closed`)
}

export function readOpenShift(db: ReadHandle): ShiftRecord | null {
  const row = statement<[], ShiftRow>(db, 'SELECT * FROM shift WHERE z_number IS NULL').get()
  return row === undefined ? null : shiftFrom(row)
}

/** The shift with the highest Z number. */
export function readLastClosedShift(db: ReadHandle): ShiftRecord | null {
  const sql = 'SELECT * FROM shift WHERE z_number IS NOT NULL ORDER BY z_number DESC LIMIT 1'
  const row = statement<[], ShiftRow>(db, sql).get()
  return row === undefined ? null : shiftFrom(row)
}

function shiftFrom(row: ShiftRow): ShiftRecord {
  const { z_number: zNumber, closed_at_ms: atMs, closed_epoch: epoch, closed_seq: seq } = row
  const isClosed = zNumber !== null && atMs !== null && epoch !== null && seq !== null
  return {
    shiftKey: row.shift_key,
    staffId: row.staff_id,
    floatMinor: row.float_minor,
    currency: row.currency,
    openedAtMs: row.opened_at_ms,
    closed: isClosed ? { zNumber, atMs, position: { epoch, seq } } : null,
  }
}

/** At most `limit` entries after a position, from the oldest the archive has when it is null. */
export function readEventsAfter(db: ReadHandle, position: Position | null, limit: number): JournalledEvent[] {
  const ord = position === null ? 0 : (readOrd(db, position) ?? 0)
  const events: JournalledEvent[] = []
  for (const { header, payload } of readEntriesAfter(db, ord)) {
    if (events.length >= limit) break
    events.push({
      event: JSON.parse(payload.toString('utf8')) as LaneEvent,
      atMs: header.at.atMs,
      position: { epoch: header.epoch, seq: header.seq },
    })
  }
  return events
}
