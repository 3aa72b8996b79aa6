import type { AppendResponse } from '../../src-main/contract/hubApi.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import { sha256 } from '../crypto.ts'
import type { ReadPayload } from './events.ts'
import type { ReceivedEntry } from './verify.ts'
import type { QuarantineReason } from './walk.ts'

/** What the hub holds of one epoch. */
export interface EpochPosition {
  readonly ackedSeq: number
  readonly headHash: Buffer
  readonly publicKey: Buffer
}

export async function findPosition(
  tx: Transaction,
  laneId: string,
  epoch: string,
): Promise<EpochPosition | null> {
  const rows = await tx.query<{ acked_seq: string; head_hash: Buffer; public_key: Buffer }>(
    'SELECT acked_seq, head_hash, public_key FROM lane_position WHERE lane_id = $1 AND epoch = $2',
    [laneId, epoch],
  )
  const row = rows[0]
  if (row === undefined) return null
  return { ackedSeq: toSafeInteger(row.acked_seq), headHash: row.head_hash, publicKey: row.public_key }
}

/** Hashes of the stored positions from `fromSeq` to `toSeq`, both included. */
export async function storedHashes(
  tx: Transaction,
  laneId: string,
  epoch: string,
  fromSeq: number,
  toSeq: number,
): Promise<Map<number, Buffer>> {
  const rows = await tx.query<{ seq: string; hash: Buffer }>(
    'SELECT seq, hash FROM journal_entry WHERE lane_id = $1 AND epoch = $2 AND seq BETWEEN $3 AND $4',
    [laneId, epoch, fromSeq, toSeq],
  )
  return new Map(rows.map(({ seq, hash }) => [toSafeInteger(seq), hash]))
}

export interface Kept {
  readonly entry: ReceivedEntry
  readonly payload: ReadPayload
}

/** Stores a whole batch in one statement, bytes verbatim. */
export async function keepEntries(tx: Transaction, kept: readonly Kept[], atMs: number): Promise<void> {
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
      headers.map(({ epoch }) => epoch),
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

export async function beginEpoch(
  tx: Transaction,
  genesis: ReceivedEntry,
  publicKey: Uint8Array,
  parent: unknown,
  atMs: number,
): Promise<void> {
  const { laneId, epoch } = genesis.wire.header
  await tx.query(
    `INSERT INTO lane_position (lane_id, epoch, public_key, parent, acked_seq, head_hash, began_at_ms, updated_at_ms)
     VALUES ($1, $2, $3, $4, 0, $5, $6, $6)`,
    [laneId, epoch, publicKey, parent === null ? null : JSON.stringify(parent), genesis.hash, atMs],
  )
}

export async function movePosition(tx: Transaction, head: ReceivedEntry, atMs: number): Promise<void> {
  const { laneId, epoch, seq } = head.wire.header
  await tx.query(
    `UPDATE lane_position SET acked_seq = $3, head_hash = $4, updated_at_ms = $5 WHERE lane_id = $1 AND epoch = $2`,
    [laneId, epoch, seq, head.hash, atMs],
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

/** What the lane is told: its place in `epoch`, and what of it waits for a person. */
export async function standing(database: Queryable, laneId: string, epoch: string): Promise<AppendResponse> {
  const rows = await database.query<{
    acked_seq: string | null
    forked: boolean | null
    quarantined: string
    parked: string
  }>(
    `SELECT (SELECT acked_seq FROM lane_position WHERE lane_id = $1 AND epoch = $2),
       (SELECT forked FROM lane_position WHERE lane_id = $1 AND epoch = $2),
       (SELECT count(*) FROM quarantine WHERE lane_id = $1) AS quarantined,
       (SELECT count(*) FROM parked WHERE lane_id = $1) AS parked`,
    [laneId, epoch],
  )
  const row = rows[0]
  return {
    acked: row?.acked_seq == null ? null : { epoch, seq: toSafeInteger(row.acked_seq) },
    quarantined: toSafeInteger(row?.quarantined ?? '0'),
    parked: toSafeInteger(row?.parked ?? '0'),
    forked: row?.forked ?? false,
  }
}
