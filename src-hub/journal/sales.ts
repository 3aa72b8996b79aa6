import type { LaneEventOf } from '../../src-main/contract/events.ts'
import { earnPoints } from '../membership/earning.ts'
import { saleArrived } from '../payments/cancelled-sales.ts'
import { CopyRows } from '../store/copy-rows.ts'
import type { Transaction } from '../store/database.ts'
import { NotApplicable } from './not-applicable.ts'

export interface SaleContext {
  readonly tx: Transaction
  readonly laneId: string
  readonly receivedAtMs: number
}

type Completed = LaneEventOf<'sale.completed'>

export async function completeSale(context: SaleContext, event: Completed): Promise<void> {
  const { receiptToken } = event.receipt
  const taken = await context.tx.query('SELECT 1 FROM sale WHERE receipt_token = $1 AND sale_id <> $2', [
    receiptToken,
    event.saleId,
  ])
  if (taken.length > 0) throw new NotApplicable('receiptTokenTaken')
  await keepSale(context, event, 'completed', receiptToken)
  await saleArrived(context.tx, [event.saleId], context.receivedAtMs)
  await earnPoints(context.tx, [event], context.receivedAtMs)
}

/** The same sale may come twice, from a lane whose disk was copied; it must then say the same. */
export async function keepSale(
  context: SaleContext,
  event: Completed | LaneEventOf<'sale.cancelled'>,
  state: 'completed' | 'cancelled',
  receiptToken: string | null = null,
): Promise<void> {
  const document = JSON.stringify(event)
  const kept = await context.tx.query(
    `INSERT INTO sale (sale_id, lane_id, state, currency, total_minor, document, at_ms, receipt_token)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (sale_id) DO UPDATE SET sale_id = excluded.sale_id
       WHERE sale.document = excluded.document AND sale.lane_id = excluded.lane_id RETURNING 1`,
    [
      event.saleId,
      context.laneId,
      state,
      event.currency,
      event.totalMinor,
      document,
      context.receivedAtMs,
      receiptToken,
    ],
  )
  if (kept.length === 0) throw new NotApplicable('saleDiffers')
}

const newSale = `COPY sale (sale_id, lane_id, state, currency, total_minor, document, at_ms, receipt_token)
  FROM STDIN (FORMAT binary)`

/** Many new sales in two statements; throws, as the database does, as soon as one of them is not new. */
export async function completeNewSales(
  { tx, laneId, receivedAtMs }: SaleContext,
  events: readonly Completed[],
): Promise<void> {
  if (events.length === 0) return
  const rows = new CopyRows(8)
  for (const event of events) {
    rows.row().text(event.saleId).text(laneId).text('completed').text(event.currency)
    rows.bigint(event.totalMinor).jsonb(JSON.stringify(event)).bigint(receivedAtMs)
    rows.text(event.receipt.receiptToken)
  }
  await tx.copy(newSale, rows.end())
  await saleArrived(
    tx,
    events.map(({ saleId }) => saleId),
    receivedAtMs,
  )
  await earnPoints(tx, events, receivedAtMs)
}
