import { GENESIS_PREV_HASH } from '../../src-main/domain/journal/format.ts'
import type { PaymentService } from '../payments/service.ts'
import type { Transaction } from '../store/database.ts'
import { keepEntries, markForked, quarantine } from './archive.ts'
import { readPayload } from './events.ts'
import { beginEpoch, hashesOf, type Line, linesOf, moveLine } from './lines.ts'
import { applyAll } from './parking.ts'
import { type ReceivedEntry, signedAmong } from './verify.ts'
import { walkChain, type WalkResult } from './walk.ts'

/** What the sender of a run has in common with the hub. */
export interface Taken {
  /** The chain that the run belongs to. */
  readonly lineKey: string
  /** Where the run leaves that chain: from there on the hub holds another branch than its sender. */
  readonly sharedBelow: number | null
}

export interface TakeContext {
  readonly tx: Transaction
  readonly payments: PaymentService
  readonly laneId: string
  readonly receivedAtMs: number
}

/**
 * Takes entries of one epoch, oldest first, under the lane's lock: keeps and applies what continues a chain the hub
 * holds, puts the rest aside. Returns how much of it is the sender's; null while the hub has none of it.
 */
export async function takeRun(
  context: TakeContext,
  laneKey: Buffer,
  run: readonly ReceivedEntry[],
): Promise<Taken | null> {
  const { tx, laneId, receivedAtMs } = context
  const [first] = run
  if (first === undefined) return null
  const { epoch } = first.wire.header
  const lines = await linesOf(tx, laneId, epoch)
  const { line, walk } =
    lines.length === 0
      ? { line: null, walk: walkNewEpoch(run, first, laneKey) }
      : await walkKnownEpoch(context, lines, run)
  for (const { entry, reason } of walk.quarantined) await quarantine(tx, entry, reason, receivedAtMs)
  const beginning = { laneId, publicKey: laneKey, parent: parentOf(first), atMs: receivedAtMs }
  const grown = line ?? (walk.accepted.length === 0 ? null : await beginEpoch(tx, first, beginning))
  if (grown !== null) await keepAndApply(context, grown, walk.accepted)
  if (walk.forked) await markForked(tx, laneId, epoch)
  if (grown === null) return null
  const fork = walk.quarantined.find(({ reason }) => reason === 'fork')
  return { lineKey: grown.key, sharedBelow: walk.forked ? (fork?.entry.wire.header.seq ?? null) : null }
}

/** Stores entries as the continuation of `line`, moves it, and brings them into effect. */
export async function keepAndApply(
  context: TakeContext,
  line: Line,
  accepted: readonly ReceivedEntry[],
): Promise<void> {
  const { tx, laneId, receivedAtMs } = context
  const head = accepted.at(-1)
  if (head === undefined) return
  const kept = accepted.map((entry) => ({
    entry,
    payload: readPayload(entry.payload, entry.wire.header.type),
  }))
  await keepEntries(tx, line.key, kept, receivedAtMs)
  await moveLine(tx, laneId, line, head, receivedAtMs)
  await applyAll(
    context,
    kept.map(({ entry, payload }) => {
      const { seq, aggregate } = entry.wire.header
      return { place: { epoch: line.key, seq, aggregate }, payload }
    }),
  )
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

/**
 * Entries continue the chain that holds the entry before them. The shared beginning of a fork belongs to several: then
 * the one on which they go on without a fork.
 */
async function walkKnownEpoch(
  { tx, laneId }: TakeContext,
  lines: readonly Line[],
  run: readonly ReceivedEntry[],
): Promise<{ line: Line | null; walk: WalkResult }> {
  const seqs = run.map(({ wire }) => wire.header.seq)
  const range = [Math.max(0, Math.min(...seqs) - 1), Math.max(...seqs)] as const
  let best: { line: Line | null; walk: WalkResult; attaches: boolean } | null = null
  for (const line of lines) {
    const known = await hashesOf(tx, laneId, lines, line, range)
    const head = { nextSeq: line.ackedSeq + 1, hash: line.headHash, publicKey: line.publicKey }
    const fresh = run.filter(({ wire }) => wire.header.seq > line.ackedSeq)
    const signed = await signedAmong(fresh, line.publicKey)
    const walk = walkChain(
      run,
      head,
      (seq) => known.get(seq),
      (entry) => signed.has(entry),
    )
    const attaches = doesAttach(run, known)
    if (attaches && !walk.forked) return { line, walk }
    if (best === null || (attaches && !best.attaches)) best = { line, walk, attaches }
  }
  return best ?? { line: null, walk: { accepted: [], quarantined: [], forked: false } }
}

function doesAttach([first]: readonly ReceivedEntry[], known: ReadonlyMap<number, Buffer>): boolean {
  if (first === undefined) return false
  const { seq } = first.wire.header
  return seq === 0 || known.get(seq - 1)?.equals(first.prevHash) === true
}
