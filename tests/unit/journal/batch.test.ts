import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregateKinds, type EntryHeader, maxPayloadBytes } from '../../../src-main/contract/journal.ts'
import { type BatchEntry, decodeBatch, encodeBatch } from '../../../src-main/domain/journal/batch.ts'
import { encodeHeader } from '../../../src-main/domain/journal/format.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const key = fc.stringMatching(/^[0-9a-f]{32}$/)
const whole = fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1))

const header: fc.Arbitrary<EntryHeader> = fc.record({
  formatVersion: fc.constant(1 as const),
  laneId: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/),
  epoch: key,
  seq: whole,
  type: fc.stringMatching(/^[a-z]+\.[a-zA-Z]+$/),
  aggregate: fc.record({
    kind: fc.constantFrom(...aggregateKinds),
    id: fc
      .oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
        fc.constantFrom('\uFEFFid', '顾客'),
      )
      .filter((id) => id.length >= 1 && id.length <= 64),
  }),
  at: fc.record({
    atMs: whole,
    bootId: key,
    monotonicMs: fc.oneof(fc.double({ min: 0, max: 1e300, noNaN: true }), fc.constantFrom(0, 1.5)),
  }),
})
const entry: fc.Arbitrary<BatchEntry> = fc.record({
  header,
  payload: fc.uint8Array({ maxLength: 300 }),
  prevHash: bytes(32),
  hash: bytes(32),
  signature: fc.option(bytes(64), { nil: null }),
})
const batch = fc.array(entry, { minLength: 1, maxLength: 6 })

const concat = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts))
const plain = ({ header, payload, prevHash, hash, signature }: BatchEntry): BatchEntry => ({
  header,
  payload: Uint8Array.from(payload),
  prevHash: Uint8Array.from(prevHash),
  hash: Uint8Array.from(hash),
  signature: signature === null ? null : Uint8Array.from(signature),
})
const seed = 20_261_123

/** A header with one text in place of the lane's name, as no honest lane would write it. */
function withLaneBytes(one: BatchEntry, lane: Uint8Array): Uint8Array {
  const whole = encodeBatch([one])
  const from = 8 + 8 + 32 + 4
  const old = 4 + one.header.laneId.length
  const length = Buffer.alloc(4)
  length.writeUInt32BE(lane.length)
  const changed = Buffer.concat([whole.subarray(0, from), length, lane, whole.subarray(from + old)])
  changed.writeUInt32BE(changed.readUInt32BE(8) + 4 + lane.length - old, 8)
  return changed
}

describe(`a batch of journal entries (seed ${seed})`, () => {
  it('comes out as it went in, and what an entry’s hash covers lies in one piece', () => {
    fc.assert(
      fc.property(batch, (entries) => {
        const decoded = decodeBatch(encodeBatch(entries), 100)
        if (!decoded.ok) throw new Error(decoded.error)
        expect(decoded.value.map(plain)).toEqual(entries.map(plain))
        for (const { header, payload, prevHash, hashed } of decoded.value)
          expect(Uint8Array.from(hashed)).toEqual(concat(prevHash, encodeHeader(header), payload))
      }),
      { seed },
    )
  })

  it('is read in no other form than the one it is written in', () => {
    const changed = fc.tuple(batch, fc.nat(), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(changed, ([entries, at, change]) => {
        const bytes = encodeBatch(entries)
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change
        const decoded = decodeBatch(bytes, 100)
        if (decoded.ok) expect(encodeBatch(decoded.value)).toEqual(bytes)
        else expect(decoded.error).toMatch(/^(?:body|entries)[.:0-9a-zA-Z]*: .|^entries\.\d+\./)
      }),
      { seed, numRuns: 500 },
    )
  })

  it('that is cut, goes on, or is anything else is refused, never half read', () => {
    fc.assert(
      fc.property(batch, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 20 }), (entries, at, more) => {
        const bytes = encodeBatch(entries)
        expect(decodeBatch(bytes.subarray(0, at % bytes.length), 100).ok).toBe(false)
        expect(decodeBatch(concat(bytes, more), 100)).toMatchObject({ ok: false })
        expect(decodeBatch(more, 100).ok).toBe(false)
      }),
      { seed },
    )
  })

  it('has at least one entry, at most as many as the reader allows, and no payload beyond the contract', () => {
    const [one] = fc.sample(entry, { seed, numRuns: 1 }) as [BatchEntry]
    expect(decodeBatch(encodeBatch([]), 100)).toEqual({ ok: false, error: 'entries: must be 1 to 100' })
    expect(decodeBatch(encodeBatch([one, one, one]), 2)).toMatchObject({ ok: false })
    const large = { ...one, payload: new Uint8Array(maxPayloadBytes + 1) }
    expect(decodeBatch(encodeBatch([large]), 100)).toMatchObject({ ok: false })
    expect(decodeBatch(encodeBatch([{ ...one, payload: new Uint8Array(maxPayloadBytes) }]), 100).ok).toBe(
      true,
    )
  })

  it('refuses a header that would be hashed as something it does not say', () => {
    const [one] = fc.sample(entry, { seed, numRuns: 1 }) as [BatchEntry]
    const minusZero = encodeBatch([
      { ...one, header: { ...one.header, at: { ...one.header.at, monotonicMs: 0 } } },
    ])
    const at = 8 + 8 + 32 + encodeHeader(one.header).length - 8
    minusZero[at] = 0x80
    expect(decodeBatch(minusZero, 100)).toEqual({
      ok: false,
      error: 'entries.0.header: a number is negative or none',
    })
    expect(decodeBatch(withLaneBytes(one, Uint8Array.of(0x61, 0xed, 0xa0, 0x80)), 100)).toEqual({
      ok: false,
      error: 'entries.0.header: a text is not UTF-8',
    })
    expect(decodeBatch(withLaneBytes(one, Buffer.from('Lane 1')), 100)).toMatchObject({
      ok: false,
      error: expect.stringContaining('entries.0.header.laneId'),
    })
    expect(decodeBatch(withLaneBytes(one, Buffer.from('lane-9')), 100)).toMatchObject({ ok: true })
  })
})
