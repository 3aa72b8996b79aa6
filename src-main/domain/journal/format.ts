import type { EntryHeader } from '../../contract/journal.ts'
import { ByteWriter, bytesToHex, hexToBytes, longestUsualHeader } from './bytes.ts'

export { bytesToHex, hexToBytes }

/**
 * The bytes that are hashed and signed, fixed for ever; a change needs another magic and another `formatVersion`.
 * `text` = u32 big-endian length + UTF-8, `u64` and `f64` big-endian (f64 is IEEE 754: exact through JSON and back),
 * `digest` = the 32 bytes of a SHA-256, not its hex.
 *
 *   header  = "FLJ1" text(laneId) text(epoch) u64(seq) text(type) text(aggregate.kind) text(aggregate.id)
 *             u64(at.atMs) text(at.bootId) f64(at.monotonicMs)
 *   hash    = SHA-256( digest(prevHash) header payload )
 *   head    = "FLH1" text(laneId) text(epoch) u64(seq) digest(hash)                    signed by the lane, Ed25519
 *   request = "FLR1" text(laneId) text(sessionNonce) u64(counter) text(method) text(path) digest(bodySha256)
 */
export const GENESIS_PREV_HASH = '0'.repeat(64)

/** Answers with the 32-byte SHA-256; the caller brings its runtime's implementation. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

export function encodeHeader(header: EntryHeader): Uint8Array {
  return writeHeader(new ByteWriter(), header).end()
}

export function writeHeader(writer: ByteWriter, header: EntryHeader): ByteWriter {
  return writer
    .ascii('FLJ1')
    .text(header.laneId)
    .text(header.epoch)
    .u64(header.seq)
    .text(header.type)
    .text(header.aggregate.kind)
    .text(header.aggregate.id)
    .u64(header.at.atMs)
    .text(header.at.bootId)
    .f64(header.at.monotonicMs)
}

/** The hash of one entry, 64 hex digits; `prevHash` is the hash of the entry before it, or `GENESIS_PREV_HASH`. */
export function linkHash(sha256: Sha256, prevHash: string, header: EntryHeader, payload: Uint8Array): string {
  return bytesToHex(linkDigest(sha256, digestBytes(prevHash), header, payload))
}

/** As `linkHash`, from the 32 bytes of a digest to the 32 bytes of a digest. */
export function linkDigest<Digest extends Uint8Array>(
  sha256: (bytes: Uint8Array) => Digest,
  prevDigest: Uint8Array,
  header: EntryHeader,
  payload: Uint8Array,
): Digest {
  const writer = new ByteWriter(prevDigest.length + longestUsualHeader + payload.length)
  return sha256(writeHeader(writer.raw(prevDigest), header).raw(payload).end())
}

/** What the signature on the last entry of a commit covers; `hash` in hex, or as the 32 bytes of the digest. */
export function encodeHead(
  header: Pick<EntryHeader, 'laneId' | 'epoch' | 'seq'>,
  hash: string | Uint8Array,
): Uint8Array {
  return new ByteWriter()
    .ascii('FLH1')
    .text(header.laneId)
    .text(header.epoch)
    .u64(header.seq)
    .raw(typeof hash === 'string' ? digestBytes(hash) : hash)
    .end()
}

export interface SignedRequest {
  readonly laneId: string
  /** From the session's answer; makes a signature worthless in any other session. */
  readonly sessionNonce: string
  /** 0, 1, 2…; each once per session, in any order. */
  readonly counter: number
  readonly method: string
  /** The path without origin or query, such as "/v1/journal". */
  readonly path: string
  /** 64 hex digits over the exact body bytes. */
  readonly bodySha256: string
}

/** What the signature header of a lane's call to the hub covers. */
export function encodeRequest(request: SignedRequest): Uint8Array {
  return new ByteWriter()
    .ascii('FLR1')
    .text(request.laneId)
    .text(request.sessionNonce)
    .u64(request.counter)
    .text(request.method)
    .text(request.path)
    .raw(digestBytes(request.bodySha256))
    .end()
}

function digestBytes(hex: string): Uint8Array {
  const bytes = hexToBytes(hex)
  if (bytes.length !== 32) throw new RangeError(`A SHA-256 has 64 hex digits, not ${hex.length}`)
  return bytes
}
