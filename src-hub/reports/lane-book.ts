import type { LaneEventOf, LaneEventType } from '../../src-main/contract/events.ts'
import type { BookState, LanePayment } from '../../src-main/domain/reconciliation/match.ts'
import { projectedEvent } from '../entries/projected.ts'
import type { Queryable } from '../store/database.ts'

type Attempted = LaneEventOf<'payment.attempted'>
type Resolved = LaneEventOf<'payment.resolved'>

interface Row<Event> {
  readonly lane_id: string
  readonly projection: Event
}

/** What the lanes' journals say of these attempts. What a lane settles itself, in cash or by card, is in no other book. */
export async function readLaneBook(database: Queryable, keys: readonly string[]): Promise<LanePayment[]> {
  const ofKeys = async <T extends LaneEventType>(type: T): Promise<Row<LaneEventOf<T>>[]> => {
    const rows = await database.query<Row<unknown>>(
      `SELECT lane_id, projection FROM journal_entry
       WHERE type = '${type}' AND projection->>'attemptKey' = ANY ($1) ORDER BY arrival`,
      [keys],
    )
    return rows.flatMap(({ lane_id, projection }) => {
      const event = projectedEvent(projection, type)
      return event === null ? [] : [{ lane_id, projection: event }]
    })
  }
  const [attempts, outcomes, reductions, refunds] = await Promise.all([
    ofKeys('payment.attempted'),
    ofKeys('payment.resolved'),
    ofKeys('payment.reduced'),
    ofKeys('refund.attempted'),
  ])
  const paidBack = await refundsDone(
    database,
    refunds.map(({ projection }) => projection.refundKey),
  )
  const less = lessened(
    reductions.map(({ projection }) => projection),
    refunds.map(({ projection }) => projection).filter(({ refundKey }) => paidBack.has(refundKey)),
  )
  const last = new Map(outcomes.map(({ projection }) => [projection.attemptKey, projection]))
  // An attempt that turned deferred is journalled twice: the later entry says how it stands.
  const newest = new Map(attempts.map((row) => [row.projection.attemptKey, row]))
  return [...newest.values()]
    .filter(({ projection }) => projection.mode !== 'local')
    .map(({ lane_id: laneId, projection }) =>
      paymentOf(laneId, projection, last.get(projection.attemptKey), less(projection.attemptKey)),
    )
}

function paymentOf(
  laneId: string,
  attempt: Attempted,
  outcome: Resolved | undefined,
  lessMinor: number,
): LanePayment {
  const { attemptKey, saleId, currency, mode, amountMinor } = attempt
  const state = stateOf(outcome)
  const chargedMinor = mode === 'deferred' ? amountMinor : (outcome?.approvedMinor ?? amountMinor)
  const netMinor = state === 'charged' || state === 'expected' ? chargedMinor - lessMinor : 0
  return { attemptKey, saleId, laneId, currency, state, netMinor }
}

function stateOf(outcome: Resolved | undefined): BookState {
  switch (outcome?.outcome) {
    case 'approved':
      return 'charged'
    case 'deferred':
      return 'expected'
    case 'declined':
    case 'cancelled':
    case 'refunded':
    case 'expired':
    case 'reversed':
      return 'notCharged'
    case undefined:
      return 'open'
  }
}

async function refundsDone(database: Queryable, refundKeys: readonly string[]): Promise<Set<string>> {
  const rows = await database.query<{ key: string }>(
    `SELECT projection->>'refundKey' AS key FROM journal_entry
     WHERE type = 'refund.resolved' AND projection->>'refundKey' = ANY ($1) AND projection->>'outcome' = 'done'`,
    [refundKeys],
  )
  return new Set(rows.map(({ key }) => key))
}

/** By key: the lane's own reduction and the refund it stands for are the same money. */
function lessened(
  reductions: readonly LaneEventOf<'payment.reduced'>[],
  refunds: readonly LaneEventOf<'refund.attempted'>[],
): (attemptKey: string) => number {
  const backs = new Map<string, { attemptKey: string; amountMinor: number }>()
  for (const { refundKey, attemptKey, amountMinor } of refunds)
    backs.set(refundKey, { attemptKey, amountMinor })
  for (const { reductionKey, attemptKey, amountMinor } of reductions)
    backs.set(reductionKey, { attemptKey, amountMinor })
  const sums = new Map<string, number>()
  for (const { attemptKey, amountMinor } of backs.values())
    sums.set(attemptKey, (sums.get(attemptKey) ?? 0) + amountMinor)
  return (attemptKey) => sums.get(attemptKey) ?? 0
}
