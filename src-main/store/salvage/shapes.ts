import { z } from 'zod'
import { entryHeaderSchema } from '../../contract/journal.ts'
import { keySchema, type Key } from '../../contract/values.ts'
import type { Segment } from '../archive/segment.ts'
import type { JournalRow } from '../repositories/journal.ts'
import type { SqlRecord } from './records.ts'

/**
 * Which table a row came from, told by its columns alone (migrations 10 and 70; `journal_epoch` has those of `journal`).
 * A row of another table, or a damaged one, is null; what passes still has to prove itself by its hash.
 */
export function asJournalRow({ rowid, values }: SqlRecord): JournalRow | null {
  if (values.length !== 15 || rowid === null) return null
  const [, laneId, epoch, seq, formatVersion, type, kind, id, atMs, bootId, monotonicMs, payload] = values
  const [prevHash, hash, signature] = values.slice(12)
  const aggregate = { kind, id }
  const at = { atMs, bootId, monotonicMs }
  const header = entryHeaderSchema.safeParse({ formatVersion, laneId, epoch, seq, type, aggregate, at })
  const bytes = z
    .tuple([blob, digest, digest, head.nullable()])
    .safeParse([payload, prevHash, hash, signature])
  if (!header.success || !bytes.success) return null
  return {
    ord: rowid,
    header: header.data,
    payload: bytes.data[0],
    prevHash: bytes.data[1],
    hash: bytes.data[2],
    signature: bytes.data[3],
  }
}

export function asSegment({ rowid, values }: SqlRecord): Segment | null {
  const columns = segmentColumns.safeParse(values)
  if (!columns.success || rowid === null) return null
  const [, lastOrd, epoch, firstSeq, archivedAtMs, codec, hashes, body] = columns.data
  if (hashes.length !== 32 * (lastOrd - rowid + 1)) return null
  return { firstOrd: rowid, lastOrd, epoch, firstSeq, archivedAtMs, codec, hashes, body }
}

/** The newest entry that was dropped on purpose. */
export interface SalvagedHorizon {
  readonly ord: number
  readonly epoch: Key
  readonly seq: number
}

export function asHorizon({ rowid, values }: SqlRecord): SalvagedHorizon | null {
  const columns = horizonColumns.safeParse(values)
  if (!columns.success || rowid !== 1) return null
  const [, ord, , epoch, seq] = columns.data
  return { ord, epoch, seq }
}

/** What `sqlite_sequence` remembers of the journal. */
export function asHighestOrd({ values }: SqlRecord): number | null {
  const columns = z.tuple([z.literal('journal'), count]).safeParse(values)
  return columns.success ? columns.data[1] : null
}

const count = z.number().int().nonnegative()
const blob = z.custom<Buffer>((value) => Buffer.isBuffer(value))
const digest = blob.refine((bytes) => bytes.length === 32)
const head = blob.refine((bytes) => bytes.length === 64)
const segmentColumns = z.tuple([z.null(), count, keySchema, count, count, z.literal('zstd1'), blob, blob])
const horizonColumns = z.tuple([z.null(), count, z.string(), keySchema, count, digest, head])
