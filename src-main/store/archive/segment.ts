import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { EntryHeader } from '../../contract/journal.ts'
import { Failure, failureData } from '../../contract/failure.ts'
import type { JournalRow } from '../repositories/journal.ts'

/** A run of entries of one epoch as it lies in the archive. */
export interface Segment {
  readonly firstOrd: number
  readonly lastOrd: number
  readonly epoch: string
  readonly firstSeq: number
  readonly archivedAtMs: number
  readonly codec: 'zstd1'
  /** The entries' hashes one after the other, 32 bytes each; not compressed, because nothing makes them shorter. */
  readonly hashes: Buffer
  /**
   * Zstandard of: digest(prevHash of the first), then for each entry u32 big-endian length + header as JSON, the same
   * + payload, one byte 0 or 64 = length of the signature, the signature. Every further prevHash is the hash before it.
   */
  readonly body: Buffer
}

const HASH_LENGTH = 32

/** `rows`: one epoch, linked without a gap, the last one signed; that was verified before. */
export function packSegment(rows: readonly JournalRow[], archivedAtMs: number): Segment {
  const [first] = rows
  const last = rows.at(-1)
  if (first === undefined || last === undefined) throw new Error('A segment has at least one entry')
  const parts: Buffer[] = [first.prevHash]
  for (const { header, payload, signature } of rows) {
    const head = Buffer.from(JSON.stringify(header))
    parts.push(length(head), head, length(payload), payload)
    parts.push(Buffer.of(signature?.length ?? 0), ...(signature === null ? [] : [signature]))
  }
  return {
    firstOrd: first.ord,
    lastOrd: last.ord,
    epoch: first.header.epoch,
    firstSeq: first.header.seq,
    archivedAtMs,
    codec: 'zstd1',
    hashes: Buffer.concat(rows.map(({ hash }) => hash)),
    body: zstdCompressSync(Buffer.concat(parts)),
  }
}

/** The entries of a segment, oldest first. Throws `store.corrupt` when its bytes are damaged. */
export function unpackSegment(segment: Segment): JournalRow[] {
  try {
    return readRows(segment, zstdDecompressSync(segment.body))
  } catch (thrown) {
    throw new Failure({
      code: 'store.corrupt',
      attempted: `read the archived entries ${segment.firstOrd} to ${segment.lastOrd}`,
      remedy: 'staff',
      cause: failureData(thrown),
      message:
        'The archive of the journal is damaged. Keep the data folder, and save what is left with: facelane queue export',
    })
  }
}

function readRows({ firstOrd, lastOrd, hashes }: Segment, bytes: Buffer): JournalRow[] {
  const rows: JournalRow[] = []
  let offset = 0
  const take = (count: number): Buffer => {
    if (offset + count > bytes.length) throw new RangeError('The segment ends in the middle of an entry')
    return bytes.subarray(offset, (offset += count))
  }
  const takeSized = (): Buffer => take(take(4).readUInt32BE())
  let prevHash = take(HASH_LENGTH)
  for (let ord = firstOrd; ord <= lastOrd; ord += 1) {
    const header = JSON.parse(takeSized().toString()) as EntryHeader
    const payload = takeSized()
    const signed = take(1).readUInt8()
    const start = HASH_LENGTH * (ord - firstOrd)
    const hash = hashes.subarray(start, start + HASH_LENGTH)
    rows.push({ ord, header, payload, prevHash, hash, signature: signed === 0 ? null : take(signed) })
    prevHash = hash
  }
  if (offset !== bytes.length) throw new RangeError('The segment holds more than its entries')
  return rows
}

function length(bytes: Buffer): Buffer {
  const written = Buffer.alloc(4)
  written.writeUInt32BE(bytes.length)
  return written
}
