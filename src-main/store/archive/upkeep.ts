import type { WriteHandle } from '../handles.ts'
import { archiveOnce, dropOnce } from './archiver.ts'
import { pruneClosedSales } from './closed-sales.ts'
import type { LogState } from './housekeeping.ts'

/** What one step of upkeep did; the counts are entries, sales (returns and reports among them) and pages. */
export type UpkeepStep =
  | { readonly kind: 'archived'; readonly entries: number }
  | { readonly kind: 'dropped'; readonly entries: number }
  | { readonly kind: 'pruned'; readonly sales: number }
  | { readonly kind: 'logEmptied' }
  | { readonly kind: 'vacuumed'; readonly pages: number }
  /** Until the next sales. `logHeldBackBytes`: size of a log that a reader in another program keeps from being emptied. */
  | { readonly kind: 'nothing'; readonly logHeldBackBytes: number | null }

export interface UpkeepParts {
  readonly nowMs: number
  readonly write: <T>(work: (db: WriteHandle) => T) => T
  /** Null when little was written since the log was emptied. */
  readonly log: () => LogState | null
  readonly vacuum: () => number
}

/** The first thing that is due: one short transaction. */
export function upkeepStep({ nowMs, write, log, vacuum }: UpkeepParts): UpkeepStep {
  const archived = write((db) => archiveOnce(db, nowMs))
  if (archived > 0) return { kind: 'archived', entries: archived }
  const dropped = write((db) => dropOnce(db, nowMs))
  if (dropped > 0) return { kind: 'dropped', entries: dropped }
  const pruned = write((db) => pruneClosedSales(db, nowMs))
  if (pruned > 0) return { kind: 'pruned', sales: pruned }
  const state = log()
  if (state?.kind === 'emptied') return { kind: 'logEmptied' }
  const pages = vacuum()
  if (pages > 0) return { kind: 'vacuumed', pages }
  return { kind: 'nothing', logHeldBackBytes: state?.kind === 'heldBack' ? state.bytes : null }
}
