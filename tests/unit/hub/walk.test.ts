import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WireEntry } from '../../../src-main/contract/journal.ts'
import { encodeHead, GENESIS_PREV_HASH, linkHash } from '../../../src-main/domain/journal/format.ts'
import { sha256 } from '../../../src-hub/crypto.ts'
import { receiveEntry } from '../../../src-hub/journal/verify.ts'
import { type ChainHead, walkChain, walkProven } from '../../../src-hub/journal/walk.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const rawKey = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')

interface Link {
  readonly seq: number
  readonly prevHash: string
  readonly text?: string
  readonly signedBy?: KeyObject | null
  readonly type?: string
}

function link({
  seq,
  prevHash,
  text = `entry ${seq}`,
  signedBy = privateKey,
  type = 'test.entry',
}: Link): WireEntry {
  const header = {
    formatVersion: 1 as const,
    laneId: 'lane-1',
    epoch: 'e'.repeat(32),
    seq,
    type,
    aggregate: { kind: 'sale' as const, id: 's' },
    at: { atMs: 1, bootId: 'b'.repeat(32), monotonicMs: 1.5 },
  }
  const payload = Buffer.from(text)
  const hash = linkHash(sha256, prevHash, header, payload)
  const signature =
    signedBy === null ? null : sign(null, encodeHead(header, hash), signedBy).toString('base64')
  return { header, payload: payload.toString('base64'), prevHash, hash, signature }
}

function chain(length: number, signed: (seq: number) => boolean = () => true): WireEntry[] {
  const entries: WireEntry[] = []
  for (let seq = 0; seq < length; seq++) {
    const prevHash = entries.at(-1)?.hash ?? GENESIS_PREV_HASH
    entries.push(link({ seq, prevHash, signedBy: signed(seq) ? privateKey : null }))
  }
  return entries
}

/** The walk from a hub that already holds the first `held` entries of `known`. */
function walk(entries: readonly WireEntry[], known: readonly WireEntry[] = [], held = 0) {
  const last = known[held - 1]
  const head: ChainHead = {
    nextSeq: held,
    hash: Buffer.from(last?.hash ?? GENESIS_PREV_HASH, 'hex'),
    publicKey: rawKey,
  }
  const stored = (seq: number) => (seq < held ? Buffer.from(known[seq]?.hash ?? '', 'hex') : undefined)
  return walkChain(entries.map(receiveEntry), head, stored)
}

const seqs = (result: ReturnType<typeof walk>) => result.accepted.map(({ header }) => header.seq)

describe('the walk along a lane’s chain', () => {
  it('accepts a whole chain, and only what is new of one it knows', () => {
    const entries = chain(5)
    expect(seqs(walk(entries))).toEqual([0, 1, 2, 3, 4])
    expect(seqs(walk(entries, entries, 3))).toEqual([3, 4])
  })

  it('stops at the last signed head', () => {
    const entries = chain(5, (seq) => seq === 2)
    expect(seqs(walk(entries))).toEqual([0, 1, 2])
    expect(seqs(walk(chain(3, () => false)))).toEqual([])
  })

  it('ignores what lies beyond a gap', () => {
    const entries = chain(5)
    expect(walk([...entries.slice(0, 2), ...entries.slice(3)])).toMatchObject({
      quarantined: [],
      forked: false,
    })
    expect(seqs(walk([...entries.slice(0, 2), ...entries.slice(3)]))).toEqual([0, 1])
  })

  it('quarantines a second branch with all that follows, and keeps the first', () => {
    const entries = chain(3)
    const other = link({ seq: 2, prevHash: entries[1]?.hash ?? '', text: 'another history' })
    const after = link({ seq: 3, prevHash: other.hash })
    const result = walk([...entries, other, after])
    expect(seqs(result)).toEqual([0, 1, 2])
    expect(result.forked).toBe(true)
    expect(result.quarantined.map(({ entry, reason }) => [entry.header.seq, reason])).toEqual([
      [2, 'fork'],
      [3, 'fork'],
    ])
  })

  it('stops at a signature that is not the lane’s, without calling it a fork', () => {
    const stranger = generateKeyPairSync('ed25519').privateKey
    const [first] = chain(1)
    const forged = link({ seq: 1, prevHash: first?.hash ?? '', signedBy: stranger })
    const result = walk([...chain(1), forged, link({ seq: 2, prevHash: forged.hash })])
    expect(seqs(result)).toEqual([0])
    expect(result).toMatchObject({ forked: false, quarantined: [{ reason: 'badSignature' }] })
  })

  it('never accepts an entry in which any byte of payload, hash or header was changed', () => {
    const entries = chain(4)
    const seed = Date.now() & 0xffff
    fc.assert(
      fc.property(
        fc.nat(3),
        fc.constantFrom('payload', 'hash', 'prevHash', 'at'),
        fc.nat(63),
        (seq, field, at) => {
          const entry = entries[seq]
          if (entry === undefined) return
          const changed = [...entries]
          changed[seq] = tampered(entry, field, at)
          const result = walk(changed)
          expect(result.accepted.every(({ header }) => header.seq < seq)).toBe(true)
          expect(result.quarantined.length).toBeGreaterThan(0)
        },
      ),
      { seed },
    )
  })
})

