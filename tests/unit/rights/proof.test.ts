import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSignedBy } from '../../../src-hub/crypto.ts'
import type { LaneEvent } from '../../../src-main/contract/events.ts'
import { deletionProofSchema, type DeletionProof } from '../../../src-main/contract/rights.ts'
import { encodeHead, GENESIS_PREV_HASH, linkHash } from '../../../src-main/domain/journal/format.ts'
import { checkDeletionProof, type ProofCrypto } from '../../../src-main/domain/rights/proof.ts'

const crypto: ProofCrypto = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  fromBase64: (text) => Buffer.from(text, 'base64'),
  isSignedBy,
}
const subjectKey = '1'.repeat(32)
const deletion: LaneEvent = {
  type: 'face.deleted',
  subjectKey,
  references: 1,
  reason: 'withdrawn',
  receiptToken: '2'.repeat(32),
}

function rawKey(key: KeyObject): string {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
}

function proofOf(event: LaneEvent, signed = true): DeletionProof {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const header = {
    formatVersion: 1,
    laneId: 'lane-1',
    epoch: '3'.repeat(32),
    seq: 7,
    type: event.type,
    aggregate: { kind: 'subject', id: subjectKey },
    at: { atMs: 1_760_000_000_000, bootId: '4'.repeat(32), monotonicMs: 12.5 },
  } as const
  const payload = Buffer.from(JSON.stringify(event))
  const hash = linkHash(crypto.sha256, GENESIS_PREV_HASH, header, payload)
  const signature = signed ? sign(null, encodeHead(header, hash), privateKey).toString('base64') : null
  return deletionProofSchema.parse({
    kind: 'facelane.deletionReceipt',
    formatVersion: 1,
    publicKey: rawKey(publicKey),
    entry: { header, payload: payload.toString('base64'), prevHash: GENESIS_PREV_HASH, hash, signature },
  })
}

describe('a deletion receipt', () => {
  it('is valid as the lane signed it, and says what was deleted, where and when', () => {
    expect(checkDeletionProof(proofOf(deletion), crypto)).toEqual({
      kind: 'valid',
      deletion,
      laneId: 'lane-1',
      atMs: 1_760_000_000_000,
    })
  })

  it('is not valid with another lane, time, subject or number in it', () => {
    const proof = proofOf(deletion)
    const { entry } = proof
    const other = Buffer.from(JSON.stringify({ ...deletion, references: 2 })).toString('base64')
    for (const forged of [
      { ...entry, payload: other },
      { ...entry, header: { ...entry.header, laneId: 'lane-2' } },
      { ...entry, header: { ...entry.header, seq: 8 } },
      { ...entry, header: { ...entry.header, at: { ...entry.header.at, atMs: 1 } } },
    ]) {
      expect(checkDeletionProof({ ...proof, entry: forged }, crypto)).toEqual({
        kind: 'invalid',
        why: 'hash',
      })
    }
  })

  it('is not valid under another key, with another’s signature, or without one', () => {
    const proof = proofOf(deletion)
    const stranger = proofOf(deletion)
    const invalid = { kind: 'invalid', why: 'signature' }
    expect(checkDeletionProof({ ...proof, publicKey: stranger.publicKey }, crypto)).toEqual(invalid)
    expect(
      checkDeletionProof(
        { ...proof, entry: { ...proof.entry, signature: stranger.entry.signature } },
        crypto,
      ),
    ).toEqual(invalid)
    expect(checkDeletionProof(proofOf(deletion, false), crypto)).toEqual(invalid)
  })

  it('is not one when the lane signed something else', () => {
    const withdrawn = proofOf({ type: 'consent.withdrawn', subjectKey })
    expect(checkDeletionProof(withdrawn, crypto)).toEqual({ kind: 'invalid', why: 'notADeletion' })
  })
})
