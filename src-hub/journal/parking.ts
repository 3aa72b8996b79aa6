import pg from 'pg'
import type { Aggregate } from '../../src-main/contract/journal.ts'
import type { HubContext } from '../context.ts'
import type { PaymentService } from '../payments/service.ts'
import { Refusal } from '../refusal.ts'
import { isTransient, type Queryable } from '../store/database.ts'
import { type ApplyContext, applyEvent, applyWhole, hasEffect, isPayment } from './apply.ts'
import { type ReadPayload, readPayload } from '../entries/payload.ts'
import { lockLane } from './locking.ts'
import { NotApplicable } from './not-applicable.ts'

interface Place {
  readonly epoch: string
  readonly seq: number
  readonly aggregate: Aggregate
}

/** The lane's aggregates that wait for a person; entries of them are parked behind. */
async function parkedAggregates(database: Queryable, laneId: string): Promise<Set<string>> {
  const rows = await database.query<{ kind: string; id: string }>(
    'SELECT DISTINCT aggregate_kind AS kind, aggregate_id AS id FROM parked WHERE lane_id = $1',
    [laneId],
  )
  return new Set(rows.map(aggregateName))
}

export function aggregateName({ kind, id }: { kind: string; id: string }): string {
  return `${kind}:${id}`
}

export interface Applicable {
  readonly place: Place
  readonly payload: ReadPayload
}

/**
 * Brings a batch into effect in order. Nearly always all of it applies, so that is tried in one go; only when an entry
 * fails are they taken one by one, so that what fails is parked alone.
 */
export async function applyAll(context: ApplyContext, batch: readonly Applicable[]): Promise<void> {
  const waiting = await parkedAggregates(context.tx, context.laneId)
  if (waiting.size === 0 && (await appliedWhole(context, batch))) return
  for (const { place, payload } of batch) await applyOrPark(context, place, payload, waiting)
}

async function appliedWhole(context: ApplyContext, batch: readonly Applicable[]): Promise<boolean> {
  const events = batch.flatMap(({ place, payload }) =>
    payload.kind === 'event' ? [{ place, event: payload.event }] : [],
  )
  if (events.length < batch.length) return false
  return (await reasonOf(() => context.tx.savepoint(() => applyWhole(context, events)))) === null
}

/** Applies one kept entry, or parks it. Only failures that would fail again park; all others undo the batch. */
async function applyOrPark(
  context: ApplyContext,
  place: Place,
  payload: ReadPayload,
  waiting: Set<string>,
): Promise<void> {
  const name = aggregateName(place.aggregate)
  if (waiting.has(name) && !(payload.kind === 'event' && isPayment(payload.event))) {
    return park(context, place, 'behind')
  }
  const reason = await whyNotApplied(context, place, payload)
  if (reason === null) return
  waiting.add(name)
  await park(context, place, reason)
}

async function whyNotApplied(
  context: ApplyContext,
  place: Place,
  payload: ReadPayload,
): Promise<string | null> {
  if (payload.kind === 'unreadable') return payload.reason
  if (!hasEffect(payload.event)) return null
  return reasonOf(() => context.tx.savepoint(() => applyEvent(context, payload.event, place)))
}

/** Null when it worked; why not, when it would fail again. Everything else is thrown on and undoes the batch. */
async function reasonOf(apply: () => Promise<void>): Promise<string | null> {
  try {
    await apply()
    return null
  } catch (error) {
    if (error instanceof NotApplicable) return error.reason
    if (error instanceof Refusal) return error.code
    if (isRefusedData(error)) return `database.${error.code}`
    throw error
  }
}

/** Classes 22 (data exception) and 23 (integrity): the entry itself, not the server or its load. */
function isRefusedData(error: unknown): error is pg.DatabaseError & { code: string } {
  return error instanceof pg.DatabaseError && !isTransient(error) && /^2[23]/.test(error.code ?? '')
}

async function park({ tx, laneId, receivedAtMs }: ApplyContext, place: Place, reason: string): Promise<void> {
  await tx.query(
    `INSERT INTO parked (lane_id, epoch, seq, aggregate_kind, aggregate_id, reason, at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (lane_id, epoch, seq) DO UPDATE SET reason = excluded.reason`,
    [laneId, place.epoch, place.seq, place.aggregate.kind, place.aggregate.id, reason, receivedAtMs],
  )
}

interface ParkedRow {
  epoch: string
  seq: string
  aggregate_kind: Aggregate['kind']
  aggregate_id: string
  type: string
  payload: Buffer
}

/** Tries everything a lane has parked again, in order, after a person changed what was in the way. */
export async function reapplyParked(
  context: HubContext,
  payments: PaymentService,
  laneId: string,
): Promise<{ applied: number; parked: number }> {
  return context.database.transaction(async (tx) => {
    await lockLane(tx, laneId)
    return reapplyIn({ tx, payments, laneId, receivedAtMs: context.nowMs() })
  })
}

/** The same under the lane's lock, so that no batch of it arrives meanwhile. */
export async function reapplyIn(context: ApplyContext): Promise<{ applied: number; parked: number }> {
  const { tx, laneId } = context
  const rows = await tx.query<ParkedRow>(
    `SELECT p.epoch, p.seq, p.aggregate_kind, p.aggregate_id, e.type, e.payload
     FROM parked p JOIN journal_entry e USING (lane_id, epoch, seq) WHERE lane_id = $1 ORDER BY e.arrival`,
    [laneId],
  )
  await tx.query('DELETE FROM parked WHERE lane_id = $1', [laneId])
  const waiting = new Set<string>()
  for (const row of rows) {
    const aggregate = { kind: row.aggregate_kind, id: row.aggregate_id }
    const place = { epoch: row.epoch, seq: Number(row.seq), aggregate }
    await applyOrPark(context, place, readPayload(row.payload, row.type), waiting)
  }
  const left = await tx.query('SELECT 1 FROM parked WHERE lane_id = $1', [laneId])
  return { applied: rows.length - left.length, parked: left.length }
}
