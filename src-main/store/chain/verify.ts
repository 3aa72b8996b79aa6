import type { Position } from '../../contract/journal.ts'
import type { Key } from '../../contract/values.ts'
import { GENESIS_PREV_HASH, encodeHead } from '../../domain/journal/format.ts'
import type { ReadHandle } from '../handles.ts'
import { signatureCheck, type CheckSignature } from '../keys/lane-key.ts'
import {
  readEntriesAfter,
  readEntry,
  readHighestOrdEver,
  readLastCheckpoint,
  readLastEntry,
  type JournalRow,
} from '../repositories/journal.ts'
import { readHorizon } from '../repositories/archive.ts'
import { hashHolds } from './append.ts'
import { genesisOf, parseGenesis } from './epoch.ts'

/**
 * `gap`: an entry is missing. `linkBroken`: it does not follow the one before it. `hashMismatch`: header or payload is
 * not what was hashed. `unsignedHead`: a commit ends without its signature. `cutOff`: entries were there after the last.
 */
export type ProblemKind =
  | 'gap'
  | 'linkBroken'
  | 'hashMismatch'
  | 'badSignature'
  | 'unsignedHead'
  | 'badGenesis'
  | 'checkpointMismatch'
  | 'cutOff'

export interface VerifyProblem {
  readonly epoch: Key
  readonly seq: number
  readonly kind: ProblemKind
}

export interface VerifyReport {
  readonly ok: boolean
  /** The newest epoch; null when the journal is empty. */
  readonly epoch: Key | null
  /** How many entries were checked. */
  readonly entries: number
  /** The first position checked; null when the journal is empty. */
  readonly checkedFrom: Position | null
  readonly problem?: VerifyProblem
}

export interface VerifyOptions {
  readonly from: 'checkpoint' | 'genesis'
  /** Called every 200 entries with the number of entries checked so far. */
  readonly onProgress?: (entries: number) => void
  /** Awaited between two steps of some milliseconds each; without it other work merely gets its turn. */
  readonly rest?: () => Promise<void>
}

const ENTRIES_A_STEP = 40
const ENTRIES_A_REPORT = 200

/** Checks in one go; for the start, where little lies behind the last checkpoint. */
export function verifyJournalNow(db: ReadHandle, options: VerifyOptions): VerifyReport {
  const steps = verifySteps(db, options.from)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    report(step.value, options)
  }
}

/** Checks in short steps and lets other work run in between; for the background and for commands. */
export async function verifyJournal(db: ReadHandle, options: VerifyOptions): Promise<VerifyReport> {
  const steps = verifySteps(db, options.from)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    report(step.value, options)
    await (options.rest?.() ?? new Promise<void>((resolve) => setImmediate(resolve)))
  }
}

function report(entries: number, { onProgress }: VerifyOptions): void {
  if (entries % ENTRIES_A_REPORT === 0) onProgress?.(entries)
}

/** The last entry known to be good, and how signatures of its epoch are checked. */
interface Anchor {
  readonly ord: number
  readonly epoch: Key
  readonly seq: number
  /** Hex. */
  readonly hash: string
  readonly signed: boolean
  readonly check: CheckSignature
}

function anchorAt(row: JournalRow, check: CheckSignature): Anchor {
  const { epoch, seq } = row.header
  return { ord: row.ord, epoch, seq, hash: row.hash.toString('hex'), signed: row.signature !== null, check }
}

function* verifySteps(db: ReadHandle, from: VerifyOptions['from']): Generator<number, VerifyReport> {
  // Read first: a lane that goes on selling in another process only adds to it.
  const highestOrd = readHighestOrdEver(db)
  const start = from === 'checkpoint' ? checkpointAnchor(db) : horizonAnchor(db)
  const epoch = readLastEntry(db)?.header.epoch ?? null
  if (start !== null && 'kind' in start) {
    return { ok: false, epoch, entries: 0, checkedFrom: null, problem: start }
  }
  let anchor: Anchor | null = start
  let checkedFrom = anchor === null ? null : positionOf(anchor)
  let entries = 0
  const done = (problem: VerifyProblem | null): VerifyReport => ({
    ok: problem === null,
    epoch,
    entries,
    checkedFrom,
    ...(problem === null ? {} : { problem }),
  })
  for (const row of readEntriesAfter(db, anchor?.ord ?? 0)) {
    if (row.ord !== (anchor?.ord ?? 0) + 1) anchor = overtaken(db, row) ?? anchor
    const next: Anchor | VerifyProblem = follow(anchor, row)
    if ('kind' in next) return done(next)
    anchor = next
    checkedFrom ??= positionOf(anchor)
    entries += 1
    if (entries % ENTRIES_A_STEP === 0) yield entries
  }
  return done(endProblem(highestOrd, anchor))
}

