import type { DeletionRequest, Jurisdiction } from '../../src-main/contract/rights.ts'
import { deletionDueAtMs, rightsPolicy } from '../../src-main/domain/rights/policy.ts'
import { randomKey } from '../crypto.ts'
import { projectedEvent } from '../entries/projected.ts'
import { publish, retract } from '../feed/publish.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'

/**
 * `member` and `operator` ask at the hub, for everything there is; `lane` reports that somebody took their face back
 * there, and means what was enrolled before.
 */
export interface Wish {
  readonly accountId: string
  readonly askedBy: 'member' | 'operator' | 'lane'
  readonly askedAtMs: number
}

/** Asks every lane that keeps a face of the account to delete it, and remembers the wish. Returns how many are open. */
export async function wishDeletion(tx: Transaction, wish: Wish): Promise<number> {
  await tx.query(
    `INSERT INTO deletion_wish (account_id, asked_by, asked_at_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [wish.accountId, wish.askedBy, wish.askedAtMs],
  )
  const faces = await tx.query<{ lane_id: string; subject_key: string }>(
    `SELECT f.lane_id, f.subject_key FROM member_face f
     LEFT JOIN journal_entry e ON e.lane_id = f.lane_id AND e.epoch = f.enrolled_epoch AND e.seq = f.enrolled_seq
     WHERE f.account_id = $1 AND f.deleted_seq IS NULL
       AND ($2 <> 'lane' OR e.lane_at_ms <= $3)`,
    [wish.accountId, wish.askedBy, wish.askedAtMs],
  )
  for (const face of faces) {
    await askLane(tx, { laneId: face.lane_id, subjectKey: face.subject_key }, wish.askedAtMs)
  }
  return faces.length
}

/** One request a face; asked for again it stays what and when it was. */
export async function askLane(
  tx: Transaction,
  { laneId, subjectKey }: { readonly laneId: string; readonly subjectKey: string },
  askedAtMs: number,
): Promise<void> {
  const policy = rightsPolicy(await jurisdictionOf(tx, laneId, subjectKey))
  const requestKey = randomKey()
  const asked = await tx.query(
    `INSERT INTO deletion_request (request_key, lane_id, subject_key, asked_at_ms, due_at_ms)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (lane_id, subject_key) DO NOTHING RETURNING 1`,
    [requestKey, laneId, subjectKey, askedAtMs, deletionDueAtMs(policy, askedAtMs)],
  )
  if (asked.length > 0)
    await publish(tx, { laneId }, { kind: 'deletionRequest', requestKey, subjectKey }, askedAtMs)
}

/** The lane's journal says that it is done. */
export async function noteFulfilled(
  tx: Transaction,
  { laneId, subjectKey }: { readonly laneId: string; readonly subjectKey: string },
  atMs: number,
): Promise<void> {
  const fulfilled = await tx.query<{ request_key: string }>(
    `UPDATE deletion_request SET fulfilled_at_ms = $3
     WHERE lane_id = $1 AND subject_key = $2 AND fulfilled_at_ms IS NULL RETURNING request_key`,
    [laneId, subjectKey, atMs],
  )
  for (const { request_key: requestKey } of fulfilled)
    await retract(tx, { laneId }, { kind: 'deletionRequest', requestKey, subjectKey })
}

/** What the person agreed under; the strictest where the consent does not say. */
async function jurisdictionOf(
  database: Queryable,
  laneId: string,
  subjectKey: string,
): Promise<Jurisdiction> {
  const [consent] = await database.query<{ projection: unknown }>(
    `SELECT projection FROM journal_entry WHERE lane_id = $1 AND aggregate_kind = 'subject' AND aggregate_id = $2
       AND type = 'consent.given' ORDER BY arrival DESC LIMIT 1`,
    [laneId, subjectKey],
  )
  return projectedEvent(consent?.projection, 'consent.given')?.jurisdiction ?? 'default'
}

export interface WaitingDeletion extends DeletionRequest {
  readonly laneId: string
  readonly askedAtMs: number
  readonly dueAtMs: number
  readonly overdue: boolean
}

/** What every lane still owes, the most urgent first: what the merchant has to see before the law does. */
export async function waitingDeletions(database: Queryable, nowMs: number): Promise<WaitingDeletion[]> {
  const rows = await database.query<{
    request_key: string
    lane_id: string
    subject_key: string
    asked_at_ms: string
    due_at_ms: string
  }>('SELECT * FROM deletion_request WHERE fulfilled_at_ms IS NULL ORDER BY due_at_ms, request_key')
  return rows.map((row) => ({
    requestKey: row.request_key,
    laneId: row.lane_id,
    subjectKey: row.subject_key,
    askedAtMs: toSafeInteger(row.asked_at_ms),
    dueAtMs: toSafeInteger(row.due_at_ms),
    overdue: toSafeInteger(row.due_at_ms) < nowMs,
  }))
}
