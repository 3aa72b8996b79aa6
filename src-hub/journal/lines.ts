import { positionSchema } from '../../src-main/contract/journal.ts'
import { randomKey } from '../crypto.ts'
import { type Transaction, toSafeInteger } from '../store/database.ts'
import type { ReceivedEntry } from './verify.ts'

/**
 * One unbroken chain of an epoch as the hub keeps it: the epoch itself, or a branch of it that a person imported. `key`
 * is what its entries are stored under; for the epoch itself that is the epoch.
 */
export interface Line {
  readonly key: string
  readonly branchOf: string | null
  /** Where a branch leaves the line it grew from; for an epoch, what its genesis named. */
  readonly parent: { readonly epoch: string; readonly seq: number } | null
  readonly firstSeq: number
  readonly ackedSeq: number
  readonly headHash: Buffer
  readonly publicKey: Buffer
}

interface LineRow {
  epoch: string
  branch_of: string | null
  parent: unknown
  first_seq: string
  acked_seq: string
  head_hash: Buffer
  public_key: Buffer
}

const parentSchema = positionSchema.nullable().catch(null)

/** The epoch's own line first, then its branches, the newest first; empty for an epoch the hub has nothing of. */
export async function linesOf(tx: Transaction, laneId: string, epoch: string): Promise<Line[]> {
  const rows = await tx.query<LineRow>(
    `SELECT epoch, branch_of, parent, first_seq, acked_seq, head_hash, public_key FROM lane_position
     WHERE lane_id = $1 AND (epoch = $2 AND branch_of IS NULL OR branch_of = $2)
     ORDER BY branch_of IS NOT NULL, began_at_ms DESC, epoch`,
    [laneId, epoch],
  )
  return rows.map((row) => ({
    key: row.epoch,
    branchOf: row.branch_of,
    parent: parentSchema.parse(row.parent),
    firstSeq: toSafeInteger(row.first_seq),
    ackedSeq: toSafeInteger(row.acked_seq),
    headHash: row.head_hash,
    publicKey: row.public_key,
  }))
}

/**
 * Those that hold their epoch from its beginning. An island, imported without what came before it, says nothing of how
 * much of a journal the hub has.
 */
export function rootedAmong(lines: readonly Line[]): Line[] {
  const isRooted = ({ branchOf, parent }: Line): boolean =>
    branchOf === null || lines.some((line) => line.key === parent?.epoch && isRooted(line))
  return lines.filter(isRooted)
}

/** Hashes of the line's positions from `fromSeq` to `toSeq`, both included; a branch shares what came before it. */
export async function hashesOf(
  tx: Transaction,
  laneId: string,
  lines: readonly Line[],
  line: Line,
  [fromSeq, toSeq]: readonly [number, number],
): Promise<Map<number, Buffer>> {
  // Nearly always the next entries of the only line, and its head is at hand.
  if (fromSeq === line.ackedSeq) return new Map([[line.ackedSeq, line.headHash]])
  const rows = await tx.query<{ seq: string; hash: Buffer }>(
    'SELECT seq, hash FROM journal_entry WHERE lane_id = $1 AND epoch = $2 AND seq BETWEEN $3 AND $4',
    [laneId, line.key, fromSeq, toSeq],
  )
  const own = new Map(rows.map(({ seq, hash }) => [toSafeInteger(seq), hash]))
  const trunk = line.branchOf === null ? undefined : lines.find(({ key }) => key === line.parent?.epoch)
  if (trunk === undefined || fromSeq >= line.firstSeq) return own
  const shared = await hashesOf(tx, laneId, lines, trunk, [fromSeq, Math.min(toSeq, line.firstSeq - 1)])
  return new Map([...shared, ...own])
}

export interface Beginning {
  readonly laneId: string
  readonly publicKey: Uint8Array
  readonly parent: unknown
  readonly atMs: number
}

export async function beginEpoch(tx: Transaction, first: ReceivedEntry, beginning: Beginning): Promise<Line> {
  return begin(tx, first, beginning, { key: first.header.epoch, branchOf: null })
}

export async function beginBranch(
  tx: Transaction,
  first: ReceivedEntry,
  beginning: Beginning,
): Promise<Line> {
  return begin(tx, first, beginning, { key: randomKey(), branchOf: first.header.epoch })
}

async function begin(
  tx: Transaction,
  first: ReceivedEntry,
  { laneId, publicKey, parent, atMs }: Beginning,
  { key, branchOf }: Pick<Line, 'key' | 'branchOf'>,
): Promise<Line> {
  const { seq } = first.header
  await tx.query(
    `INSERT INTO lane_position (lane_id, epoch, branch_of, public_key, parent, first_seq, acked_seq, head_hash,
       began_at_ms, updated_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $8)`,
    [
      laneId,
      key,
      branchOf,
      publicKey,
      parent === null ? null : JSON.stringify(parent),
      seq,
      first.hash,
      atMs,
    ],
  )
  return {
    key,
    branchOf,
    parent: parentSchema.parse(parent),
    firstSeq: seq,
    ackedSeq: seq,
    headHash: first.hash,
    publicKey: Buffer.from(publicKey),
  }
}

export async function moveLine(
  tx: Transaction,
  laneId: string,
  line: Line,
  head: ReceivedEntry,
  atMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE lane_position SET acked_seq = $3, head_hash = $4, updated_at_ms = $5 WHERE lane_id = $1 AND epoch = $2`,
    [laneId, line.key, head.header.seq, head.hash, atMs],
  )
}
