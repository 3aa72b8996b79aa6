import { readFileSync, writeFileSync } from 'node:fs'
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
  const lock = new Database(file, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (thrown) {
    lock.close()
    if (isBusy(thrown)) throw inUse(dataDir)
    throw thrown
  }
  writeFileSync(pidFile(dataDir), `${process.pid}\n`, { mode: 0o600 })
  return { release: () => lock.close() }
}

/** The process that took the folder last; null when it left no note. It may be gone: only the lock itself is proof. */
export function lastOwnerPid(dataDir: string): number | null {
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

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY')
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
