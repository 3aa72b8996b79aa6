import type { LaneEvent, LaneEventOf } from '../../src-main/contract/events.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { projectedEvent } from '../entries/projected.ts'
import { noteDeleted, noteEnrolled } from '../members/apply.ts'
import type { Order } from '../payments/attempts.ts'
import { noteCancelledSale } from '../payments/cancelled-sales.ts'
import { openCase } from '../payments/cases.ts'
import { uploadDeferred } from '../payments/deferred.ts'
import { noteLink } from '../payments/links.ts'
import { keepReduction } from '../payments/reduction-rows.ts'
import type { PaymentService } from '../payments/service.ts'
import { noteRefund, noteReturned } from '../returns/apply.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import { NotApplicable } from './not-applicable.ts'
import { completeNewSales, completeSale, type EntryPlace, keepSale, type PlacedSale } from './sales.ts'

export interface ApplyContext {
  readonly tx: Transaction
  readonly payments: PaymentService
  readonly laneId: string
  readonly receivedAtMs: number
}

/** Whether the event changes anything at the hub beside being kept. */
export function hasEffect(event: LaneEvent): boolean {
  return effectOf(event) !== null
}

/** An order for money is executed even while its sale waits for a person: it needs nothing but its own entry. */
export function isPayment(event: LaneEvent): boolean {
  return ['payment.attempted', 'payment.resolved', 'payment.reduced', 'payment.released'].includes(event.type)
}

/** Brings one entry into effect inside the transaction that keeps it; throws `NotApplicable`. */
export async function applyEvent(context: ApplyContext, event: LaneEvent, place: EntryPlace): Promise<void> {
  await effectOf(event)?.(context, place)
}

export interface PlacedEvent {
  readonly event: LaneEvent
  readonly place: EntryPlace
}

/**
 * Brings a whole batch into effect; throws when any of it does not fit. New sales go first and together:
 * nothing of a batch has to come before them.
 */
export async function applyWhole(context: ApplyContext, batch: readonly PlacedEvent[]): Promise<void> {
  await completeNewSales(
    context,
    batch.flatMap<PlacedSale>(({ event, place }) =>
      event.type === 'sale.completed' ? [{ event, place }] : [],
    ),
  )
  for (const { event, place } of batch)
    if (event.type !== 'sale.completed') await applyEvent(context, event, place)
}

type Effect = (context: ApplyContext, place: EntryPlace) => Promise<void>

function effectOf(event: LaneEvent): Effect | null {
  switch (event.type) {
    case 'sale.completed':
      return (context, place) => completeSale(context, event, place)
    case 'sale.cancelled':
      return (context, place) => cancelSale(context, event, place)
    case 'payment.attempted':
      return effectOfAttempt(event)
    case 'payment.resolved':
      return effectOfResolution(event)
    case 'payment.reduced':
      return ({ tx, receivedAtMs }) => keepReduction(tx, event, receivedAtMs)
    case 'sale.returned':
      return (context) => noteReturned({ ...context, refuse: notApplicable }, event)
    case 'refund.resolved':
      return ({ tx, receivedAtMs }) => noteRefund(tx, event, receivedAtMs)
    case 'payment.released':
      return ({ tx, receivedAtMs }) =>
        openCase(tx, 'released', event.attemptKey, releasedDetail, receivedAtMs, event.staffId)
    case 'face.enrolled':
      return (context, place) => noteEnrolled({ ...context, place }, event)
    case 'face.deleted':
      return (context, place) => noteDeleted({ ...context, place }, event)
    case 'payment.voiding':
    case 'journal.genesis':
    case 'lane.started':
    case 'catalogue.imported':
    case 'consent.given':
    case 'consent.withdrawn':
    case 'face.attackRefused':
    case 'intervention.opened':
    case 'intervention.resolved':
    case 'print.queued':
    case 'print.finished':
    case 'refund.attempted':
    case 'price.overridden':
    case 'shift.opened':
    case 'shift.cashMoved':
    case 'shift.closed':
    case 'drawer.opened':
    case 'fiscal.started':
    case 'fiscal.finished':
    case 'fiscal.outage':
    case 'fiscal.setAside':
    case 'vend.asked':
    case 'vend.settled':
      return null
    default:
      return unreachable(event)
  }
}

function notApplicable(reason: string): never {
  throw new NotApplicable(reason)
}

