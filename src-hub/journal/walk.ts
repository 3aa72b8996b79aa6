import { type ReceivedEntry, signatureHolds, signedAmong } from './verify.ts'

export type QuarantineReason = 'fork' | 'hashMismatch' | 'badSignature' | 'badGenesis'

/** Where one epoch stands at the hub; `nextSeq` 0 and the zero hash before its genesis. */
export interface ChainHead {
  readonly nextSeq: number
  readonly hash: Buffer
  readonly publicKey: Uint8Array
}

export interface WalkResult {
  /** To be stored: contiguous, proven, and ending in a signed head. */
  readonly accepted: readonly ReceivedEntry[]
  readonly quarantined: readonly { readonly entry: ReceivedEntry; readonly reason: QuarantineReason }[]
  readonly forked: boolean
}

/**
 * Judges one epoch's part of a batch against the chain the hub holds. `knownHash` gives the stored hash of a position
 * below `head.nextSeq`. Nothing is dropped but what the lane will send again: entries beyond a gap, and a tail no
 * signed head covers yet. `holds` says whether an entry's signature does, for a caller that has looked already.
 */
export function walkChain(
  entries: readonly ReceivedEntry[],
  head: ChainHead,
  knownHash: (seq: number) => Buffer | undefined,
  holds: (entry: ReceivedEntry) => boolean = (entry) => signatureHolds(entry, head.publicKey),
): WalkResult {
  const walk = new ChainWalk(head, knownHash, holds)
  for (const entry of entries) walk.take(entry)
  return walk.result()
}

/**
 * The same with the signatures looked at: the last signed head of an unbroken run covers every hash before it, so that
 * the heads on the way are not looked at one by one. They are as soon as that one does not hold, to find the first bad one.
 */
export async function walkProven(
  entries: readonly ReceivedEntry[],
  head: ChainHead,
  knownHash: (seq: number) => Buffer | undefined,
): Promise<WalkResult> {
  const walk = walkChain(entries, head, knownHash, () => true)
  const last = walk.accepted.at(-1)
  const proofs = walk.accepted.filter((entry) => entry === last || isProofItself(entry))
  if (proofs.every((entry) => signatureHolds(entry, head.publicKey))) return walk
  const signed = await signedAmong(
    entries.filter(({ header }) => header.seq >= head.nextSeq),
    head.publicKey,
  )
  return walkChain(entries, head, knownHash, (entry) => signed.has(entry))
}

/** A deletion is handed out with its own signature, as a receipt that anybody can check. */
function isProofItself({ header, signature }: ReceivedEntry): boolean {
  return header.type === 'face.deleted' && signature !== null
}

class ChainWalk {
  readonly #holds: (entry: ReceivedEntry) => boolean
  readonly #knownHash: (seq: number) => Buffer | undefined
  readonly #accepted: ReceivedEntry[] = []
  readonly #quarantined: { entry: ReceivedEntry; reason: QuarantineReason }[] = []
  #nextSeq: number
  #hash: Buffer
  readonly #firstSeq: number
  /** A broken entry: what follows it will come again once the lane sends it whole. */
  #broken = false
  #forked = false

  constructor(
    head: ChainHead,
    knownHash: (seq: number) => Buffer | undefined,
    holds: (entry: ReceivedEntry) => boolean,
  ) {
    this.#holds = holds
    this.#knownHash = knownHash
    this.#firstSeq = head.nextSeq
    this.#nextSeq = head.nextSeq
    this.#hash = head.hash
  }

  take(entry: ReceivedEntry): void {
    const { seq } = entry.header
    if (this.#broken) return
    // What follows a fork belongs to the other branch and is kept with it.
    if (this.#forked) return this.#quarantine(entry, 'fork')
    if (!entry.hashHolds) return this.#break(entry, 'hashMismatch')
    const known = this.#accepted[seq - this.#firstSeq]?.hash ?? this.#knownHash(seq)
    if (known !== undefined) {
      if (!known.equals(entry.hash)) this.#fork(entry)
      return
    }
    if (seq !== this.#nextSeq) return
    if (!entry.prevHash.equals(this.#hash)) return this.#fork(entry)
    if (!this.#holds(entry)) return this.#break(entry, 'badSignature')
    this.#accepted.push(entry)
    this.#nextSeq += 1
    this.#hash = entry.hash
  }

  result(): WalkResult {
    const lastSigned = this.#accepted.findLastIndex(({ signature }) => signature !== null)
    return {
      accepted: this.#accepted.slice(0, lastSigned + 1),
      quarantined: this.#quarantined,
      forked: this.#forked,
    }
  }

  #fork(entry: ReceivedEntry): void {
    this.#forked = true
    this.#quarantine(entry, 'fork')
  }

  #break(entry: ReceivedEntry, reason: QuarantineReason): void {
    this.#broken = true
    this.#quarantine(entry, reason)
  }

  #quarantine(entry: ReceivedEntry, reason: QuarantineReason): void {
    this.#quarantined.push({ entry, reason })
  }
}
