import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { Failure } from '../contract/failure.ts'

export interface FolderLock {
  release(): void
}

/**
 * Takes the data folder for this process. The lock is the operating system's on an empty SQLite file, so it ends with
 * the process however that ends; readers of the lane database are not kept out. Throws `store.inUse`.
 */
export function lockFolder(dataDir: string): FolderLock {
  const file = path.join(dataDir, 'lane.lock')
  const lock = tryLock(file, dataDir) ?? tryLock(file, dataDir)
  if (lock === null) throw new Error(`The lock file ${file} cannot be emptied`)
  writeFileSync(pidFile(dataDir), `${process.pid}\n`, { mode: 0o600 })
  return { release: () => lock.close() }
}

/** Null when the file held rubbish and was emptied: its contents mean nothing, so they must not stop the till. */
function tryLock(file: string, dataDir: string): Database.Database | null {
  const lock = new Database(file, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (thrown) {
    lock.close()
    if (hasCode(thrown, 'SQLITE_BUSY')) throw inUse(dataDir)
    if (!hasCode(thrown, 'SQLITE_NOTADB')) throw thrown
    truncateSync(file, 0)
    return null
  }
}

/** The process that took the folder last; null when it left no note. It may be gone: only the lock itself is proof. */
function lastOwnerPid(dataDir: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile(dataDir), 'utf8'), 10)
    return Number.isSafeInteger(pid) ? pid : null
  } catch {
    return null
  }
}

function pidFile(dataDir: string): string {
  return path.join(dataDir, 'lane.pid')
}

function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Database.SqliteError && thrown.code.startsWith(code)
}

function inUse(dataDir: string): Failure {
  const pid = lastOwnerPid(dataDir)
  const who = pid === null ? 'Another process' : `Process ${pid}`
  return new Failure({
    code: 'store.inUse',
    attempted: `take the data folder ${dataDir}`,
    remedy: 'staff',
    message: `${who} is already running this lane. Stop it, or give this one another data folder.`,
    ...(pid === null ? {} : { nativeCode: `pid ${pid}` }),
  })
}
