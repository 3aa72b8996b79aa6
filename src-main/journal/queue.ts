import type { Position } from '../contract/journal.ts'
import { archiveFacts } from '../store/archive/lane-archive.ts'
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
} from '../store/repositories/journal.ts'

/** What `facelane queue status` says; times in ms UTC. */
export interface QueueStatus {
  readonly laneId: string | null
  readonly head: Position | null
  readonly acked: Position | null
  readonly pendingCount: number
  readonly oldestPendingAtMs: number | null
  /** Entries the hub has, compressed beside the journal, and those that were dropped after their backup. */
  readonly archived: number
  readonly dropped: number
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
      ...archiveFacts(db),
    }
  })
}

/** What `facelane queue verify` does. */
export async function queueVerify(dataDir: string, options: VerifyOptions): Promise<VerifyReport> {
  return reading(dataDir, (db) => verifyJournal(db, options))
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
