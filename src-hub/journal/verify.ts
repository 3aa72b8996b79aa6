import { hash as hashOnce } from 'node:crypto'
import type { EntryHeader, WireEntry } from '../../src-main/contract/journal.ts'
import type { DecodedEntry } from '../../src-main/domain/journal/batch.ts'
import { encodeHead, linkHash } from '../../src-main/domain/journal/format.ts'
import { isSignedBy, isSignedByInPool, sha256 } from '../crypto.ts'
import { readPayload, type ReadPayload } from '../entries/payload.ts'

/** An entry as it came, with its hash computed anew. */
export interface ReceivedEntry {
  readonly header: EntryHeader
  readonly payload: Buffer
  /** What the payload says. */
  readonly content: ReadPayload
  /** 64 bytes; null when a later entry carries it. */
  readonly signature: Buffer | null
  /** As the entry claims it. */
  readonly hash: Buffer
  readonly prevHash: Buffer
  /** Header and payload give the hash the entry claims. */
  readonly hashHolds: boolean
}

/** From a batch; the entry's bytes stay those of the batch. */
export function receiveDecoded(entry: DecodedEntry<Buffer>): ReceivedEntry {
  const { header, payload, signature, hash, prevHash, hashed } = entry
  const content = readPayload(payload, header.type)
  const hashHolds = hashOnce('sha256', hashed, 'buffer').equals(hash)
  return { header, payload, content, signature, hash, prevHash, hashHolds }
}

/** From text: an import, or what lies in quarantine. */
export function receiveEntry(wire: WireEntry): ReceivedEntry {
  const payload = Buffer.from(wire.payload, 'base64')
  const computed = linkHash(sha256, wire.prevHash, wire.header, payload)
  return {
    header: wire.header,
    payload,
    content: readPayload(payload, wire.header.type),
    signature: wire.signature === null ? null : Buffer.from(wire.signature, 'base64'),
    hash: Buffer.from(wire.hash, 'hex'),
    prevHash: Buffer.from(wire.prevHash, 'hex'),
    hashHolds: computed === wire.hash,
  }
}

/** The same as text. */
export function wireOf({ header, payload, prevHash, hash, signature }: ReceivedEntry): WireEntry {
  return {
    header,
    payload: payload.toString('base64'),
    prevHash: prevHash.toString('hex'),
    hash: hash.toString('hex'),
    signature: signature === null ? null : signature.toString('base64'),
  }
}

/** True for an entry without a signature: a later head covers it. */
export function signatureHolds(entry: ReceivedEntry, publicKey: Uint8Array): boolean {
  if (entry.signature === null) return true
  return isSignedBy(publicKey, encodeHead(entry.header, entry.hash), entry.signature)
}

/** Those of `entries` whose signature holds or that carry none; off the event loop. */
export async function signedAmong(
  entries: readonly ReceivedEntry[],
  publicKey: Uint8Array,
): Promise<ReadonlySet<ReceivedEntry>> {
  const verdicts = await Promise.all(
    entries.map(async (entry) => {
      if (entry.signature === null) return true
      const head = encodeHead(entry.header, entry.hash)
      return isSignedByInPool(publicKey, head, entry.signature)
    }),
  )
  return new Set(entries.filter((_, index) => verdicts[index]))
}
