import { statSync } from 'node:fs'
import type { WriteHandle } from '../handles.ts'

/** Room the database keeps for the next sales instead of giving it back to the disk. */
const SPARE_PAGES = 512
const PAGES_A_STEP = 64

export type LogState =
  | { readonly kind: 'emptied' }
  /** A reader holds the log: it grows until that one ends. */
  | { readonly kind: 'heldBack'; readonly bytes: number }

/**
 * Brings what the write-ahead log holds into the database file, so that the log begins anew; never waits for a reader.
 * Its file stays as large as it may (`journal_size_limit`): writing over blocks the disk has given out already costs a
 * commit half of what new ones do.
 */
export function tendLog(db: WriteHandle): LogState {
  const [state] = checkpoint(db, 'RESTART')
  return state?.busy === 0 ? { kind: 'emptied' } : { kind: 'heldBack', bytes: logBytes(db) }
}

/** Brings everything into the database file and cuts the log off; false when a reader is in the way. */
export function emptyLog(db: WriteHandle): boolean {
  return checkpoint(db, 'TRUNCATE')[0]?.busy === 0
}

function checkpoint(db: WriteHandle, mode: 'RESTART' | 'TRUNCATE'): readonly { busy: number }[] {
  const timeout = db.pragma('busy_timeout', { simple: true }) as number
  db.pragma('busy_timeout = 0')
  try {
    return db.pragma(`wal_checkpoint(${mode})`) as { busy: number }[]
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
