import type { AppendResponse } from '../../src-main/contract/hubApi.ts'
import { CopyRows } from '../store/copy-rows.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import { sha256 } from '../crypto.ts'
import type { Taken } from './take.ts'
import { type ReceivedEntry, wireOf } from './verify.ts'
import type { QuarantineReason } from './walk.ts'

const entryColumns = [
  'lane_id',
  'epoch',
  'seq',
  'type',
  'aggregate_kind',
  'aggregate_id',
  'payload',
  'prev_hash',
  'hash',
  'signature',
  'projection',
  'received_at_ms',
  'lane_at_ms',
  'boot_id',
  'monotonic_ms',
]

/** Keys, hashes, a signature and the lengths of them all; some payloads are written twice, as bytes and as jsonb. */
const bytesAroundAPayload = 512

/** Stores a whole batch in one statement, bytes verbatim, as entries of the line `lineKey`. */
export async function keepEntries(
  tx: Transaction,
  lineKey: string,
  entries: readonly ReceivedEntry[],
  atMs: number,
): Promise<void> {
  const room = entries.reduce((sum, { payload }) => sum + 2 * payload.length + bytesAroundAPayload, 1024)
  const rows = new CopyRows(entryColumns.length, room)
  for (const entry of entries) {
    const { header } = entry
    rows.row().text(header.laneId).text(lineKey).bigint(header.seq).text(header.type)
    rows.text(header.aggregate.kind).text(header.aggregate.id)
    rows.bytea(entry.payload).bytea(entry.prevHash).bytea(entry.hash).bytea(entry.signature)
    rows.jsonb(entry.content.projection).bigint(atMs)
    rows.bigint(header.at.atMs).text(header.at.bootId).double(header.at.monotonicMs)
  }
  await tx.copy(`COPY journal_entry (${entryColumns.join(', ')}) FROM STDIN (FORMAT binary)`, rows.end())
}

export async function markForked(tx: Transaction, laneId: string, epoch: string): Promise<void> {
  await tx.query('UPDATE lane_position SET forked = true WHERE lane_id = $1 AND epoch = $2', [laneId, epoch])
}

/** Nothing a lane sent is thrown away; the same entry is kept once. */
export async function quarantine(
  tx: Transaction,
  received: ReceivedEntry,
  reason: QuarantineReason,
  atMs: number,
): Promise<void> {
  const entry = JSON.stringify(wireOf(received))
  const { laneId, epoch, seq } = received.header
  await tx.query(
    `INSERT INTO quarantine (entry_sha256, lane_id, epoch, seq, reason, entry, at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [sha256(Buffer.from(entry)), laneId, epoch, seq, reason, entry, atMs],
  )
}

/**
 * What the lane is told about `epoch`: how far the hub holds the very entries that it sent, and what of it waits for a
 * person. What lies behind a fork was never acknowledged to this sender.
 */
export async function standing(
  database: Queryable,
  laneId: string,
  epoch: string,
  taken: Taken | null,
): Promise<AppendResponse> {
  const [row] = await database.query<{
    acked_seq: string | null
    forked: boolean | null
    quarantined: string
    parked: string
  }>(
    `SELECT (SELECT acked_seq FROM lane_position WHERE lane_id = $1 AND epoch = $3),
       (SELECT forked FROM lane_position WHERE lane_id = $1 AND epoch = $2),
       (SELECT count(*) FROM quarantine WHERE lane_id = $1) AS quarantined,
       (SELECT count(*) FROM parked WHERE lane_id = $1) AS parked`,
    [laneId, epoch, taken?.lineKey ?? null],
  )
  const ackedSeq = row?.acked_seq == null ? -1 : toSafeInteger(row.acked_seq)
  const seq = Math.min(ackedSeq, (taken?.sharedBelow ?? Number.POSITIVE_INFINITY) - 1)
  return {
    acked: seq < 0 ? null : { epoch, seq },
    quarantined: toSafeInteger(row?.quarantined ?? '0'),
    parked: toSafeInteger(row?.parked ?? '0'),
    forked: row?.forked ?? false,
  }
}
