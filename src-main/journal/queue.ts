import type { Writable } from 'node:stream'
import { once } from 'node:events'
import { Failure } from '../contract/failure.ts'
import type { Position } from '../contract/journal.ts'
import { verifyJournal, type VerifyOptions, type VerifyReport } from '../store/chain/verify.ts'
import { openForReading } from '../store/database.ts'
import { storeFailure } from '../store/errors.ts'
import type { ReadHandle } from '../store/handles.ts'
import {
  countEntriesAfter,
  readAck,
  readAckedOrd,
  readEntriesAfter,
  readLastEntry,
  readOrd,
  toWireEntry,
} from '../store/repositories/journal.ts'

/** What `facelane queue status` says; times in ms UTC. */
export interface QueueStatus {
  readonly laneId: string | null
  readonly head: Position | null
  readonly acked: Position | null
  readonly pendingCount: number
  readonly oldestPendingAtMs: number | null
}

/** The queue to the hub as it lies in a data folder; works beside a running lane. Throws `store.notFound` and others. */
export async function queueStatus(dataDir: string): Promise<QueueStatus> {
  return reading(dataDir, (db) => {
    const last = readLastEntry(db)
    const ackedOrd = readAckedOrd(db)
    const [oldest] = readEntriesAfter(db, ackedOrd)
    return {
      laneId: last?.header.laneId ?? null,
      head: last === null ? null : { epoch: last.header.epoch, seq: last.header.seq },
      acked: readAck(db)?.position ?? null,
      pendingCount: countEntriesAfter(db, ackedOrd),
      oldestPendingAtMs: oldest?.header.at.atMs ?? null,
    }
  })
}

/** What `facelane queue verify` does. */
export async function queueVerify(dataDir: string, options: VerifyOptions): Promise<VerifyReport> {
  return reading(dataDir, (db) => verifyJournal(db, options))
}

export interface ExportOptions {
  /** Only entries after this one; all when absent. A position that is not there throws `Failure` `queue.noSuchEntry`. */
  readonly after?: Position
  readonly to: Writable
}

/** Writes wire entries as NDJSON, oldest first, and returns how many. The stream stays open. */
export async function queueExport(
  dataDir: string,
  { after, to }: ExportOptions,
): Promise<{ entries: number }> {
  return reading(dataDir, async (db) => {
    let entries = 0
    for (const row of readEntriesAfter(db, startOf(db, after))) {
      if (!to.write(`${JSON.stringify(toWireEntry(row))}\n`)) await once(to, 'drain')
      entries += 1
    }
    return { entries }
  })
}

function startOf(db: ReadHandle, after: Position | undefined): number {
  if (after === undefined) return 0
  const ord = readOrd(db, after)
  if (ord !== null) return ord
  throw new Failure({
    code: 'queue.noSuchEntry',
    attempted: `export the journal after ${after.epoch}/${after.seq}`,
    remedy: 'staff',
    message: 'There is no such entry in this journal. Take a position that `queue status` names.',
  })
}

async function reading<T>(dataDir: string, work: (db: ReadHandle) => T | Promise<T>): Promise<T> {
  const db = openForReading(dataDir)
  try {
    return await work(db)
  } catch (thrown) {
    throw storeFailure(thrown, `read the journal of ${dataDir}`)
  } finally {
    db.close()
  }
}
