import { hash } from 'node:crypto'
import { laneEventSchema, type LaneEvent } from '../../contract/events.ts'
import { Failure } from '../../contract/failure.ts'
import type { Aggregate, EntryHeader } from '../../contract/journal.ts'
import type { Key, Moment } from '../../contract/values.ts'
import { GENESIS_PREV_HASH, encodeHead, linkDigest } from '../../domain/journal/format.ts'
import type { LaneKey } from '../keys/lane-key.ts'
import type { JournalRow } from '../repositories/journal.ts'

/** The contract lets 400 000 base64 characters travel. */
const LONGEST_PAYLOAD = 300_000

/** Where the next entry goes. */
export interface ChainEnd {
  /** Of the last entry of any epoch; 0 in an empty journal. */
  readonly ord: number
  readonly epoch: Key
  readonly nextSeq: number
  /** Of the last entry of this epoch, or `GENESIS_PREV_HASH`. */
  readonly hash: string
}

export interface StagedEntry {
  readonly aggregate: Aggregate
  readonly event: LaneEvent
  readonly at: Moment
}

export interface Signer {
  readonly laneId: string
  readonly key: Pick<LaneKey, 'sign'>
}

export function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

/** Throws `RangeError` for a header that has no byte form. */
export function hashHolds({ prevHash, header, payload, hash }: JournalRow): boolean {
  return linkDigest(sha256, prevHash, header, payload).equals(hash)
}

export function endOfEmptyEpoch(epoch: Key, ord: number): ChainEnd {
  return { ord, epoch, nextSeq: 0, hash: GENESIS_PREV_HASH }
}

/** Links the entries of one commit to the chain and signs the last. */
export function linkEntries(signer: Signer, end: ChainEnd, staged: readonly StagedEntry[]): JournalRow[] {
  let prevHash: Buffer = Buffer.from(end.hash, 'hex')
  return staged.map((entry, index) => {
    const header: EntryHeader = {
      formatVersion: 1,
      laneId: signer.laneId,
      epoch: end.epoch,
      seq: end.nextSeq + index,
      type: entry.event.type,
      aggregate: entry.aggregate,
      at: entry.at,
    }
    const payload = payloadOf(entry.event)
    const digest = linkDigest(sha256, prevHash, header, payload)
    const isLast = index === staged.length - 1
    const row: JournalRow = {
      ord: end.ord + 1 + index,
      header,
      payload,
      prevHash,
      hash: digest,
      signature: isLast ? Buffer.from(signer.key.sign(encodeHead(header, digest))) : null,
    }
    prevHash = digest
    return row
  })
}

export function endAfter(row: JournalRow): ChainEnd {
  const { epoch, seq } = row.header
  return { ord: row.ord, epoch, nextSeq: seq + 1, hash: row.hash.toString('hex') }
}

/** Through the schema, so that nothing but the contract's fields can enter what is kept for ever. */
function payloadOf(event: LaneEvent): Buffer {
  const payload = Buffer.from(JSON.stringify(laneEventSchema.parse(event)))
  if (payload.length <= LONGEST_PAYLOAD) return payload
  throw new Failure({
    code: 'journal.entryTooLarge',
    attempted: `journal ${event.type} with ${payload.length} bytes`,
    remedy: 'staff',
    message: `An entry may have ${LONGEST_PAYLOAD} bytes. Split the sale in two.`,
  })
}
