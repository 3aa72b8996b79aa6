import { statSync } from 'node:fs'
import type { WriteHandle } from '../handles.ts'

/** Beyond this the write-ahead log is emptied when the lane has time. */
const LOG_IS_SMALL_BYTES = 1024 * 1024
/** Room the database keeps for the next sales instead of giving it back to the disk. */
const SPARE_PAGES = 512
const PAGES_A_STEP = 64

export type LogState =
  | { readonly kind: 'small' }
  | { readonly kind: 'emptied' }
  /** A reader holds the log: it grows until that one ends. */
  | { readonly kind: 'heldBack'; readonly bytes: number }

/** Empties the write-ahead log when it is large; never waits for a reader. */
export function tendLog(db: WriteHandle): LogState {
  const bytes = logBytes(db)
  if (bytes <= LOG_IS_SMALL_BYTES) return { kind: 'small' }
  return emptyLog(db) ? { kind: 'emptied' } : { kind: 'heldBack', bytes }
}

/** Brings everything into the database file and empties the log; false when a reader is in the way. */
export function emptyLog(db: WriteHandle): boolean {
  const timeout = db.pragma('busy_timeout', { simple: true }) as number
  db.pragma('busy_timeout = 0')
  try {
    const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    return state?.busy === 0
  } finally {
    db.pragma(`busy_timeout = ${timeout}`)
  }
}

/** Gives some free pages back to the disk; returns how many, 0 when there are few. */
export function vacuumStep(db: WriteHandle): number {
  const free = () => db.pragma('freelist_count', { simple: true }) as number
  const before = free()
  if (before <= SPARE_PAGES + PAGES_A_STEP) return 0
  db.exec(`PRAGMA incremental_vacuum(${PAGES_A_STEP})`)
  return before - free()
}

function logBytes(db: WriteHandle): number {
  return statSync(`${db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0
}
