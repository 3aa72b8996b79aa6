import Database from 'better-sqlite3'
import { Failure, failureData, type Remedy } from '../contract/failure.ts'

interface Known {
  readonly code: string
  readonly remedy: Remedy
  readonly message: string
}

const diskFull: Known = {
  code: 'store.diskFull',
  remedy: 'staff',
  message: 'The disk is full, nothing was written. Free some space; the lane goes on by itself.',
}
const corrupt: Known = {
  code: 'store.corrupt',
  remedy: 'staff',
  message:
    'The lane database is damaged. Keep the data folder as it is, save the journal with facelane queue export, and start in a new one.',
}
const busy: Known = {
  code: 'store.busy',
  remedy: 'retry',
  message: 'Another program is writing to the lane database. Close it and try again.',
}
const ioError: Known = {
  code: 'store.ioError',
  remedy: 'staff',
  message: 'The disk does not read or write as it should. Check it before selling on.',
}
const readOnly: Known = {
  code: 'store.readOnly',
  remedy: 'staff',
  message: 'The data folder cannot be written. Check that it is a folder, its owner and its permissions.',
}

/** SQLite's extended codes begin with their primary code; the first fitting line decides. */
const bySqliteCode: readonly (readonly [prefix: string, known: Known])[] = [
  ['SQLITE_FULL', diskFull],
  // The shared index beside the WAL could not grow: on a full disk this comes before SQLITE_FULL.
  ['SQLITE_IOERR_SHMSIZE', diskFull],
  ['SQLITE_CORRUPT', corrupt],
  ['SQLITE_NOTADB', corrupt],
  ['SQLITE_BUSY', busy],
  ['SQLITE_LOCKED', busy],
  ['SQLITE_IOERR', ioError],
  ['SQLITE_READONLY', readOnly],
  ['SQLITE_CANTOPEN', readOnly],
  ['SQLITE_PERM', readOnly],
]
const bySystemCode: Readonly<Record<string, Known>> = {
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EIO: ioError,
  EACCES: readOnly,
  EPERM: readOnly,
  EROFS: readOnly,
  // A file stands where the folder should be.
  EEXIST: readOnly,
  ENOTDIR: readOnly,
}

/** The journal does not verify: nobody may sell on it, and all of it is evidence. */
export function brokenJournal(problem: { kind: string; epoch: string; seq: number }): Failure {
  const where = `${problem.kind} at ${problem.epoch}/${problem.seq}`
  return new Failure({
    code: 'journal.broken',
    attempted: 'verify the journal',
    remedy: 'staff',
    nativeCode: where,
    message: `The journal of this lane was changed from outside (${where}). Do not sell on it; keep the data folder, save the journal with facelane queue export, and call support.`,
  })
}

/** The lane is stopping: what still had work for its memory finds it shut, as after a kill. */
export function closedStore(attempted: string): Failure {
  return new Failure({
    code: 'store.closed',
    attempted,
    remedy: 'none',
    message: 'The lane is stopping, nothing was written. What is open goes on at its next start.',
  })
}

/** The failure behind a thrown value of SQLite or the file system; anything else (a bug, a `Failure`) comes back as it is. */
export function storeFailure(thrown: unknown, attempted: string): unknown {
  if (!(thrown instanceof Error) || thrown instanceof Failure) return thrown
  const nativeCode = nativeCodeOf(thrown)
  const known = nativeCode === null ? undefined : knownFor(nativeCode)
  if (nativeCode === null || known === undefined) return thrown
  return new Failure({ ...known, attempted, nativeCode, cause: { ...failureData(thrown), code: 'native' } })
}

/** Runs `work` and turns what SQLite or the file system throws into a `Failure`. */
export function withStoreFailures<T>(attempted: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw storeFailure(thrown, attempted)
  }
}

function nativeCodeOf(thrown: Error): string | null {
  if (thrown instanceof Database.SqliteError) return thrown.code
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null
}

function knownFor(nativeCode: string): Known | undefined {
  return bySystemCode[nativeCode] ?? bySqliteCode.find(([prefix]) => nativeCode.startsWith(prefix))?.[1]
}
