import { hashHolds } from '../chain/append.ts'
import { brokenJournal } from '../errors.ts'
import type { WriteHandle } from '../handles.ts'
import {
  deleteArchivedRows,
  deleteSegment,
  insertSegment,
  putHorizon,
  readArchivedAfter,
  readArchivedUpTo,
  readBackedUpOrd,
  readEarliestArchivingAfter,
  readOldestSegment,
} from '../repositories/archive.ts'
import {
  dropOldCheckpoints,
  readAckedOrd,
  readLastCheckpoint,
  readRowsAfter,
  type JournalRow,
} from '../repositories/journal.ts'
import { noteClosedSales } from './closed-sales.ts'
import { packSegment } from './segment.ts'

/** About forty sales: some milliseconds of work, and enough alike for the compression. */
const ENTRIES_A_SEGMENT = 256
const BYTES_A_SEGMENT = 1024 * 1024
/** After the hub has reported an entry as backed up. */
const KEPT_MS = 35 * 24 * 3_600_000

/**
 * Moves the oldest acknowledged entries into one segment, when there are enough for one; call in a transaction. Returns
 * how many went. Throws `journal.broken`, with nothing moved, when they do not follow each other.
 */
export function archiveOnce(db: WriteHandle, nowMs: number): number {
  // The checkpoint's entry stays, because every start looks at it, and with it the newest entry of all.
  const upTo = Math.min(readAckedOrd(db), (readLastCheckpoint(db)?.ord ?? 0) - 1)
  const after = readArchivedUpTo(db)
  if (upTo <= after) return 0
  const rows = nextSegment(readRowsAfter(db, after, ENTRIES_A_SEGMENT + 1), upTo)
  if (rows.length === 0) return 0
  assertLinked(rows, after)
  const segment = packSegment(rows, nowMs)
  insertSegment(db, segment)
  deleteArchivedRows(db, segment)
  dropOldCheckpoints(db)
  noteClosedSales(db, rows, nowMs)
  return rows.length
}

/** Whole commits of one epoch; none while the epoch goes on and there are too few. */
function nextSegment(candidates: readonly JournalRow[], upTo: number): readonly JournalRow[] {
  const epoch = candidates[0]?.header.epoch
  let bytes = 0
  let whole = 0
  for (const [index, row] of candidates.entries()) {
    const isFull = index >= ENTRIES_A_SEGMENT || bytes >= BYTES_A_SEGMENT
    if (whole > 0 && (isFull || row.header.epoch !== epoch)) return candidates.slice(0, whole)
    if (row.ord > upTo) return []
    bytes += row.payload.length
    if (row.signature !== null) whole = index + 1
  }
  return []
}

function assertLinked(rows: readonly JournalRow[], after: number): void {
  let before: JournalRow | null = null
  for (const row of rows) {
    const expectedOrd: number = (before?.ord ?? after) + 1
    const follows = before === null || before.hash.equals(row.prevHash)
    if (row.ord !== expectedOrd || !follows || !hashHolds(row)) {
      const { epoch, seq } = row.header
      throw brokenJournal({ kind: follows ? 'hashMismatch' : 'linkBroken', epoch, seq })
    }
    before = row
  }
}

/** Drops the oldest segment once it is backed up and old enough; call in a transaction. Returns how many entries went. */
export function dropOnce(db: WriteHandle, nowMs: number): number {
  const oldest = readOldestSegment(db)
  if (oldest === null || oldest.lastOrd > readBackedUpOrd(db)) return 0
  const { firstOrd, lastOrd, archivedAtMs } = oldest
  // Archived while the clock was ahead: whatever was archived later is a bound that can be trusted more.
  const atMs = archivedAtMs <= nowMs ? archivedAtMs : readEarliestArchivingAfter(db, lastOrd)
  if (atMs === null || atMs > nowMs - KEPT_MS) return 0
  const last = readArchivedAfter(db, firstOrd - 1).at(-1)
  if (last?.signature == null) throw new Error(`Segment ${firstOrd} does not end in a signed entry`)
  const { laneId, epoch, seq } = last.header
  putHorizon(db, { ord: lastOrd, laneId, epoch, seq, hash: last.hash, signature: last.signature })
  deleteSegment(db, firstOrd)
  return lastOrd - firstOrd + 1
}
