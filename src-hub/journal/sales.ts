import { isDeepStrictEqual } from 'node:util'
import type { LaneEventOf } from '../../src-main/contract/events.ts'
import { reportedSale, type SaleReport } from '../entries/reported-sale.ts'
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

/** Where the entry stands in its lane's journal. */
export interface EntryPlace {
  readonly epoch: string
  readonly seq: number
}

type Completed = LaneEventOf<'sale.completed'>

export async function completeSale(context: SaleContext, event: Completed, place: EntryPlace): Promise<void> {
  const { receiptToken } = event.receipt
  const taken = await context.tx.query('SELECT 1 FROM sale WHERE receipt_token = $1 AND sale_id <> $2', [
    receiptToken,
    event.saleId,
  ])
  if (taken.length > 0) throw new NotApplicable('receiptTokenTaken')
  await keepSale(context, event, place)
  await saleArrived(context.tx, [event.saleId], context.receivedAtMs)
  await earnPoints(context.tx, [event], context.receivedAtMs)
}

/** The same sale may come twice, from a lane whose disk was copied; it must then say the same. */
export async function keepSale(context: SaleContext, event: SaleReport, place: EntryPlace): Promise<void> {
  const { tx, laneId, receivedAtMs } = context
  const isCompleted = event.type === 'sale.completed'
  const kept = await tx.query(
    `INSERT INTO sale (sale_id, lane_id, state, currency, total_minor, at_ms, receipt_token, entry_epoch, entry_seq)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (sale_id) DO NOTHING RETURNING 1`,
    [
      event.saleId,
      laneId,
      isCompleted ? 'completed' : 'cancelled',
      event.currency,
      event.totalMinor,
      receivedAtMs,
      isCompleted ? event.receipt.receiptToken : null,
      place.epoch,
      place.seq,
    ],
  )
  if (kept.length === 0 && !(await saysTheSame(context, event))) throw new NotApplicable('saleDiffers')
}

async function saysTheSame({ tx, laneId }: SaleContext, event: SaleReport): Promise<boolean> {
  const own = await tx.query('SELECT 1 FROM sale WHERE sale_id = $1 AND lane_id = $2', [event.saleId, laneId])
  return own.length > 0 && isDeepStrictEqual(await reportedSale(tx, event.saleId), event)
}

/** Four keys, three numbers and their lengths. */
const bytesASale = 320

const newSale = `COPY sale (sale_id, lane_id, state, currency, total_minor, at_ms, receipt_token, entry_epoch, entry_seq)
  FROM STDIN (FORMAT binary)`

export interface PlacedSale {
  readonly event: Completed
  readonly place: EntryPlace
}

/** Many new sales in two statements; throws, as the database does, as soon as one of them is not new. */
export async function completeNewSales(
  { tx, laneId, receivedAtMs }: SaleContext,
  sales: readonly PlacedSale[],
): Promise<void> {
  if (sales.length === 0) return
  const rows = new CopyRows(9, 1024 + sales.length * bytesASale)
  for (const { event, place } of sales) {
    rows.row().text(event.saleId).text(laneId).text('completed').text(event.currency)
    rows.bigint(event.totalMinor).bigint(receivedAtMs).text(event.receipt.receiptToken)
    rows.text(place.epoch).bigint(place.seq)
  }
  await tx.copy(newSale, rows.end())
  await saleArrived(
    tx,
    sales.map(({ event }) => event.saleId),
    receivedAtMs,
  )
  await earnPoints(
    tx,
    sales.map(({ event }) => event),
    receivedAtMs,
  )
}
