import type { Aggregate, EntryHeader } from '../../src-main/contract/journal.ts'
import { toSafeInteger } from '../store/database.ts'

/** A header as `journal_entry` keeps it; `epoch` is the lane's, which for an entry of a branch is its `branch_of`. */
export interface HeaderRow {
  readonly lane_id: string
  readonly epoch: string
  readonly seq: string
  readonly type: string
  readonly aggregate_kind: Aggregate['kind']
  readonly aggregate_id: string
  readonly lane_at_ms: string
  readonly boot_id: string
  readonly monotonic_ms: number
}

/** Those columns, of the entry `e` on the line `p`. */
export const headerColumns = `e.lane_id, coalesce(p.branch_of, e.epoch) AS epoch, e.seq, e.type, e.aggregate_kind,
  e.aggregate_id, e.lane_at_ms, e.boot_id, e.monotonic_ms`

/** The header as the lane sent and hashed it. */
export function headerOf(row: HeaderRow): EntryHeader {
  return {
    formatVersion: 1,
    laneId: row.lane_id,
    epoch: row.epoch,
    seq: toSafeInteger(row.seq),
    type: row.type,
    aggregate: { kind: row.aggregate_kind, id: row.aggregate_id },
    at: { atMs: toSafeInteger(row.lane_at_ms), bootId: row.boot_id, monotonicMs: row.monotonic_ms },
  }
}
