import { closeSync, existsSync, openSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { Failure } from '../contract/failure.ts'
import { makePrivateFolder, syncFolder } from './durable-file.ts'
import { withStoreFailures } from './errors.ts'
import type { ReadHandle, WriteHandle } from './handles.ts'
import { assertNotFromTheFuture, migrate, newestVersion, schemaVersion } from './migrations/index.ts'
import { assertNothingStranded } from './stranding.ts'

const BUSY_TIMEOUT_MS = 5_000
const LOG_PAGES_UNATTENDED = 4_000
const LOG_BYTES_KEPT = 4 * 1024 * 1024
const AUTO_VACUUM_INCREMENTAL = 2

export function databaseFile(dataDir: string): string {
  return path.join(dataDir, 'lane.sqlite')
}

/** Opens or creates the lane database for its one writer and brings it to the newest schema. */
export function openForWriting(dataDir: string): WriteHandle {
  const file = databaseFile(dataDir)
  return withStoreFailures(`open the lane database ${file}`, () => {
    createPrivately(file)
    const db = new Database(file, { timeout: BUSY_TIMEOUT_MS }) as WriteHandle
    try {
      assertNotFromTheFuture(db)
      if (schemaVersion(db) < newestVersion) assertNothingStranded(db, null)
      giveRoomBackInSteps(db)
      db.pragma('journal_mode = WAL')
      db.pragma('synchronous = FULL')
      db.pragma('foreign_keys = ON')
      db.pragma('secure_delete = ON')
      // Without it REPLACE would delete journal rows past the trigger that forbids it.
      db.pragma('recursive_triggers = ON')
      db.pragma('trusted_schema = OFF')
      // Emptying the log is upkeep's, while nobody buys; this is for a lane that never rests.
      db.pragma(`wal_autocheckpoint = ${LOG_PAGES_UNATTENDED}`)
      db.pragma(`journal_size_limit = ${LOG_BYTES_KEPT}`)
      migrate(db)
      return db
    } catch (thrown) {
      db.close()
      throw thrown
    }
  })
}

/**
 * Free pages can then be given back a few at a time. A database of an older release is rewritten once for it; without
 * room for that it stays as it is, and its free pages are only used again.
 */
function giveRoomBackInSteps(db: WriteHandle): void {
  if (db.pragma('auto_vacuum', { simple: true }) === AUTO_VACUUM_INCREMENTAL) return
  db.pragma(`auto_vacuum = ${AUTO_VACUUM_INCREMENTAL}`)
  if (db.pragma('page_count', { simple: true }) === 0) return
  try {
    db.exec('VACUUM')
  } catch (thrown) {
    if (!(thrown instanceof Database.SqliteError) || !thrown.code.startsWith('SQLITE_FULL')) throw thrown
  }
}

/** Opens an existing lane database beside its writer, for the commands that only look. */
export function openForReading(dataDir: string): ReadHandle {
  const file = databaseFile(dataDir)
  if (!existsSync(file)) {
    throw new Failure({
      code: 'store.notFound',
      attempted: `read ${file}`,
      remedy: 'staff',
      message: 'There is no lane database in this data folder. Check the path, or start the lane once.',
    })
  }
  return withStoreFailures(`read the lane database ${file}`, () => {
    const db = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS }) as ReadHandle
    try {
      assertNotFromTheFuture(db)
      return db
    } catch (thrown) {
      db.close()
      throw thrown
    }
  })
}

/** SQLite gives the WAL and its index the permissions of the database: creating that 0600 covers all three. */
function createPrivately(file: string): void {
  if (existsSync(file)) return
  makePrivateFolder(path.dirname(file))
  closeSync(openSync(file, 'a', 0o600))
  syncFolder(path.dirname(file))
}