async function cancelSale(
  context: ApplyContext,
  event: LaneEventOf<'sale.cancelled'>,
  place: EntryPlace,
): Promise<void> {
  await keepSale(context, event, place)
  await noteCancelledSale(context.tx, event.saleId, context.receivedAtMs)
}

const releasedDetail = 'The goods went while the outcome of this payment was unknown.'

function effectOfAttempt(event: LaneEventOf<'payment.attempted'>): Effect | null {
  const { linkedTo } = event
  if (event.mode !== 'deferred' && linkedTo === undefined) return null
  return async (context, place) => {
    const { tx, laneId, receivedAtMs } = context
    if (linkedTo !== undefined) await noteLink(tx, laneId, { ...event, linkedTo }, receivedAtMs)
    if (event.mode === 'deferred') await upload(context, event, await soldAt(context, place))
  }
}

function effectOfResolution(event: LaneEventOf<'payment.resolved'>): Effect | null {
  switch (event.outcome) {
    case 'deferred':
      return (context, place) => uploadTurned(context, event, place)
    case 'approved':
      return (context) => restoreIfLost(context, event)
    case 'declined':
    case 'cancelled':
    case 'refunded':
    case 'expired':
    case 'reversed':
      return null
    default:
      return unreachable(event.outcome)
  }
}

async function upload(
  { tx, payments, laneId, receivedAtMs }: ApplyContext,
  event: LaneEventOf<'payment.attempted'>,
  soldAtMs: number,
): Promise<void> {
  const { policy } = payments.scope
  await uploadDeferred(tx, policy, orderOf(laneId, event, 'deferred'), soldAtMs, receivedAtMs)
}

/** An attempt that began online and, its answer unknown, was accepted offline under the same key. */
async function uploadTurned(
  context: ApplyContext,
  event: LaneEventOf<'payment.resolved'>,
  place: EntryPlace,
): Promise<void> {
  const intent = await findIntent(context.tx, context.laneId, event.attemptKey)
  if (intent === null) throw new NotApplicable('intentMissing')
  await upload(context, intent, await soldAt(context, place))
}

/** A hub that came back from a backup has lost what its lanes were told since: it is asked for again. */
async function restoreIfLost(
  { tx, payments, laneId }: ApplyContext,
  event: LaneEventOf<'payment.resolved'>,
): Promise<void> {
  if (!payments.restored()) return
  const intent = await findIntent(tx, laneId, event.attemptKey)
  // Settled at the lane, by cash or card: the hub never had it.
  if (intent === null || intent.mode !== 'online') return
  await payments.restoreLost(tx, orderOf(laneId, intent, 'online'))
}

function orderOf(laneId: string, event: LaneEventOf<'payment.attempted'>, mode: Order['mode']): Order {
  const { attemptKey, saleId, amountMinor, currency, instrument, bench, recoveryKey } = event
  return {
    attemptKey,
    laneId,
    saleId,
    amountMinor,
    currency,
    instrument,
    bench,
    mode,
    codeHash: null,
    recoveryKey: recoveryKey ?? null,
  }
}

const plausibleAgeMs = 90 * 24 * 3_600_000

/** By the lane's clock, unless it says the future or long ago: then when the hub got it. */
async function soldAt(
  { tx, laneId, receivedAtMs }: ApplyContext,
  { epoch, seq }: EntryPlace,
): Promise<number> {
  const rows = await tx.query<{ at_ms: string }>(
    `SELECT lane_at_ms AS at_ms FROM journal_entry WHERE lane_id = $1 AND epoch = $2 AND seq = $3`,
    [laneId, epoch, seq],
  )
  const laneAtMs = toSafeInteger(rows[0]?.at_ms ?? '0')
  return laneAtMs <= receivedAtMs && laneAtMs > receivedAtMs - plausibleAgeMs ? laneAtMs : receivedAtMs
}

async function findIntent(
  database: Queryable,
  laneId: string,
  attemptKey: string,
): Promise<LaneEventOf<'payment.attempted'> | null> {
  const rows = await database.query<{ projection: unknown }>(
    `SELECT projection FROM journal_entry
     WHERE type = 'payment.attempted' AND projection->>'attemptKey' = $2 AND lane_id = $1 ORDER BY arrival`,
    [laneId, attemptKey],
  )
  const [intent] = rows.flatMap(({ projection }) => projectedEvent(projection, 'payment.attempted') ?? [])
  return intent ?? null
}
