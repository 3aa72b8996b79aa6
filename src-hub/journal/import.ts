import { randomUUID } from 'node:crypto'
import type { ImportResponse } from '../../src-main/contract/journalImport.ts'
import type { WireEntry } from '../../src-main/contract/journal.ts'
import type { HubContext } from '../context.ts'
import type { PaymentService } from '../payments/service.ts'
import { Refusal } from '../refusal.ts'
import { type Transaction, toSafeInteger } from '../store/database.ts'
import { quarantine } from './archive.ts'
import { beginBranch, hashesOf, type Line, linesOf } from './lines.ts'
import { lockLane } from './locking.ts'
import { keepAndApply, type TakeContext, takeRun } from './take.ts'
import { receiveEntry, type ReceivedEntry } from './verify.ts'
import { walkProven } from './walk.ts'

/**
 * Takes entries from a dead lane's disk, as if the lane had sent them: also of a lane that was released or that this
 * hub never met, and also with entries missing before them, which is noted as a gap. The operator who brings the file
 * answers for it in place of the lane's session; every entry still has to prove itself by its hash and its epoch's key.
 * Any part may come again. Throws `Refusal` for entries of several lanes.
 */
export async function importEntries(
  context: HubContext,
  payments: PaymentService,
  entries: readonly WireEntry[],
): Promise<ImportResponse> {
  const received = entries.map(receiveEntry)
  const laneId = laneOf(entries)
  const receivedAtMs = context.nowMs()
  return context.database.transaction(async (tx) => {
    const laneKey = await lockOrNameLane(tx, laneId, receivedAtMs)
    const take: TakeContext = { tx, payments, laneId, receivedAtMs }
    const before = await countHeld(tx, laneId, received)
    const gaps: ImportResponse['gaps'] = []
    for (const run of linkedRuns(received)) {
      const gap = await takePiece(take, laneKey, run)
      if (gap !== null) gaps.push(gap)
    }
    const held = await countHeld(tx, laneId, received)
    const taken = held - before
    if (taken > 0) await noteImport(tx, { laneId, taken, gaps, receivedAtMs })
    const different = new Set(entries.map((entry) => JSON.stringify(entry))).size
    const again = entries.length - different
    return { laneId, taken, known: before + again, refused: different - held, gaps }
  })
}

function laneOf(entries: readonly WireEntry[]): string {
  const [laneId, ...others] = new Set(entries.map(({ header }) => header.laneId))
  if (laneId === undefined || others.length > 0)
    throw new Refusal(400, 'import.severalLanes', 'One call brings entries of one lane.')
  for (const { header } of entries) {
    const { id } = header.aggregate
    if (!id.isWellFormed() || id.includes('\0'))
      throw new Refusal(400, 'journal.badAggregate', 'An aggregate id is well-formed text without NUL.')
  }
  return laneId
}

/** A lane this hub never met gets a row without a key: nobody can speak in its name. */
async function lockOrNameLane(tx: Transaction, laneId: string, atMs: number): Promise<Buffer | null> {
  await tx.query(
    'INSERT INTO lane (lane_id, public_key, joined_at_ms) VALUES ($1, NULL, $2) ON CONFLICT DO NOTHING',
    [laneId, atMs],
  )
  return lockLane(tx, laneId)
}

/** Entries of one epoch that follow each other; a salvaged journal has several. */
function linkedRuns(entries: readonly ReceivedEntry[]): ReceivedEntry[][] {
  const runs: ReceivedEntry[][] = []
  for (const entry of entries) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    const { epoch, seq } = entry.header
    const follows = before?.header.epoch === epoch && before.header.seq + 1 === seq
    if (run !== undefined && follows) run.push(entry)
    else runs.push([entry])
  }
  return runs
}

type Gap = ImportResponse['gaps'][number]

