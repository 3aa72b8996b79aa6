import { GENESIS_PREV_HASH } from '../../src-main/domain/journal/format.ts'
import type { PaymentService } from '../payments/service.ts'
import type { Transaction } from '../store/database.ts'
import { keepEntries, markForked, quarantine } from './archive.ts'
import { beginEpoch, hashesOf, type Line, linesOf, moveLine, rootedAmong } from './lines.ts'
import { applyAll } from './parking.ts'
import type { ReceivedEntry } from './verify.ts'
import { walkProven, type WalkResult } from './walk.ts'

const genesisPrevHash = Buffer.from(GENESIS_PREV_HASH, 'hex')

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
 * holds, puts the rest aside. Returns how much of it is the sender's; null while the hub has none of it. `among` says
 * which of the epoch's chains it may continue.
 */
export async function takeRun(
  context: TakeContext,
  laneKey: Buffer,
  run: readonly ReceivedEntry[],
  among: (lines: readonly Line[]) => readonly Line[] = rootedAmong,
): Promise<Taken | null> {
  const { tx, laneId, receivedAtMs } = context
  const [first] = run
  if (first === undefined) return null
  const { epoch } = first.header
  const lines = among(await linesOf(tx, laneId, epoch))
  const { line, walk, attaches } =
    lines.length === 0
      ? { line: null, walk: await walkNewEpoch(run, first, laneKey), attaches: true }
      : await walkKnownEpoch(context, lines, run)
  for (const { entry, reason } of walk.quarantined) await quarantine(tx, entry, reason, receivedAtMs)
  const beginning = { laneId, publicKey: laneKey, parent: parentOf(first), atMs: receivedAtMs }
  const grown = line ?? (walk.accepted.length === 0 ? null : await beginEpoch(tx, first, beginning))
  if (grown !== null) await keepAndApply(context, grown, walk.accepted)
  if (walk.forked) await markForked(tx, laneId, epoch)
  if (grown === null) return null
  const fork = walk.quarantined.find(({ reason }) => reason === 'fork')?.entry
  if (!walk.forked || fork === undefined) return { lineKey: grown.key, sharedBelow: null }
  // It left the chain before this run: only its sender can say where, by sending from the beginning.
  return { lineKey: grown.key, sharedBelow: fork === first && !attaches ? 0 : fork.header.seq }
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
  await keepEntries(tx, line.key, accepted, receivedAtMs)
  await moveLine(tx, laneId, line, head, receivedAtMs)
  await applyAll(
    context,
    accepted.map(({ header: { seq, aggregate }, content }) => ({
      place: { epoch: line.key, seq, aggregate },
      payload: content,
    })),
  )
}

/** A new epoch begins with a genesis that names the key the lane joined with; anything else of it must wait. */
async function walkNewEpoch(
  run: readonly ReceivedEntry[],
  first: ReceivedEntry,
  laneKey: Buffer,
): Promise<WalkResult> {
  if (first.header.seq !== 0) return { accepted: [], quarantined: [], forked: false }
  if (first.hashHolds && !isGenesisOf(first, laneKey)) {
    return { accepted: [], quarantined: run.map((entry) => ({ entry, reason: 'badGenesis' })), forked: false }
  }
  const beginning = { nextSeq: 0, hash: genesisPrevHash, publicKey: laneKey }
  return walkProven(run, beginning, () => undefined)
}

function isGenesisOf({ content, prevHash }: ReceivedEntry, laneKey: Buffer): boolean {
  if (content.kind !== 'event' || content.event.type !== 'journal.genesis') return false
  return prevHash.equals(genesisPrevHash) && Buffer.from(content.event.publicKey, 'base64').equals(laneKey)
}

function parentOf({ content }: ReceivedEntry): unknown {
  return content.kind === 'event' && content.event.type === 'journal.genesis' ? content.event.parent : null
}

/**
 * Entries continue the chain that holds the entry before them. The shared beginning of a fork belongs to several: then
 * the one on which they go on without a fork.
 */
async function walkKnownEpoch(
  { tx, laneId }: TakeContext,
  lines: readonly Line[],
  run: readonly ReceivedEntry[],
): Promise<{ line: Line | null; walk: WalkResult; attaches: boolean }> {
  const seqs = run.map(({ header }) => header.seq)
  const range = [Math.max(0, Math.min(...seqs) - 1), Math.max(...seqs)] as const
  let best: { line: Line | null; walk: WalkResult; attaches: boolean } | null = null
  for (const line of lines) {
    const known = await hashesOf(tx, laneId, lines, line, range)
    const head = { nextSeq: line.ackedSeq + 1, hash: line.headHash, publicKey: line.publicKey }
    const walk = await walkProven(run, head, (seq) => known.get(seq))
    const attaches = doesAttach(run, known)
    if (attaches && !walk.forked) return { line, walk, attaches }
    if (best === null || (attaches && !best.attaches)) best = { line, walk, attaches }
  }
  return best ?? { line: null, walk: { accepted: [], quarantined: [], forked: false }, attaches: false }
}

function doesAttach([first]: readonly ReceivedEntry[], known: ReadonlyMap<number, Buffer>): boolean {
  if (first === undefined) return false
  const { seq } = first.header
  return seq === 0 || known.get(seq - 1)?.equals(first.prevHash) === true
}