/** What had to be checked next was dropped meanwhile, because it is old and backed up: the horizon is the new start. */
function overtaken(db: ReadHandle, row: JournalRow): Anchor | null {
  const horizon = horizonAnchor(db)
  return horizon !== null && !('kind' in horizon) && horizon.ord === row.ord - 1 ? horizon : null
}

/** Checks `row` as the entry after `anchor`. */
function follow(anchor: Anchor | null, row: JournalRow): Anchor | VerifyProblem {
  const problem = (kind: ProblemKind, seq = row.header.seq): VerifyProblem => ({
    epoch: row.header.epoch,
    seq,
    kind,
  })
  const goesOn = anchor !== null && anchor.epoch === row.header.epoch
  const expectedSeq = goesOn ? anchor.seq + 1 : 0
  if (row.header.seq !== expectedSeq || row.ord !== (anchor?.ord ?? 0) + 1) {
    return problem('gap', expectedSeq)
  }
  const expectedPrevHash = goesOn ? anchor.hash : GENESIS_PREV_HASH
  if (row.prevHash.toString('hex') !== expectedPrevHash) return problem('linkBroken')
  if (!hashHolds(row)) return problem('hashMismatch')
  if (!goesOn && anchor !== null && !anchor.signed) return unsignedHead(anchor)
  const check = goesOn ? anchor.check : genesisCheck(anchor, row)
  if (check === null) return problem('badGenesis')
  return signatureIsRight(check, row) ? anchorAt(row, check) : problem('badSignature')
}

/** A genesis names the head it follows and brings the key of its epoch. */
function genesisCheck(anchor: Anchor | null, row: JournalRow): CheckSignature | null {
  const genesis = parseGenesis(row.payload)
  if (genesis === null) return null
  const sameParent =
    genesis.parent?.epoch === anchor?.epoch &&
    genesis.parent?.seq === anchor?.seq &&
    genesis.parent?.hash === anchor?.hash
  return sameParent ? signatureCheck(genesis.publicKey) : null
}

function checkpointAnchor(db: ReadHandle): Anchor | VerifyProblem | null {
  const checkpoint = readLastCheckpoint(db)
  if (checkpoint === null) return null
  const row = readEntry(db, checkpoint.ord)
  if (row === null) {
    const last = readLastEntry(db)
    return { epoch: last?.header.epoch ?? '', seq: (last?.header.seq ?? -1) + 1, kind: 'cutOff' }
  }
  const { epoch, seq } = row.header
  const check = epochCheck(db, epoch)
  if (check === null) return { epoch, seq: 0, kind: 'badGenesis' }
  if (!hashHolds(row)) return { epoch, seq, kind: 'hashMismatch' }
  const same = row.hash.equals(checkpoint.hash) && row.signature?.equals(checkpoint.signature) === true
  if (!same) return { epoch, seq, kind: 'checkpointMismatch' }
  return signatureIsRight(check, row) ? anchorAt(row, check) : { epoch, seq, kind: 'badSignature' }
}

/** Where the archive begins; null while nothing was dropped from it. */
function horizonAnchor(db: ReadHandle): Anchor | VerifyProblem | null {
  const horizon = readHorizon(db)
  if (horizon === null) return null
  const { ord, laneId, epoch, seq, signature } = horizon
  const check = epochCheck(db, epoch)
  if (check === null) return { epoch, seq: 0, kind: 'badGenesis' }
  const hash = horizon.hash.toString('hex')
  const holds = check(encodeHead({ laneId, epoch, seq }, hash), signature)
  return holds ? { ord, epoch, seq, hash, signed: true, check } : { epoch, seq, kind: 'badSignature' }
}

function epochCheck(db: ReadHandle, epoch: Key): CheckSignature | null {
  const publicKey = genesisOf(db, epoch)?.publicKey
  return publicKey === undefined ? null : signatureCheck(publicKey)
}

function endProblem(highestOrd: number, anchor: Anchor | null): VerifyProblem | null {
  if (anchor === null) return highestOrd === 0 ? null : { epoch: '', seq: 0, kind: 'cutOff' }
  const { epoch, seq, ord, signed } = anchor
  if (highestOrd > ord) return { epoch, seq: seq + 1, kind: 'cutOff' }
  return signed ? null : unsignedHead(anchor)
}

function unsignedHead({ epoch, seq }: Anchor): VerifyProblem {
  return { epoch, seq, kind: 'unsignedHead' }
}

function signatureIsRight(check: CheckSignature, row: JournalRow): boolean {
  return row.signature === null || check(encodeHead(row.header, row.hash), row.signature)
}

function positionOf({ epoch, seq }: Anchor): Position {
  return { epoch, seq }
}