/** The gap before the piece, when it begins behind everything that the hub holds of its epoch. */
async function takePiece(
  context: TakeContext,
  laneKey: Buffer | null,
  run: readonly ReceivedEntry[],
): Promise<Gap | null> {
  const { tx, laneId } = context
  const [first] = run
  if (first === undefined) return null
  const { epoch, seq } = first.header
  const lines = await linesOf(tx, laneId, epoch)
  const key = lines[0]?.publicKey ?? genesisKey(first) ?? laneKey
  if (key === null) return null
  if (seq === 0) {
    await takeRun(context, key, run)
    return null
  }
  if (await isHeld(context, lines, first)) {
    await takeRun(context, key, run, (all) => all)
    return null
  }
  if (await followsFork(context, first)) {
    for (const entry of run) await quarantine(tx, entry, 'fork', context.receivedAtMs)
    return null
  }
  const held = Math.max(-1, ...lines.map(({ ackedSeq }) => ackedSeq).filter((acked) => acked < seq))
  return (await takeIsland(context, key, run)) ? { epoch, fromSeq: held + 1, toSeq: seq - 1 } : null
}

/** True when the hub holds the entry, or the one before it: then it knows where the piece belongs. */
async function isHeld(
  { tx, laneId }: TakeContext,
  lines: readonly Line[],
  first: ReceivedEntry,
): Promise<boolean> {
  const { seq } = first.header
  for (const line of lines) {
    const known = await hashesOf(tx, laneId, lines, line, [seq - 1, seq])
    if (known.get(seq - 1)?.equals(first.prevHash) === true) return true
    if (known.get(seq)?.equals(first.hash) === true) return true
    // The place is taken by something else: a fork, which the ordinary way puts aside.
    if (known.size > 0) return true
  }
  return false
}

/** The entry before it waits as part of a fork: a file comes in several calls, and a person decides about all of it. */
async function followsFork({ tx, laneId }: TakeContext, first: ReceivedEntry): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM quarantine WHERE lane_id = $1 AND epoch = $2 AND seq = $3 AND reason = 'fork'
       AND (entry::jsonb)->>'hash' = $4 LIMIT 1`,
    [laneId, first.header.epoch, first.header.seq - 1, first.prevHash.toString('hex')],
  )
  return rows.length > 0
}

/** Entries whose beginning is lost: kept as a branch without a parent, so that what is missing can still come. */
async function takeIsland(
  context: TakeContext,
  publicKey: Buffer,
  run: readonly ReceivedEntry[],
): Promise<boolean> {
  const { tx, laneId, receivedAtMs } = context
  const [first] = run
  if (first === undefined) return false
  const head = { nextSeq: first.header.seq, hash: first.prevHash, publicKey }
  const { accepted } = await walkProven(run, head, () => undefined)
  if (accepted.length === 0) return false
  const beginning = { laneId, publicKey, parent: null, atMs: receivedAtMs }
  await keepAndApply(context, await beginBranch(tx, first, beginning), accepted)
  return true
}

function genesisKey({ content }: ReceivedEntry): Buffer | null {
  if (content.kind !== 'event' || content.event.type !== 'journal.genesis') return null
  const key = Buffer.from(content.event.publicKey, 'base64')
  return key.length === 32 ? key : null
}

/** How many of these entries lie in the journal, on whichever branch. */
async function countHeld(
  tx: Transaction,
  laneId: string,
  entries: readonly ReceivedEntry[],
): Promise<number> {
  const rows = await tx.query<{ held: string }>(
    `SELECT count(DISTINCT e.hash) AS held
     FROM unnest($2::text[], $3::bigint[], $4::bytea[]) AS asked (epoch, seq, hash)
     JOIN lane_position p ON p.lane_id = $1 AND (p.epoch = asked.epoch OR p.branch_of = asked.epoch)
     JOIN journal_entry e ON e.lane_id = $1 AND e.epoch = p.epoch AND e.seq = asked.seq AND e.hash = asked.hash`,
    [
      laneId,
      entries.map(({ header }) => header.epoch),
      entries.map(({ header }) => header.seq),
      entries.map(({ hash }) => hash),
    ],
  )
  return toSafeInteger(rows[0]?.held ?? '0')
}

async function noteImport(
  tx: Transaction,
  note: { laneId: string; taken: number; gaps: readonly Gap[]; receivedAtMs: number },
): Promise<void> {
  await tx.query(
    'INSERT INTO journal_import (import_key, lane_id, entries, gaps, at_ms) VALUES ($1, $2, $3, $4, $5)',
    [randomUUID(), note.laneId, note.taken, JSON.stringify(note.gaps), note.receivedAtMs],
  )
}
