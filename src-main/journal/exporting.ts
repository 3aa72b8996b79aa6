import { once } from 'node:events'
import { createPrivateKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { Failure, failureData } from '../contract/failure.ts'
import type { Position } from '../contract/journal.ts'
import { genesisOf } from '../store/chain/epoch.ts'
import { verifyJournal } from '../store/chain/verify.ts'
import { databaseFile, openForReading } from '../store/database.ts'
import { storeFailure } from '../store/errors.ts'
import type { ReadHandle } from '../store/handles.ts'
import { keysDir } from '../store/keys/face-keys.ts'
import { laneKeyFrom, readLanePublicKey } from '../store/keys/lane-key.ts'
import { openRecovery } from '../store/keys/recovery.ts'
import {
  readEntriesAfter,
  readLastEntry,
  readOrd,
  toWireEntry,
  type JournalRow,
} from '../store/repositories/journal.ts'
import { salvageJournal, type Gap, type Salvaged } from '../store/salvage/salvage.ts'

export interface ExportOptions {
  /** Only entries after this one; all when absent. A position that is not there throws `queue.noSuchEntry`. */
  readonly after?: Position
  /** PEM file of the merchant's private recovery key: proves whose journal it is, also when `keys/` is lost. */
  readonly recoveryKeyFile?: string
  readonly to: Writable
}

export interface ExportReport {
  readonly entries: number
  /** The database is damaged: this is what its bytes still prove. */
  readonly salvaged: boolean
  /** What is missing; empty for a whole journal. */
  readonly gaps: readonly Gap[]
  /** True when the merchant's recovery key proved that this lane wrote the journal; null without that key. */
  readonly proven: boolean | null
}

/** Failures that the file's bytes may still get around. */
const worthSalvaging = new Set(['store.corrupt', 'store.ioError', 'store.readOnly', 'journal.broken'])

/**
 * Writes wire entries as NDJSON, oldest first. The stream stays open. Works beside a running lane and on a dead lane's
 * disk; a damaged database, or one on a disk that cannot be written, is read byte by byte. Throws `Failure`:
 * `store.notFound`, `store.fromTheFuture`, `vault.cannotOpen`, `queue.foreignJournal`, `queue.nothingToExport`, `queue.notWritten`.
 */
export async function queueExport(dataDir: string, options: ExportOptions): Promise<ExportReport> {
  const recovered = recoveredPublicKey(dataDir, options.recoveryKeyFile)
  const proven = recovered === null ? null : true
  try {
    return { ...(await exportWhole(dataDir, options, recovered)), salvaged: false, gaps: [], proven }
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !worthSalvaging.has(thrown.code)) throw thrown
    if (!existsSync(databaseFile(dataDir))) throw thrown
    return { ...(await exportSalvaged(dataDir, options, recovered)), salvaged: true, proven }
  }
}

/** Verifies first: once a line is written it cannot be taken back. */
async function exportWhole(
  dataDir: string,
  { after, to }: ExportOptions,
  recovered: string | null,
): Promise<{ entries: number }> {
  const db = openForReading(dataDir)
  try {
    const { problem } = await verifyJournal(db, { from: 'genesis' })
    if (problem !== undefined) throw brokenHere(problem.kind)
    const epoch = readLastEntry(db)?.header.epoch
    if (recovered !== null && epoch !== undefined) assertOwn(recovered, genesisOf(db, epoch)?.publicKey)
    const start = after === undefined ? 0 : startOf(db, after)
    return { entries: await write(to, readEntriesAfter(db, start)) }
  } catch (thrown) {
    throw storeFailure(thrown, `read the journal of ${dataDir}`)
  } finally {
    db.close()
  }
}

