import type { DayReport, ReconcileRequest, ReconcileResponse } from '../../src-main/contract/day.ts'
import { reconcileResponseSchema } from '../../src-main/contract/day.ts'
import { type DayBounds, dayBounds } from '../../src-main/domain/reconciliation/day.ts'
import { reconcile } from '../../src-main/domain/reconciliation/match.ts'
import type { HubContext } from '../context.ts'
import { projectedEvent } from '../entries/projected.ts'
import { type Queryable, toSafeInteger } from '../store/database.ts'
import { Refusal } from '../refusal.ts'
import { attemptsOfDay, ownProviders, readHubBook, readOwnStatement } from './hub-book.ts'
import { readLaneBook } from './lane-book.ts'
import { feesOf, readSettlements } from './settlements.ts'

/** Settlement days are those of the place the hub stands in. */
export const hubTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

export async function dayReport({ database }: HubContext, day: string): Promise<DayReport> {
  const bounds = dayBounds(day, hubTimeZone)
  const [settlements, sales, returned, zReports] = await Promise.all([
    readSettlements(database, bounds),
    sumsOf(
      database,
      `SELECT currency, count(*), sum(total_minor) FROM sale WHERE state = 'completed' AND `,
      bounds,
    ),
    sumsOf(database, 'SELECT currency, count(*), sum(amount_minor) FROM sale_return WHERE ', bounds),
    readZReports(database, bounds),
  ])
  return { day, timeZone: hubTimeZone, ...bounds, settlements, sales, returns: returned, zReports }
}

/** Compares the books of a day and keeps the verdict for the page. */
export async function reconcileDay(
  context: HubContext,
  request: ReconcileRequest,
): Promise<ReconcileResponse> {
  const result = await compareBooks(context, request)
  await context.database.query(
    `INSERT INTO day_reconciliation (day, at_ms, result) VALUES ($1, $2, $3)
     ON CONFLICT (day) DO UPDATE SET at_ms = excluded.at_ms, result = excluded.result`,
    [request.day, context.nowMs(), JSON.stringify(result)],
  )
  return result
}

/**
 * The lanes' journals, the hub's ledger and the providers' statements. The hub's own wallet, points and coupons are
 * compared with their postings; a payment is looked at as it stands now.
 */
async function compareBooks(
  { database }: HubContext,
  { day, statement, providers }: ReconcileRequest,
): Promise<ReconcileResponse> {
  refuseUncountable(statement)
  const bounds = dayBounds(day, hubTimeZone)
  const keys = new Set(await attemptsOfDay(database, bounds))
  // A provider's day may end at another hour than ours: what its statement names belongs to it.
  for (const { providerKey } of statement) {
    const attemptKey = /^([0-9a-f]{32})-\d+$/.exec(providerKey)?.[1]
    if (attemptKey !== undefined) keys.add(attemptKey)
  }
  const [lane, hub, own, settlements] = await Promise.all([
    readLaneBook(database, [...keys]),
    readHubBook(database, [...keys]),
    readOwnStatement(database, [...keys], bounds),
    readSettlements(database, bounds, feesOf(statement)),
  ])
  const verdict = reconcile({
    lane,
    hub,
    statement: [...statement, ...own],
    statementOf: [...ownProviders, ...providers],
  })
  return { day, settlements, ...verdict }
}

/** A line that is wrong by many digits is the statement's fault, and not one to look for at the hub. */
function refuseUncountable(statement: ReconcileRequest['statement']): void {
  const all = statement.reduce((sum, { amountMinor, feeMinor }) => sum + amountMinor + Math.abs(feeMinor), 0)
  if (all > Number.MAX_SAFE_INTEGER)
    throw new Refusal(
      400,
      'day.statementTooLarge',
      'The amounts of the statement come to more than can be counted.',
    )
}

/** The verdict that was last reached of a day; null when its books were never compared. */
export async function lastVerdict(
  database: Queryable,
  day: string,
): Promise<{ readonly atMs: number; readonly result: ReconcileResponse } | null> {
  const rows = await database.query<{ at_ms: string; result: unknown }>(
    'SELECT at_ms, result FROM day_reconciliation WHERE day = $1',
    [day],
  )
  const [row] = rows
  if (row === undefined) return null
  return { atMs: toSafeInteger(row.at_ms), result: reconcileResponseSchema.parse(row.result) }
}

/** Everything of a day for the merchant's page. Books that were never compared with a statement are compared with none. */
export async function dayView(context: HubContext, day: string) {
  const report = await dayReport(context, day)
  const known = await lastVerdict(context.database, day)
  const verdict = known ?? {
    atMs: context.nowMs(),
    result: await compareBooks(context, { day, statement: [], providers: [] }),
  }
  const [yesterday = '', tomorrow = ''] = [-1, 1].map((days) =>
    new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10),
  )
  return { report, verdict, yesterday, tomorrow }
}

async function sumsOf(database: Queryable, select: string, { fromMs, untilMs }: DayBounds) {
  const rows = await database.query<{ currency: string; count: string; sum: string }>(
    `${select} at_ms >= $1 AND at_ms < $2 GROUP BY currency ORDER BY currency`,
    [fromMs, untilMs],
  )
  return rows.map(({ currency, count, sum }) => ({
    currency,
    count: toSafeInteger(count),
    totalMinor: toSafeInteger(sum),
  }))
}

/** Once each: an import may have brought the same entry on a piece of its own, before the journal it belongs to came whole. */
async function readZReports(
  database: Queryable,
  { fromMs, untilMs }: DayBounds,
): Promise<DayReport['zReports']> {
  const rows = await database.query<{
    lane_id: string
    received_at_ms: string
    projection: unknown
  }>(
    `SELECT lane_id, received_at_ms, projection FROM journal_entry z
     WHERE type = 'shift.closed' AND received_at_ms >= $1 AND received_at_ms < $2
       AND NOT EXISTS (SELECT 1 FROM journal_entry same
         WHERE same.type = 'shift.closed' AND same.lane_id = z.lane_id AND same.hash = z.hash AND same.arrival < z.arrival)
     ORDER BY lane_id, arrival`,
    [fromMs, untilMs],
  )
  return rows.flatMap(({ lane_id: laneId, received_at_ms, projection }) => {
    const report = projectedEvent(projection, 'shift.closed')?.report
    if (report === undefined) return []
    return {
      laneId,
      zNumber: report.zNumber ?? 0,
      closedAtMs: report.toAtMs ?? toSafeInteger(received_at_ms),
      grossMinor: report.grossMinor,
      currency: report.currency,
      cashDifferenceMinor: report.cash.differenceMinor,
    }
  })
}
