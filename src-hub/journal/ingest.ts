import type { AppendResponse } from '../../src-main/contract/hubApi.ts'
import type { WireEntry } from '../../src-main/contract/journal.ts'
import { GENESIS_PREV_HASH } from '../../src-main/domain/journal/format.ts'
import type { HubContext } from '../context.ts'
import type { PaymentService } from '../payments/service.ts'
import { Refusal } from '../refusal.ts'
import type { Transaction } from '../store/database.ts'
import {
  beginEpoch,
  type EpochPosition,
  findPosition,
  keepEntries,
  markForked,
  movePosition,
  quarantine,
  standing,
  storedHashes,
} from './archive.ts'
import { readPayload } from './events.ts'
import { applyAll } from './parking.ts'
import { receiveEntry, type ReceivedEntry } from './verify.ts'
import { walkChain, type WalkResult } from './walk.ts'

/**
 * Takes a batch of a lane's journal: kept, applied and acknowledged in one commit. Sending any part of it again, in any
 * order, changes nothing. Throws `Refusal` for a batch that is not this lane's or cannot be hashed at all.
 */
export async function ingest(
  context: HubContext,
  payments: PaymentService,
  laneId: string,
  entries: readonly WireEntry[],
): Promise<AppendResponse> {
  const received = entries.map((entry) => receive(laneId, entry))
  const receivedAtMs = context.nowMs()
  return context.database.transaction(async (tx) => {
    const laneKey = await lockLane(tx, laneId)
    for (const run of runsOfOneEpoch(received)) {
      await takeRun({ tx, payments, laneId, receivedAtMs }, laneKey, run)
    }
    return standing(tx, laneId, received.at(-1)?.wire.header.epoch ?? '')
  })
}

interface IngestContext {
  readonly tx: Transaction
  readonly payments: PaymentService
  readonly laneId: string
  readonly receivedAtMs: number
}

function receive(laneId: string, entry: WireEntry): ReceivedEntry {
  if (entry.header.laneId !== laneId) {
    throw new Refusal(403, 'journal.foreignLane', 'A lane sends only its own journal.')
  }
  const { id } = entry.header.aggregate
  if (!id.isWellFormed() || id.includes('\0')) {
    throw new Refusal(400, 'journal.badAggregate', 'An aggregate id is well-formed text without NUL.')
  }
  return receiveEntry(entry)
}

/** One batch of a lane at a time: positions are read and moved under this lock, which payments do not wait for. */
async function lockLane(tx: Transaction, laneId: string): Promise<Buffer> {
  const rows = await tx.query<{ public_key: Buffer | null }>(
    'SELECT public_key FROM lane WHERE lane_id = $1 FOR NO KEY UPDATE',
    [laneId],
  )
  const key = rows[0]?.public_key
  if (key == null) throw new Refusal(401, 'auth.unknownLane', 'The lane was released at the hub.')
  return key
}

function runsOfOneEpoch(entries: readonly ReceivedEntry[]): ReceivedEntry[][] {
  const runs: ReceivedEntry[][] = []
  for (const entry of entries) {
    const run = runs.at(-1)
    if (run?.[0]?.wire.header.epoch === entry.wire.header.epoch) run.push(entry)
    else runs.push([entry])
  }
  return runs
}

async function takeRun(
  context: IngestContext,
  laneKey: Buffer,
  run: readonly ReceivedEntry[],
): Promise<void> {
  const { tx, laneId, receivedAtMs } = context
  const [first] = run
  if (first === undefined) return
  const { epoch } = first.wire.header
  const position = await findPosition(tx, laneId, epoch)
  const walk =
    position === null ? walkNewEpoch(run, first, laneKey) : await walkKnownEpoch(context, position, run)
  for (const { entry, reason } of walk.quarantined) await quarantine(tx, entry, reason, receivedAtMs)
  const head = walk.accepted.at(-1)
  if (head !== undefined) {
    if (position === null) await beginEpoch(tx, first, laneKey, parentOf(first), receivedAtMs)
    await keepAndApply(context, walk.accepted)
    await movePosition(tx, head, receivedAtMs)
  }
  if (walk.forked) await markForked(tx, laneId, epoch)
}

/** A new epoch begins with a genesis that names the key the lane joined with; anything else of it must wait. */
function walkNewEpoch(run: readonly ReceivedEntry[], first: ReceivedEntry, laneKey: Buffer): WalkResult {
  if (first.wire.header.seq !== 0) return { accepted: [], quarantined: [], forked: false }
  if (first.hashHolds && !isGenesisOf(first, laneKey)) {
    return { accepted: [], quarantined: run.map((entry) => ({ entry, reason: 'badGenesis' })), forked: false }
  }
  const beginning = { nextSeq: 0, hash: Buffer.from(GENESIS_PREV_HASH, 'hex'), publicKey: laneKey }
  return walkChain(run, beginning, () => undefined)
}

function isGenesisOf(entry: ReceivedEntry, laneKey: Buffer): boolean {
  const payload = readPayload(entry.payload, entry.wire.header.type)
  if (payload.kind !== 'event' || payload.event.type !== 'journal.genesis') return false
  return (
    entry.wire.prevHash === GENESIS_PREV_HASH &&
    Buffer.from(payload.event.publicKey, 'base64').equals(laneKey)
  )
}

function parentOf(genesis: ReceivedEntry): unknown {
  const payload = readPayload(genesis.payload, genesis.wire.header.type)
  return payload.kind === 'event' && payload.event.type === 'journal.genesis' ? payload.event.parent : null
}

async function walkKnownEpoch(
  { tx, laneId }: IngestContext,
  position: EpochPosition,
  run: readonly ReceivedEntry[],
): Promise<WalkResult> {
  const seqs = run.map(({ wire }) => wire.header.seq).filter((seq) => seq <= position.ackedSeq)
  const epoch = run[0]?.wire.header.epoch ?? ''
  const known =
    seqs.length === 0
      ? new Map<number, Buffer>()
      : await storedHashes(tx, laneId, epoch, Math.min(...seqs), Math.max(...seqs))
  const head = { nextSeq: position.ackedSeq + 1, hash: position.headHash, publicKey: position.publicKey }
  return walkChain(run, head, (seq) => known.get(seq))
}

async function keepAndApply(context: IngestContext, accepted: readonly ReceivedEntry[]): Promise<void> {
  const { tx, receivedAtMs } = context
  const kept = accepted.map((entry) => ({
    entry,
    payload: readPayload(entry.payload, entry.wire.header.type),
  }))
  await keepEntries(tx, kept, receivedAtMs)
  await applyAll(
    context,
    kept.map(({ entry, payload }) => ({ place: entry.wire.header, payload })),
  )
}