async function exportSalvaged(
  dataDir: string,
  { after, to }: ExportOptions,
  recovered: string | null,
): Promise<{ entries: number; gaps: readonly Gap[] }> {
  const own = readLanePublicKey(keysDir(dataDir))
  const keys = [recovered, own].filter((key) => key !== null)
  const salvaged = salvageJournal(dataDir, keys)
  if (salvaged.rows.length === 0) throw nothingLeft(keys.length > 0)
  if (recovered !== null) assertOwn(recovered, salvaged.newestPublicKey ?? undefined)
  const rows = after === undefined ? salvaged.rows : rowsAfter(salvaged, after)
  return { entries: await write(to, rows), gaps: salvaged.gaps }
}

async function write(to: Writable, rows: Iterable<JournalRow>): Promise<number> {
  let entries = 0
  for (const row of rows) {
    if (!to.write(`${JSON.stringify(toWireEntry(row))}\n`)) await drained(to)
    entries += 1
  }
  return entries
}

async function drained(to: Writable): Promise<void> {
  await once(to, 'drain').catch((thrown: unknown) => {
    throw exportNotWritten(thrown)
  })
}

/** What the export goes to cannot take it: nothing is wrong with the journal. */
export function exportNotWritten(thrown: unknown): Failure {
  const cause = failureData(thrown)
  return new Failure({
    code: 'queue.notWritten',
    attempted: 'write the export',
    remedy: 'staff',
    cause,
    message: `The export could not be written: ${cause.message}. The journal is as it was; export to a place with room for it.`,
  })
}

function startOf(db: ReadHandle, after: Position): number {
  const ord = readOrd(db, after)
  if (ord === null) throw noSuchEntry(after)
  return ord
}

function rowsAfter({ rows }: Salvaged, after: Position): readonly JournalRow[] {
  const at = rows.findIndex(({ header }) => header.epoch === after.epoch && header.seq === after.seq)
  if (at === -1) throw noSuchEntry(after)
  return rows.slice(at + 1)
}

function recoveredPublicKey(dataDir: string, file: string | undefined): string | null {
  if (file === undefined) return null
  const { laneKeyPem } = openRecovery(dataDir, readPrivateKey(file))
  return laneKeyFrom(createPrivateKey(laneKeyPem)).publicKey
}

function readPrivateKey(file: string) {
  try {
    return createPrivateKey(readFileSync(file))
  } catch (thrown) {
    throw new Failure({
      code: 'queue.recoveryKeyFile',
      attempted: `read the private recovery key ${file}`,
      remedy: 'staff',
      cause: failureData(thrown),
      message: `${file} is no private key in PEM that can be read. Take the private half of the merchant's recovery key.`,
    })
  }
}

function assertOwn(recovered: string, found: string | undefined): void {
  if (found === undefined || found === recovered) return
  throw new Failure({
    code: 'queue.foreignJournal',
    attempted: 'compare the journal with the recovery file',
    remedy: 'staff',
    message:
      'This journal is not signed with the key in recovery.json: the files come from two lanes, or somebody changed them. Export from the untouched disk.',
  })
}

function brokenHere(kind: string): Failure {
  return new Failure({
    code: 'journal.broken',
    attempted: 'verify the journal before its export',
    remedy: 'staff',
    nativeCode: kind,
    message: 'The journal of this lane does not verify as a whole.',
  })
}

function noSuchEntry({ epoch, seq }: Position): Failure {
  return new Failure({
    code: 'queue.noSuchEntry',
    attempted: `export the journal after ${epoch}/${seq}`,
    remedy: 'staff',
    message: 'There is no such entry in this journal. Take a position that `queue status` names.',
  })
}

function nothingLeft(hasKey: boolean): Failure {
  return new Failure({
    code: 'queue.nothingToExport',
    attempted: 'read the journal out of a damaged database',
    remedy: 'staff',
    message: hasKey
      ? 'Nothing that verifies is left of this journal. Look for lane.sqlite-wal beside lane.sqlite, and for another copy of the disk.'
      : 'Nothing of this journal could be proven. Name the merchant’s private recovery key with --recovery-key.',
  })
}
