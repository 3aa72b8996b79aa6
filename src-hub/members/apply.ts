import type { LaneEventOf } from '../../src-main/contract/events.ts'
import type { DeletionReason } from '../../src-main/contract/rights.ts'
import { type Transaction, toSafeInteger } from '../store/database.ts'
import { askLane, noteFulfilled, wishDeletion } from './requests.ts'

/** Where an event of a lane stands, and when the hub got it. */
export interface Arrival {
  readonly tx: Transaction
  readonly laneId: string
  readonly place: { readonly epoch: string; readonly seq: number }
  readonly receivedAtMs: number
}

/** A face that somebody wished gone while this entry was on its way is asked back at once. */
export async function noteEnrolled(arrival: Arrival, event: LaneEventOf<'face.enrolled'>): Promise<void> {
  const { tx, laneId, place, receivedAtMs } = arrival
  const { subjectKey, accountId } = event
  await tx.query(
    `INSERT INTO member_face (lane_id, subject_key, account_id, enrolled_epoch, enrolled_seq)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (lane_id, subject_key) DO UPDATE SET account_id = excluded.account_id,
       enrolled_epoch = excluded.enrolled_epoch, enrolled_seq = excluded.enrolled_seq`,
    [laneId, subjectKey, accountId, place.epoch, place.seq],
  )
  const wished = await tx.query(
    `SELECT 1 FROM deletion_wish w JOIN journal_entry e ON e.lane_id = $2 AND e.epoch = $3 AND e.seq = $4
     WHERE w.account_id = $1 AND w.asked_at_ms >= e.lane_at_ms LIMIT 1`,
    [accountId, laneId, place.epoch, place.seq],
  )
  if (wished.length > 0) await askLane(tx, { laneId, subjectKey }, receivedAtMs)
}

/** The first report of a deletion stands; one that repeats it says nothing new. */
export async function noteDeleted(arrival: Arrival, event: LaneEventOf<'face.deleted'>): Promise<void> {
  const { tx, laneId, place, receivedAtMs } = arrival
  const { subjectKey, reason, receiptToken } = event
  const [face] = await tx.query<{ account_id: string | null }>(
    `INSERT INTO member_face (lane_id, subject_key, deleted_epoch, deleted_seq, receipt_token)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (lane_id, subject_key) DO UPDATE SET
       receipt_token = CASE WHEN member_face.deleted_seq IS NULL THEN excluded.receipt_token ELSE member_face.receipt_token END,
       deleted_epoch = coalesce(member_face.deleted_epoch, excluded.deleted_epoch),
       deleted_seq = coalesce(member_face.deleted_seq, excluded.deleted_seq)
     RETURNING account_id`,
    [laneId, subjectKey, place.epoch, place.seq, receiptToken ?? null],
  )
  await noteFulfilled(tx, { laneId, subjectKey }, receivedAtMs)
  const accountId = face?.account_id ?? null
  if (accountId === null || reason === undefined || !meansEverywhere(reason)) return
  await wishDeletion(tx, { accountId, askedBy: 'lane', askedAtMs: await laneTime(arrival) })
}

/** The lane's own time of an entry: whoever enrols again while its deletion is on its way stays enrolled. */
async function laneTime({ tx, laneId, place }: Arrival): Promise<number> {
  const [entry] = await tx.query<{ at_ms: string }>(
    `SELECT lane_at_ms AS at_ms FROM journal_entry WHERE lane_id = $1 AND epoch = $2 AND seq = $3`,
    [laneId, place.epoch, place.seq],
  )
  if (entry === undefined) throw new Error('An entry is kept before it is applied')
  return toSafeInteger(entry.at_ms)
}

/** A person who takes their face back takes it back from the store, not from one till of it. */
function meansEverywhere(reason: DeletionReason): boolean {
  return reason === 'withdrawn' || reason === 'staff' || reason === 'command'
}
