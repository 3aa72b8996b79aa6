import type { AppendResponse } from '../../src-main/contract/hubApi.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import { sha256 } from '../crypto.ts'
import type { ReadPayload } from './events.ts'
import type { Taken } from './take.ts'
import type { ReceivedEntry } from './verify.ts'
import type { QuarantineReason } from './walk.ts'

export interface Kept {
  readonly entry: ReceivedEntry
  readonly payload: ReadPayload
}

/** Stores a whole batch in one statement, bytes verbatim, as entries of the line `lineKey`. */
export async function keepEntries(
  tx: Transaction,
  lineKey: string,
  kept: readonly Kept[],
  atMs: number,
): Promise<void> {
  const headers = kept.map(({ entry }) => entry.wire.header)
  await tx.query(
    `INSERT INTO journal_entry (lane_id, epoch, seq, type, aggregate_kind, aggregate_id, header, payload, prev_hash,
       hash, signature, projection, received_at_ms)
     SELECT lane_id, epoch, seq, type, kind, id, header::jsonb, payload, prev_hash, hash, signature, projection::jsonb, $13
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[],
       $9::bytea[], $10::bytea[], $11::bytea[], $12::text[])
       AS t (lane_id, epoch, seq, type, kind, id, header, payload, prev_hash, hash, signature, projection)
     ORDER BY t.epoch, t.seq`,
    [
      headers.map(({ laneId }) => laneId),
      headers.map(() => lineKey),
      headers.map(({ seq }) => seq),
      headers.map(({ type }) => type),
      headers.map(({ aggregate }) => aggregate.kind),
      headers.map(({ aggregate }) => aggregate.id),
      headers.map((header) => JSON.stringify(header)),
      kept.map(({ entry }) => entry.payload),
      kept.map(({ entry }) => entry.prevHash),
      kept.map(({ entry }) => entry.hash),
      kept.map(({ entry }) => entry.signature),
      kept.map(({ payload }) => payload.projection),
      atMs,
    ],
  )
}

export async function markForked(tx: Transaction, laneId: string, epoch: string): Promise<void> {
  await tx.query('UPDATE lane_position SET forked = true WHERE lane_id = $1 AND epoch = $2', [laneId, epoch])
}

/** Nothing a lane sent is thrown away; the same entry is kept once. */
export async function quarantine(
  tx: Transaction,
  { wire }: ReceivedEntry,
  reason: QuarantineReason,
  atMs: number,
): Promise<void> {
  const entry = JSON.stringify(wire)
  const { laneId, epoch, seq } = wire.header
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
