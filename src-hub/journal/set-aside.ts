import type { HubContext } from '../context.ts'
import { randomKey } from '../crypto.ts'
import type { PaymentService } from '../payments/service.ts'
import { Refusal } from '../refusal.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import { lockLane } from './locking.ts'
import { reapplyIn } from './parking.ts'

/** Something of a lane that waits for a person. */
export interface Waiting {
  readonly epoch: string
  readonly seq: number
  readonly reason: string
  /** Of a parked entry: what it is about; later entries of that wait behind it. */
  readonly aggregate: { readonly kind: string; readonly id: string } | null
  /** Of a quarantined entry: the hash it claims. */
  readonly hash: string | null
  readonly atMs: number
}

/** Parked entries in the order in which they are applied again. */
export async function listParked(database: Queryable, laneId: string): Promise<Waiting[]> {
  const rows = await database.query<{
    epoch: string
    seq: string
    aggregate_kind: string
    aggregate_id: string
    reason: string
    at_ms: string
  }>(
    `SELECT p.* FROM parked p JOIN journal_entry e USING (lane_id, epoch, seq) WHERE lane_id = $1 ORDER BY e.arrival`,
    [laneId],
  )
  return rows.map((row) => ({
    epoch: row.epoch,
    seq: toSafeInteger(row.seq),
    reason: row.reason,
    aggregate: { kind: row.aggregate_kind, id: row.aggregate_id },
    hash: null,
    atMs: toSafeInteger(row.at_ms),
  }))
}

/** Quarantined entries that are no fork: damaged, or not signed by the lane. */
export async function listQuarantined(database: Queryable, laneId: string): Promise<Waiting[]> {
  const rows = await database.query<{
    epoch: string
    seq: string
    reason: string
    hash: string
    at_ms: string
  }>(
    `SELECT epoch, seq, reason, (entry::jsonb)->>'hash' AS hash, at_ms FROM quarantine
     WHERE lane_id = $1 AND reason <> 'fork' ORDER BY at_ms, epoch, seq`,
    [laneId],
  )
  return rows.map((row) => ({
    epoch: row.epoch,
    seq: toSafeInteger(row.seq),
    reason: row.reason,
    aggregate: null,
    hash: row.hash,
    atMs: toSafeInteger(row.at_ms),
  }))
}

export interface Decision {
  readonly epoch: string
  readonly seq: number
  /** In the person's words; kept with the entry. */
  readonly reason: string
}

/** Takes a parked entry out of the way for good and applies what waited behind it. The entry stays in the journal. */
export async function setParkedAside(
  context: HubContext,
  payments: PaymentService,
  laneId: string,
  { epoch, seq, reason }: Decision,
): Promise<{ applied: number; parked: number }> {
  const atMs = context.nowMs()
  return context.database.transaction(async (tx) => {
    await lockLane(tx, laneId)
    const moved = await tx.query(
      `WITH taken AS (DELETE FROM parked WHERE lane_id = $2 AND epoch = $3 AND seq = $4 RETURNING *)
       INSERT INTO set_aside (aside_key, kind, lane_id, epoch, seq, aggregate_kind, aggregate_id, parked_reason,
         decided_reason, at_ms)
       SELECT $1, 'parked', lane_id, epoch, seq, aggregate_kind, aggregate_id, reason, $5, $6 FROM taken RETURNING 1`,
      [randomKey(), laneId, epoch, seq, reason, atMs],
    )
    if (moved.length === 0) throw new Refusal(404, 'parked.unknown', 'No entry is parked at this position.')
    return reapplyIn({ tx, payments, laneId, receivedAtMs: atMs })
  })
}

export interface QuarantineDecision {
  readonly laneId: string
  /** The hash that the entry claims. */
  readonly hash: string
  readonly reason: string
  readonly atMs: number
}

/** Returns how many; the entry is kept with the decision. A lane that sends it again is quarantined again. */
export async function setQuarantinedAside(
  tx: Transaction,
  { laneId, hash, reason, atMs }: QuarantineDecision,
): Promise<number> {
  const moved = await tx.query(
    `WITH taken AS (DELETE FROM quarantine WHERE lane_id = $1 AND (entry::jsonb)->>'hash' = $2 RETURNING *)
     INSERT INTO set_aside (aside_key, kind, lane_id, epoch, seq, entry, parked_reason, decided_reason, at_ms)
     SELECT encode(entry_sha256, 'hex') || $5, 'quarantined', lane_id, epoch, seq, entry, reason, $3, $4 FROM taken
     RETURNING 1`,
    [laneId, hash, reason, atMs, randomKey()],
  )
  return moved.length
}

export interface SetAside extends Waiting {
  readonly kind: 'parked' | 'quarantined'
  readonly decidedReason: string
}

/** What people decided to leave out, the newest first. */
export async function listSetAside(database: Queryable, laneId: string): Promise<SetAside[]> {
  const rows = await database.query<{
    kind: 'parked' | 'quarantined'
    epoch: string
    seq: string
    aggregate_kind: string | null
    aggregate_id: string | null
    hash: string | null
    parked_reason: string
    decided_reason: string
    at_ms: string
  }>(
    `SELECT *, (entry::jsonb)->>'hash' AS hash FROM set_aside WHERE lane_id = $1
     ORDER BY at_ms DESC, epoch, seq LIMIT 500`,
    [laneId],
  )
  return rows.map((row) => ({
    kind: row.kind,
    epoch: row.epoch,
    seq: toSafeInteger(row.seq),
    reason: row.parked_reason,
    decidedReason: row.decided_reason,
    aggregate:
      row.aggregate_kind === null || row.aggregate_id === null
        ? null
        : { kind: row.aggregate_kind, id: row.aggregate_id },
    hash: row.hash,
    atMs: toSafeInteger(row.at_ms),
  }))
}
