import { closeSync, existsSync, openSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { Failure } from '../contract/failure.ts'
import { makePrivateFolder, syncFolder } from './durable-file.ts'
import { withStoreFailures } from './errors.ts'
import type { ReadHandle, WriteHandle } from './handles.ts'
import { assertNotFromTheFuture, migrate } from './migrations/index.ts'

const BUSY_TIMEOUT_MS = 5_000

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
      db.pragma('journal_mode = WAL')
      db.pragma('synchronous = FULL')
      db.pragma('foreign_keys = ON')
      db.pragma('secure_delete = ON')
      // Without it REPLACE would delete journal rows past the trigger that forbids it.
      db.pragma('recursive_triggers = ON')
      db.pragma('trusted_schema = OFF')
      migrate(db)
      return db
    } catch (thrown) {
      db.close()
      throw thrown
    }
  })
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
