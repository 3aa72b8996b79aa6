import type { Position } from '../contract/journal.ts'
import type { JournalReader } from '../ports/store.ts'
import type { ChainEnd } from './chain/append.ts'
import { withStoreFailures } from './errors.ts'
import type { ReadHandle, WriteHandle } from './handles.ts'
import { readHorizon } from './repositories/archive.ts'
import {
  clearAck,
  putAck,
  readAck,
  readAckedOrd,
  readEntriesAfter,
  readOrd,
  type JournalRow,
} from './repositories/journal.ts'
import { clearMeta, putMeta, readMeta } from './repositories/meta.ts'

/** The journal as the queue to the hub; `rewind` is for a hub that came back from a backup. */
export interface LaneJournal extends JournalReader {
  /** The hub holds another branch; remembered over restarts, because a forked lane must not sell offline. */
  forked(): boolean
  setForked(forked: boolean): void
  /** Takes the acknowledged position back, so that everything after it travels again. */
  rewind(position: Position | null): void
  /** Calls `listener` soon after every commit that appended an entry; the returned function ends that. */
  onAppend(listener: () => void): () => void
}

export interface LaneJournalParts {
  readonly db: ReadHandle
  readonly end: () => ChainEnd
  readonly write: (work: (db: WriteHandle) => void) => void
  readonly appendListeners: Set<() => void>
}

export function createLaneJournal({ db, end, write, appendListeners }: LaneJournalParts): LaneJournal {
  const ordOf = (position: Position): number => {
    const ord = readOrd(db, position)
    if (ord === null) throw new Error(`No entry ${position.epoch}/${position.seq} in this journal`)
    return ord
  }
  return {
    get epoch() {
      return end().epoch
    },
    head() {
      const { epoch, nextSeq, hash } = end()
      return nextSeq === 0 ? null : { epoch, seq: nextSeq - 1, hash }
    },
    acked: () => readAck(db)?.position ?? null,
    pending: ({ after, ...limits }) =>
      withStoreFailures('read the journal', () =>
        readPending(db, after === undefined ? readAckedOrd(db) : ordOf(after), limits),
      ),
    // `ord` has no gap, so this needs no count over the rows.
    pendingCount: () => end().ord - readAckedOrd(db),
    acknowledge(position) {
      const ord = ordOf(position)
      if (ord > readAckedOrd(db)) write((writer) => putAck(writer, ord))
    },
    rewind(position) {
      const ord = rewindOrd(db, position)
      if (ord >= readAckedOrd(db)) return
      write((writer) => (ord === 0 ? clearAck(writer) : putAck(writer, ord)))
    },
    forked: () => readMeta(db, 'forked') !== null,
    setForked(forked) {
      if (forked === (readMeta(db, 'forked') !== null)) return
      write((writer) => (forked ? putMeta(writer, 'forked', end().epoch) : clearMeta(writer, 'forked')))
    },
    onAppend(listener) {
      appendListeners.add(listener)
      return () => appendListeners.delete(listener)
    },
  }
}

/** Where to send from again; what was dropped, because the hub had it backed up, cannot be sent any more. */
function rewindOrd(db: ReadHandle, position: Position | null): number {
  const gone = readHorizon(db)?.ord ?? 0
  const ord = position === null ? 0 : readOrd(db, position)
  if (ord !== null) return Math.max(ord, gone)
  if (gone > 0) return gone
  throw new Error(`No entry ${position?.epoch}/${position?.seq} in this journal`)
}

/**
 * Entries of one epoch, because the hub's answer speaks about the epoch it was asked about, and whole commits, because
 * the hub keeps nothing beyond the last signed entry. One commit always goes, else a large one would block the queue.
 */
function readPending(
  db: ReadHandle,
  afterOrd: number,
  { maxEntries, maxBytes }: { maxEntries: number; maxBytes: number },
): JournalRow[] {
  const entries: JournalRow[] = []
  let bytes = 0
  let whole = 0
  for (const row of readEntriesAfter(db, afterOrd)) {
    bytes += row.payload.length
    const isFull = entries.length >= maxEntries || bytes > maxBytes
    const isOtherEpoch = entries[0] !== undefined && entries[0].header.epoch !== row.header.epoch
    if (whole > 0 && (isFull || isOtherEpoch)) break
    entries.push(row)
    if (row.signature !== null) whole = entries.length
  }
  return entries.slice(0, whole)
}
