import type { LaneEventOf } from '../../src-main/contract/events.ts'
import { saleArrived } from '../payments/cancelled-sales.ts'
import type { Transaction } from '../store/database.ts'
import { NotApplicable } from './not-applicable.ts'

export interface SaleContext {
  readonly tx: Transaction
  readonly laneId: string
  readonly receivedAtMs: number
}

type Completed = LaneEventOf<'sale.completed'>

export async function completeSale(context: SaleContext, event: Completed): Promise<void> {
  await keepSale(context, event, 'completed')
  const { receipt } = event
  const kept = await context.tx.query(
    `INSERT INTO e_receipt (receipt_token, sale_id, document, created_at_ms) VALUES ($1, $2, $3, $4)
     ON CONFLICT (receipt_token) DO UPDATE SET receipt_token = excluded.receipt_token
       WHERE e_receipt.sale_id = excluded.sale_id RETURNING 1`,
    [receipt.receiptToken, event.saleId, JSON.stringify(receipt), context.receivedAtMs],
  )
  if (kept.length === 0) throw new NotApplicable('receiptTokenTaken')
  await saleArrived(context.tx, [event.saleId], context.receivedAtMs)
}

/** The same sale may come twice, from a lane whose disk was copied; it must then say the same. */
export async function keepSale(
  context: SaleContext,
  event: Completed | LaneEventOf<'sale.cancelled'>,
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

/** Many new sales in three statements; throws `NotApplicable` as soon as one of them is not new. */
export async function completeNewSales(
  { tx, laneId, receivedAtMs }: SaleContext,
  events: readonly Completed[],
): Promise<void> {
  if (events.length === 0) return
  const sales = await tx.query(
    `INSERT INTO sale (sale_id, lane_id, state, currency, total_minor, document, at_ms)
     SELECT id, $2, 'completed', currency, total, document::jsonb, $6
     FROM unnest($1::text[], $3::text[], $4::bigint[], $5::text[]) AS t (id, currency, total, document)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [
      events.map(({ saleId }) => saleId),
      laneId,
      events.map(({ currency }) => currency),
      events.map(({ totalMinor }) => totalMinor),
      events.map((event) => JSON.stringify(event)),
      receivedAtMs,
    ],
  )
  const receipts = await tx.query(
    `INSERT INTO e_receipt (receipt_token, sale_id, document, created_at_ms)
     SELECT token, id, document::jsonb, $4 FROM unnest($1::text[], $2::text[], $3::text[]) AS t (token, id, document)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [
      events.map(({ receipt }) => receipt.receiptToken),
      events.map(({ saleId }) => saleId),
      events.map(({ receipt }) => JSON.stringify(receipt)),
      receivedAtMs,
    ],
  )
  if (sales.length < events.length || receipts.length < events.length) throw new NotApplicable('notAllNew')
  await saleArrived(
    tx,
    events.map(({ saleId }) => saleId),
    receivedAtMs,
  )
}
