import type { LaneEventOf } from '../../src-main/contract/events.ts'
import type { Queryable } from '../store/database.ts'
import { readPayload } from './payload.ts'

export type SaleReport = LaneEventOf<'sale.completed'> | LaneEventOf<'sale.cancelled'>

interface SaleRow {
  /** The copy that a sale holds when it came before migration 145. */
  document: SaleReport | null
  type: string | null
  payload: Buffer | null
}

/** What its lane said of a sale; null for one that the hub does not have. */
export async function reportedSale(database: Queryable, saleId: string): Promise<SaleReport | null> {
  const [row] = await database.query<SaleRow>(
    `SELECT s.document, e.type, e.payload FROM sale s
     LEFT JOIN journal_entry e ON e.lane_id = s.lane_id AND e.epoch = s.entry_epoch AND e.seq = s.entry_seq
     WHERE s.sale_id = $1`,
    [saleId],
  )
  if (row === undefined) return null
  if (row.payload === null || row.type === null) return row.document
  const content = readPayload(row.payload, row.type)
  if (content.kind === 'event' && isSaleReport(content.event)) return content.event
  throw new Error(`The entry that sale ${saleId} names is not its report`)
}

/** It ended without goods. */
export async function isCancelled(database: Queryable, saleId: string): Promise<boolean> {
  return (await reportedSale(database, saleId))?.type === 'sale.cancelled'
}

function isSaleReport(event: { readonly type: string }): event is SaleReport {
  return event.type === 'sale.completed' || event.type === 'sale.cancelled'
}
