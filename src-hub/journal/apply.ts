import type { LaneEvent, LaneEventOf } from '../../src-main/contract/events.ts'
import type { PaymentOutcome } from '../../src-main/contract/payment.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { noteDeleted, noteEnrolled } from '../members/apply.ts'
import type { Attempt, Order } from '../payments/attempts.ts'
import type { PaymentService } from '../payments/service.ts'
import { flagAccount } from '../providers/wallet/accounts.ts'
import type { Queryable, Transaction } from '../store/database.ts'

/** An entry that is genuine but does not fit what the hub already holds: it is parked for a person. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable'
  readonly reason: string

  constructor(reason: string) {
    super(`The entry cannot be applied: ${reason}`)
    this.reason = reason
  }
}

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
  return event.type === 'payment.attempted' || event.type === 'payment.resolved'
}

/** Brings one entry into effect inside the transaction that keeps it; throws `NotApplicable`. */
export async function applyEvent(context: ApplyContext, event: LaneEvent, place: EntryPlace): Promise<void> {
  await effectOf(event)?.(context, place)
}

/** Where the entry stands in its lane's journal. */
export interface EntryPlace {
  readonly epoch: string
  readonly seq: number
}

type Effect = (context: ApplyContext, place: EntryPlace) => Promise<void>

function effectOf(event: LaneEvent): Effect | null {
  switch (event.type) {
    case 'sale.completed':
      return (context) => completeSale(context, event)
    case 'sale.cancelled':
      return (context) => keepSale(context, event, 'cancelled')
    case 'payment.attempted':
      return event.mode === 'deferred' ? (context) => chargeDeferred(context, event) : null
    case 'payment.resolved':
      return event.outcome === 'deferred' ? (context) => chargeTurnedDeferred(context, event) : null
    case 'face.enrolled':
      return (context, place) => noteEnrolled({ ...context, place }, event)
    case 'face.deleted':
      return (context, place) => noteDeleted({ ...context, place }, event)
    case 'payment.voiding':
    case 'payment.released':
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
    case 'refund.resolved':
    case 'sale.returned':
    case 'payment.reduced':
    case 'price.overridden':
    case 'shift.opened':
    case 'shift.cashMoved':
    case 'shift.closed':
    case 'drawer.opened':
    case 'fiscal.started':
    case 'fiscal.finished':
    case 'fiscal.outage':
      return null
    default:
      return unreachable(event)
  }
}

async function completeSale(context: ApplyContext, event: LaneEventOf<'sale.completed'>): Promise<void> {
  await keepSale(context, event, 'completed')
  const { receipt } = event
  const kept = await context.tx.query(
    `INSERT INTO e_receipt (receipt_token, sale_id, document, created_at_ms) VALUES ($1, $2, $3, $4)
     ON CONFLICT (receipt_token) DO UPDATE SET receipt_token = excluded.receipt_token
       WHERE e_receipt.sale_id = excluded.sale_id RETURNING 1`,
    [receipt.receiptToken, event.saleId, JSON.stringify(receipt), context.receivedAtMs],
  )
  if (kept.length === 0) throw new NotApplicable('receiptTokenTaken')
}

/** The same sale may come twice, from a lane whose disk was copied; it must then say the same. */
async function keepSale(
  context: ApplyContext,
  event: LaneEventOf<'sale.completed'> | LaneEventOf<'sale.cancelled'>,
  state: 'completed' | 'cancelled',
): Promise<void> {
  const document = JSON.stringify(event)
  const kept = await context.tx.query(
    `INSERT INTO sale (sale_id, lane_id, state, currency, total_minor, document, at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (sale_id) DO UPDATE SET sale_id = excluded.sale_id
       WHERE sale.document = excluded.document AND sale.lane_id = excluded.lane_id RETURNING 1`,
    [event.saleId, context.laneId, state, event.currency, event.totalMinor, document, context.receivedAtMs],
  )
  if (kept.length === 0) throw new NotApplicable('saleDiffers')
}

async function chargeDeferred(context: ApplyContext, event: LaneEventOf<'payment.attempted'>): Promise<void> {
  const { attemptKey, saleId, amountMinor, currency, instrument, bench } = event
  const { laneId } = context
  await execute(context, {
    attemptKey,
    laneId,
    saleId,
    amountMinor,
    currency,
    instrument,
    bench,
    mode: 'deferred',
    codeHash: null,
  })
}

/** An attempt that began online and, its answer unknown, was accepted offline under the same key. */
async function chargeTurnedDeferred(
  context: ApplyContext,
  event: LaneEventOf<'payment.resolved'>,
): Promise<void> {
  const intent = await findIntent(context.tx, context.laneId, event.attemptKey)
  if (intent === null) throw new NotApplicable('intentMissing')
  await chargeDeferred(context, intent)
}

async function findIntent(
  database: Queryable,
  laneId: string,
  attemptKey: string,
): Promise<LaneEventOf<'payment.attempted'> | null> {
  const rows = await database.query<{ projection: LaneEventOf<'payment.attempted'> }>(
    `SELECT projection FROM journal_entry
     WHERE type = 'payment.attempted' AND projection->>'attemptKey' = $2 AND lane_id = $1 ORDER BY arrival LIMIT 1`,
    [laneId, attemptKey],
  )
  return rows[0]?.projection ?? null
}

/** The goods are gone but the money did not come: what a person finds at the account. */
const flags: Partial<Record<PaymentOutcome['kind'], string>> = {
  declined: 'deferredDeclined',
  cancelled: 'deferredCancelled',
}

async function execute(context: ApplyContext, order: Order): Promise<void> {
  const attempt = await context.payments.executeDeferred(context.tx, order)
  const accountId = accountOf(attempt, order)
  const flag = flags[attempt.outcome.kind]
  if (flag !== undefined && accountId !== null)
    await flagAccount(context.tx, accountId, flag, context.receivedAtMs)
}

function accountOf(attempt: Attempt, order: Order): string | null {
  if (attempt.accountId !== null) return attempt.accountId
  return order.instrument.kind === 'face' ? order.instrument.accountId : null
}
