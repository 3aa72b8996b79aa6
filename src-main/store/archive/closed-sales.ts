import type { LaneEventOf } from '../../contract/events.ts'
import type { Key } from '../../contract/values.ts'
import type { AttemptState } from '../../ports/store.ts'
import { statement, type WriteHandle } from '../handles.ts'
import type { JournalRow } from '../repositories/journal.ts'

/** How long attempt and papers of an archived sale stay at hand, for a copy of the receipt. */
const KEPT_AT_HAND_MS = 24 * 3_600_000
const MOST_SALES_A_STEP = 25

/** Whether nothing follows any more; who adds a state decides here whether its rows may go with their sale. */
const isFinal: Readonly<Record<AttemptState, boolean>> = {
  intended: false,
  unknown: false,
  voiding: false,
  deferred: false,
  approved: true,
  declined: true,
  cancelled: true,
  processed: true,
  deferredDeclined: true,
  expired: true,
  reversed: true,
}
const openStates = JSON.stringify(Object.entries(isFinal).flatMap(([state, final]) => (final ? [] : [state])))

/**
 * Remembers what ends in these archived entries, sales, returns and reports, each under its own key: their rows may go
 * later.
 */
export function noteClosedSales(db: WriteHandle, rows: readonly JournalRow[], nowMs: number): void {
  const sql = 'INSERT OR IGNORE INTO closed_sale (sale_id, archived_at_ms) VALUES (?, ?)'
  for (const row of rows) {
    const key = closedBy(row)
    if (key !== null) statement<[string, number]>(db, sql).run(key, nowMs)
  }
}

/** A paper is queued in the commit that ends what it tells of; a refused return has none. */
function closedBy({ header, payload }: JournalRow): Key | null {
  switch (header.type) {
    case 'sale.completed':
    case 'sale.cancelled':
    case 'print.queued':
      return header.aggregate.id
    case 'refund.resolved':
      return (JSON.parse(payload.toString('utf8')) as LaneEventOf<'refund.resolved'>).returnKey
    default:
      return null
  }
}

const dueSql = `
  SELECT sale_id AS saleId FROM closed_sale
  WHERE (archived_at_ms <= @before OR archived_at_ms > @nowMs)
    AND NOT EXISTS (
      SELECT 1 FROM attempt WHERE attempt.sale_id = closed_sale.sale_id
        AND state IN (SELECT value FROM json_each(@openStates)))
    AND NOT EXISTS (
      SELECT 1 FROM print_job WHERE print_job.sale_id = closed_sale.sale_id AND state IN ('queued', 'sent'))
    AND NOT EXISTS (
      SELECT 1 FROM sale_return WHERE return_key = closed_sale.sale_id AND state IN ('ordered', 'accepted'))
  ORDER BY archived_at_ms LIMIT ${MOST_SALES_A_STEP}`

/**
 * Takes out what the journal and the hub hold anyway: attempts and papers of sales that ended and are archived, returns
 * with their papers, papers of reports. What has an attempt, a refund or a paper that is not finished stays whole.
 * Returns how many went.
 */
export function pruneClosedSales(db: WriteHandle, nowMs: number): number {
  const due = statement<[{ before: number; nowMs: number; openStates: string }], { saleId: string }>(
    db,
    dueSql,
  ).all({ before: nowMs - KEPT_AT_HAND_MS, nowMs, openStates })
  for (const { saleId } of due) {
    statement<[string]>(db, 'DELETE FROM attempt WHERE sale_id = ?').run(saleId)
    statement<[string]>(db, 'DELETE FROM print_job WHERE sale_id = ?').run(saleId)
    statement<[string]>(db, 'DELETE FROM sale_return WHERE return_key = ?').run(saleId)
    statement<[string]>(db, 'DELETE FROM closed_sale WHERE sale_id = ?').run(saleId)
  }
  return due.length
}
