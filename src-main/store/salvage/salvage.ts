import path from 'node:path'
import type { Key } from '../../contract/values.ts'
import { GENESIS_PREV_HASH, encodeHead } from '../../domain/journal/format.ts'
import { unpackSegment } from '../archive/segment.ts'
import { hashHolds } from '../chain/append.ts'
import { parseGenesis } from '../chain/epoch.ts'
import { databaseFile } from '../database.ts'
import { readIfThere } from '../durable-file.ts'
import { withStoreFailures } from '../errors.ts'
import { signatureCheck, type CheckSignature } from '../keys/lane-key.ts'
import type { JournalRow } from '../repositories/journal.ts'
import { readPageImages } from './page-images.ts'
import { readRecords, type SqlRecord } from './records.ts'
import { asHighestOrd, asHorizon, asJournalRow, asSegment, type SalvagedHorizon } from './shapes.ts'

/** Entries that are lost, both ends included. `toSeq` null: nobody knows how many followed. */
export interface Gap {
  readonly epoch: Key
  readonly fromSeq: number
  readonly toSeq: number | null
}

export interface Salvaged {
  /** Every entry that verifies, in the order of the journal. */
  readonly rows: readonly JournalRow[]
  readonly gaps: readonly Gap[]
  /** Raw, base64: of the newest epoch whose genesis could be read; null when none could. */
  readonly newestPublicKey: string | null
}

/**
 * Reads the journal out of the bytes of a damaged database, without SQLite and without writing anything. An entry is
 * given back when its hash holds and a signed head behind it covers it. `publicKeys`: raw, base64, for epochs whose
 * genesis is lost. Throws `Failure` `store.ioError` when the disk itself cannot be read.
 */
export function salvageJournal(dataDir: string, publicKeys: readonly string[]): Salvaged {
  const file = databaseFile(dataDir)
  return withStoreFailures(`read the bytes of ${file}`, () => {
    const log = readIfThere(path.join(dataDir, `${path.basename(file)}-wal`)) ?? Buffer.alloc(0)
    const found = collect(readRecords(readPageImages(readIfThere(file) ?? Buffer.alloc(0), log)))
    return judge(found, publicKeys)
  })
}

interface Found {
  readonly rows: Map<number, JournalRow>
  readonly genesisKeys: Map<Key, string>
  horizon: SalvagedHorizon | null
  highestOrd: number
}

function collect(records: Iterable<SqlRecord>): Found {
  const found: Found = { rows: new Map(), genesisKeys: new Map(), horizon: null, highestOrd: 0 }
  const keep = (row: JournalRow): void => {
    if (!isSound(row)) return
    found.rows.set(row.ord, row)
    const publicKey = row.header.seq === 0 ? parseGenesis(row.payload)?.publicKey : undefined
    if (publicKey !== undefined) found.genesisKeys.set(row.header.epoch, publicKey)
  }
  for (const record of records) {
    const row = asJournalRow(record)
    if (row !== null) keep(row)
    const segment = asSegment(record)
    if (segment !== null) for (const archived of unpackIfWhole(segment)) keep(archived)
    const horizon = asHorizon(record)
    if (horizon !== null && horizon.ord > (found.horizon?.ord ?? 0)) found.horizon = horizon
    found.highestOrd = Math.max(found.highestOrd, asHighestOrd(record) ?? 0)
  }
  return found
}

function unpackIfWhole(segment: Parameters<typeof unpackSegment>[0]): readonly JournalRow[] {
  try {
    return unpackSegment(segment)
  } catch {
    // Its gap is named with the others.
    return []
  }
}

function isSound(row: JournalRow): boolean {
  try {
    return hashHolds(row)
  } catch {
    return false
  }
}

function judge({ rows, genesisKeys, horizon, highestOrd }: Found, publicKeys: readonly string[]): Salvaged {
  const sorted = [...rows.values()]
    .filter(({ ord }) => ord > (horizon?.ord ?? 0))
    .sort((a, b) => a.ord - b.ord)
  const proven = runsOf(sorted).flatMap((run) => provenPart(run, genesisKeys, publicKeys))
  const newestPublicKey = genesisKeys.get(proven.at(-1)?.header.epoch ?? '') ?? null
  return { rows: proven, gaps: gapsOf(proven, horizon, highestOrd), newestPublicKey }
}

/** Entries of one epoch that follow each other. */
function runsOf(rows: readonly JournalRow[]): JournalRow[][] {
  const runs: JournalRow[][] = []
  for (const row of rows) {
    const run = runs.at(-1)
    if (run !== undefined && follows(run.at(-1), row)) run.push(row)
    else runs.push([row])
  }
  return runs
}

function follows(before: JournalRow | undefined, row: JournalRow): boolean {
  return (
    before !== undefined &&
    before.header.epoch === row.header.epoch &&
    before.header.seq + 1 === row.header.seq &&
    before.hash.equals(row.prevHash)
  )
}

/** Up to the last head whose signature holds; it covers everything before it in the run. */
function provenPart(
  run: readonly JournalRow[],
  genesisKeys: ReadonlyMap<Key, string>,
  publicKeys: readonly string[],
): readonly JournalRow[] {
  const epoch = run[0]?.header.epoch ?? ''
  const known = genesisKeys.get(epoch)
  const checks = (known === undefined ? publicKeys : [known]).flatMap((key) => signatureCheck(key) ?? [])
  const last = run.findLastIndex((row) => checks.some((check) => isSignedHead(check, row)))
  const whole = run.slice(0, last + 1)
  const [first] = whole
  if (first?.header.seq !== 0) return whole
  return first.prevHash.toString('hex') === GENESIS_PREV_HASH ? whole : []
}

function isSignedHead(check: CheckSignature, { header, hash, signature }: JournalRow): boolean {
  return signature !== null && check(encodeHead(header, hash), signature)
}

/** What is missing before, between and after; what the lane dropped on purpose is no gap. */
function gapsOf(rows: readonly JournalRow[], horizon: SalvagedHorizon | null, highestOrd: number): Gap[] {
  const gaps: Gap[] = []
  let before = horizon
  for (const { ord, header } of rows) {
    const { epoch, seq } = header
    const missing = ord - (before?.ord ?? 0) - 1
    const ofThisEpoch = before?.epoch === epoch ? seq - before.seq - 1 : seq
    if (before !== null && missing > ofThisEpoch)
      gaps.push({ epoch: before.epoch, fromSeq: before.seq + 1, toSeq: null })
    if (ofThisEpoch > 0) gaps.push({ epoch, fromSeq: seq - ofThisEpoch, toSeq: seq - 1 })
    before = { ord, epoch, seq }
  }
  const lost = highestOrd - (before?.ord ?? 0)
  if (lost <= 0) return gaps
  if (before === null) return [{ epoch: '', fromSeq: 0, toSeq: null }]
  return [...gaps, { epoch: before.epoch, fromSeq: before.seq + 1, toSeq: before.seq + lost }]
}