describe('signatures along an unbroken chain', () => {
  const stranger = generateKeyPairSync('ed25519').privateKey
  const head = { nextSeq: 0, hash: Buffer.from(GENESIS_PREV_HASH, 'hex'), publicKey: rawKey }
  const proven = (entries: readonly WireEntry[]) =>
    walkProven(entries.map(receiveEntry), head, () => undefined)

  /** A chain whose entry at `forgedAt` is signed by somebody else. */
  function forgedChain(length: number, forgedAt: number, type = 'test.entry'): WireEntry[] {
    const entries: WireEntry[] = []
    for (let seq = 0; seq < length; seq += 1) {
      const prevHash = entries.at(-1)?.hash ?? GENESIS_PREV_HASH
      const isForged = seq === forgedAt
      entries.push(
        link({ seq, prevHash, signedBy: isForged ? stranger : privateKey, ...(isForged ? { type } : {}) }),
      )
    }
    return entries
  }

  it('are held by the last one, which covers every hash before it', async () => {
    expect(seqs(await proven(forgedChain(5, 2)))).toEqual([0, 1, 2, 3, 4])
    expect(await proven(forgedChain(5, 2))).toMatchObject({ quarantined: [], forked: false })
  })

  it('are looked at one by one when the last one does not hold, and what is before the bad one is kept', async () => {
    const result = await proven(forgedChain(5, 4))
    expect(seqs(result)).toEqual([0, 1, 2, 3])
    expect(result).toMatchObject({ forked: false, quarantined: [{ reason: 'badSignature' }] })
    const two = forgedChain(3, 1)
    const last = link({ seq: 3, prevHash: two[2]?.hash ?? '', signedBy: stranger })
    expect(seqs(await proven([...two, last]))).toEqual([0])
  })

  it('are looked at where the entry is handed out with its own', async () => {
    expect(seqs(await proven(forgedChain(5, 2, 'face.deleted')))).toEqual([0, 1])
  })

  it('are worth nothing behind a fork or a broken entry: what is before it needs its own head', async () => {
    const entries = forgedChain(4, 1)
    const broken = { ...(entries[2] as WireEntry), payload: Buffer.from('changed').toString('base64') }
    const result = await proven([...entries.slice(0, 2), broken, ...entries.slice(3)])
    expect(seqs(result)).toEqual([0])
    expect(result.quarantined).toMatchObject([{ reason: 'badSignature' }])
  })
})

function tampered(entry: WireEntry, field: 'payload' | 'hash' | 'prevHash' | 'at', at: number): WireEntry {
  if (field === 'at') {
    const moment = { ...entry.header.at, atMs: entry.header.at.atMs + 1 }
    return { ...entry, header: { ...entry.header, at: moment } }
  }
  if (field === 'payload') {
    const bytes = Buffer.from(entry.payload, 'base64')
    bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1
    return { ...entry, payload: bytes.toString('base64') }
  }
  const digits = entry[field].split('')
  digits[at] = digits[at] === '0' ? '1' : '0'
  return { ...entry, [field]: digits.join('') }
}
