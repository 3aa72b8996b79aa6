import { wireEntrySchema } from '../../src-main/contract/journal.ts'
import type { HubContext } from '../context.ts'
import type { PaymentService } from '../payments/service.ts'
import { Refusal } from '../refusal.ts'
import type { Queryable, Transaction } from '../store/database.ts'
import { beginBranch, hashesOf, type Line, linesOf } from './lines.ts'
import { lockLane } from './locking.ts'
import { setQuarantinedAside } from './set-aside.ts'
import { keepAndApply } from './take.ts'
import { receiveEntry, type ReceivedEntry } from './verify.ts'
import { walkProven } from './walk.ts'

/** A branch of an epoch that waits in quarantine: what a lane wrote after its disk was copied or came back from a backup. */
export interface Fork {
  /** The hash of its first entry. */
  readonly forkKey: string
  readonly laneId: string
  readonly epoch: string
  readonly fromSeq: number
  readonly toSeq: number
  readonly entries: number
  /** Sales completed on it, and what they came to, by currency. */
  readonly sales: number
  readonly totalMinor: Readonly<Record<string, number>>
  /** By the lane's clock, ms UTC. */
  readonly firstAtMs: number
  readonly lastAtMs: number
}

/** Forks that wait for a person, the oldest first. */
export async function listForks(database: Queryable, laneId?: string): Promise<Fork[]> {
  return (await chainsInQuarantine(database, laneId)).map(describe)
}

/**
 * Takes a fork in as a branch of its epoch, as if the lane had sent it without a fork: from then on the lane goes on
 * with it. Refused when its beginning or its signature is missing.
 */
export async function importFork(
  context: HubContext,
  payments: PaymentService,
  laneId: string,
  forkKey: string,
): Promise<{ branch: string; entries: number }> {
  const atMs = context.nowMs()
  return context.database.transaction(async (tx) => {
    await lockLane(tx, laneId)
    const chains = await chainsInQuarantine(tx, laneId)
    const chain = chains.find(([first]) => first?.hash.toString('hex') === forkKey)
    const [first] = chain ?? []
    if (chain === undefined || first === undefined)
      throw new Refusal(404, 'fork.unknown', 'No fork of this lane begins with this entry.')
    const trunk = await trunkOf(tx, laneId, first)
    const { seq, epoch } = first.header
    const head = { nextSeq: seq, hash: first.prevHash, publicKey: trunk.publicKey }
    const { accepted } = await walkProven(chain, head, () => undefined)
    if (accepted.length === 0)
      throw new Refusal(
        409,
        'fork.unsigned',
        'No entry of this fork is signed by the lane. Let it send again.',
      )
    const parent = { epoch: trunk.key, seq: seq - 1, hash: first.prevHash.toString('hex') }
    const line = await beginBranch(tx, first, { laneId, publicKey: trunk.publicKey, parent, atMs })
    await keepAndApply({ tx, payments, laneId, receivedAtMs: atMs }, line, accepted)
    await clear(tx, laneId, { epoch, chain, accepted }, atMs)
    return { branch: line.key, entries: accepted.length }
  })
}

/** The chain that holds the entry before the fork. */
async function trunkOf(tx: Transaction, laneId: string, first: ReceivedEntry): Promise<Line> {
  const { epoch, seq } = first.header
  const lines = await linesOf(tx, laneId, epoch)
  for (const line of lines) {
    const known = await hashesOf(tx, laneId, lines, line, [seq - 1, seq - 1])
    if (known.get(seq - 1)?.equals(first.prevHash) === true) return line
  }
  throw new Refusal(
    409,
    'fork.detached',
    'The hub does not hold the entry before this fork. Import the fork it grew from first, or let the lane send again.',
  )
}

/** What was imported lies in the journal now; an unsigned tail comes again from the lane, and is kept until then. */
async function clear(
  tx: Transaction,
  laneId: string,
  parts: {
    readonly epoch: string
    readonly chain: readonly ReceivedEntry[]
    readonly accepted: readonly ReceivedEntry[]
  },
  atMs: number,
): Promise<void> {
  const hashes = parts.accepted.map(({ hash }) => hash.toString('hex'))
  await tx.query(
    `DELETE FROM quarantine WHERE lane_id = $1 AND epoch = $2 AND reason = 'fork'
       AND (entry::jsonb)->>'hash' = ANY ($3::text[])`,
    [laneId, parts.epoch, hashes],
  )
  for (const { hash } of parts.chain.slice(parts.accepted.length))
    await setQuarantinedAside(tx, { laneId, hash: hash.toString('hex'), reason: 'unsignedTail', atMs })
  await unmarkForked(tx, laneId, parts.epoch)
}

/** The lane sells offline again once nothing of its forks waits. */
export async function unmarkForked(tx: Transaction, laneId: string, epoch: string): Promise<void> {
  await tx.query(
    `UPDATE lane_position SET forked = false WHERE lane_id = $1 AND epoch = $2
       AND NOT EXISTS (SELECT 1 FROM quarantine WHERE lane_id = $1 AND epoch = $2 AND reason = 'fork')`,
    [laneId, epoch],
  )
}

/** Quarantined forks put together by their hashes, each oldest entry first. */
async function chainsInQuarantine(database: Queryable, laneId?: string): Promise<ReceivedEntry[][]> {
  const rows = await database.query<{ entry: string }>(
    `SELECT entry FROM quarantine WHERE reason = 'fork' AND ($1::text IS NULL OR lane_id = $1)
     ORDER BY lane_id, epoch, seq, at_ms`,
    [laneId ?? null],
  )
  const chains = new Map<string, ReceivedEntry[]>()
  const seen = new Set<string>()
  for (const row of rows) {
    const entry = receiveEntry(wireEntrySchema.parse(JSON.parse(row.entry)))
    const hash = entry.hash.toString('hex')
    const prevHash = entry.prevHash.toString('hex')
    if (!entry.hashHolds || seen.has(hash)) continue
    seen.add(hash)
    // Of two entries after the same one the later begins a chain of its own: they are two forks.
    const chain = chains.get(prevHash) ?? []
    chains.delete(prevHash)
    chain.push(entry)
    chains.set(hash, chain)
  }
  return [...chains.values()]
}

function describe(chain: readonly ReceivedEntry[]): Fork {
  const headers = chain.map(({ header }) => header)
  const times = headers.map(({ at }) => at.atMs)
  const sales = chain.flatMap(({ content }) =>
    content.kind === 'event' && content.event.type === 'sale.completed' ? [content.event] : [],
  )
  const totalMinor: Record<string, number> = {}
  for (const sale of sales) totalMinor[sale.currency] = (totalMinor[sale.currency] ?? 0) + sale.totalMinor
  return {
    forkKey: chain[0]?.hash.toString('hex') ?? '',
    laneId: headers[0]?.laneId ?? '',
    epoch: headers[0]?.epoch ?? '',
    fromSeq: headers[0]?.seq ?? 0,
    toSeq: headers.at(-1)?.seq ?? 0,
    entries: chain.length,
    sales: sales.length,
    totalMinor,
    firstAtMs: Math.min(...times),
    lastAtMs: Math.max(...times),
  }
}
