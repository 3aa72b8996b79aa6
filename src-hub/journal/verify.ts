import type { WireEntry } from '../../src-main/contract/journal.ts'
import { bytesToHex, encodeHead, linkHash } from '../../src-main/domain/journal/format.ts'
import { isSignedBy, isSignedByInPool, sha256 } from '../crypto.ts'

/** A wire entry with its bytes decoded and its hash recomputed from them. */
export interface ReceivedEntry {
  readonly wire: WireEntry
  readonly payload: Buffer
  readonly signature: Buffer | null
  readonly hash: Buffer
  readonly prevHash: Buffer
  /** Header and payload give the hash the entry claims. */
  readonly hashHolds: boolean
}

export function receiveEntry(wire: WireEntry): ReceivedEntry {
  const payload = Buffer.from(wire.payload, 'base64')
  const computed = linkHash((parts) => sha256(...parts), wire.prevHash, wire.header, payload)
  return {
    wire,
    payload,
    signature: wire.signature === null ? null : Buffer.from(wire.signature, 'base64'),
    hash: Buffer.from(wire.hash, 'hex'),
    prevHash: Buffer.from(wire.prevHash, 'hex'),
    hashHolds: computed === wire.hash,
  }
}

/** True for an entry without a signature: a later head covers it. */
export function signatureHolds(entry: ReceivedEntry, publicKey: Uint8Array): boolean {
  if (entry.signature === null) return true
  return isSignedBy(publicKey, encodeHead(entry.wire.header, bytesToHex(entry.hash)), entry.signature)
}

/** Those of `entries` whose signature holds or that carry none; off the event loop. */
export async function signedAmong(
  entries: readonly ReceivedEntry[],
  publicKey: Uint8Array,
): Promise<ReadonlySet<ReceivedEntry>> {
  const verdicts = await Promise.all(
    entries.map(async (entry) => {
      if (entry.signature === null) return true
      const head = encodeHead(entry.wire.header, bytesToHex(entry.hash))
      return isSignedByInPool(publicKey, head, entry.signature)
    }),
  )
  return new Set(entries.filter((_, index) => verdicts[index]))
}
