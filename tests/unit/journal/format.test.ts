import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregateKinds, type EntryHeader } from '../../../src-main/contract/journal.ts'
import {
  GENESIS_PREV_HASH,
  bytesToHex,
  encodeHead,
  encodeHeader,
  encodeRequest,
  hexToBytes,
  linkHash,
} from '../../../src-main/domain/journal/format.ts'

/** Written down once from a Python `struct` encoding; these bytes may never change. */
const golden = {
  header:
    '464c4a31000000066c616e652d3100000020303030313032303330343035303630373038303930613062306330643065' +
    '306600000000000001020000000e73616c652e636f6d706c657465640000000473616c6500000005e88cb62d31000001' +
    'a20545f37b00000020663065306430633062306130393038303730363035303430333032303130303040934a00000000' +
    '00',
  hash: '3bfe668302004e8d5157150136627e2f308513621251fc4a171efd50bd33f7dd',
  head:
    '464c4831000000066c616e652d310000002030303031303230333034303530363037303830393061306230633064306530' +
    '6600000000000001023bfe668302004e8d5157150136627e2f308513621251fc4a171efd50bd33f7dd',
  request:
    '464c5231000000066c616e652d310000002030663065306430633062306130393038303730363035303430333032303130' +
    '30000000000000000700000004504f53540000000b2f76312f6a6f75726e616c3bfe668302004e8d5157150136627e2f30' +
    '8513621251fc4a171efd50bd33f7dd',
}

const header: EntryHeader = {
  formatVersion: 1,
  laneId: 'lane-1',
  epoch: '000102030405060708090a0b0c0d0e0f',
  seq: 258,
  type: 'sale.completed',
  aggregate: { kind: 'sale', id: '茶-1' },
  at: { atMs: 1_795_384_800_123, bootId: 'f0e0d0c0b0a090807060504030201000', monotonicMs: 1234.5 },
}
const payload = new TextEncoder().encode('{"type":"sale.completed"}')

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

/** A second encoder that shares nothing with the first: node Buffers, one flat concatenation. */
function encodeHeaderByHand(h: EntryHeader): Buffer {
  const text = (value: string) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(Buffer.byteLength(value))
    return Buffer.concat([length, Buffer.from(value)])
  }
  const u64 = (value: number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt(value))
    return bytes
  }
  const f64 = Buffer.alloc(8)
  f64.writeDoubleBE(h.at.monotonicMs)
  return Buffer.concat([
    Buffer.from('FLJ1'),
    ...[text(h.laneId), text(h.epoch), u64(h.seq), text(h.type)],
    ...[text(h.aggregate.kind), text(h.aggregate.id), u64(h.at.atMs), text(h.at.bootId), f64],
  ])
}

const key = fc.stringMatching(/^[0-9a-f]{32}$/)
const headers = fc.record({
  formatVersion: fc.constant(1 as const),
  laneId: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/),
  epoch: key,
  seq: fc.maxSafeNat(),
  type: fc.constantFrom('sale.completed', 'payment.attempted', 'journal.genesis'),
  aggregate: fc.record({
    kind: fc.constantFrom(...aggregateKinds),
    id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  }),
  at: fc.record({
    atMs: fc.maxSafeNat(),
    bootId: key,
    monotonicMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  }),
})

describe('the journal format', () => {
  it('encodes a header to the bytes that were written down', () => {
    expect(bytesToHex(encodeHeader(header))).toBe(golden.header)
  })

  it('links an entry to the one before it by the hash that was written down', () => {
    expect(linkHash(sha256, GENESIS_PREV_HASH, header, payload)).toBe(golden.hash)
  })

  it('encodes the signed head and the signed request to the bytes that were written down', () => {
    const request = {
      laneId: 'lane-1',
      sessionNonce: '0f0e0d0c0b0a09080706050403020100',
      counter: 7,
      method: 'POST',
      path: '/v1/journal',
      bodySha256: golden.hash,
    }
    expect(bytesToHex(encodeHead(header, golden.hash))).toBe(golden.head)
    expect(bytesToHex(encodeRequest(request))).toBe(golden.request)
  })

  it('agrees with an encoder written by hand, for any header', () => {
    fc.assert(
      fc.property(headers, (any) => {
        expect(bytesToHex(encodeHeader(any))).toBe(encodeHeaderByHand(any).toString('hex'))
      }),
    )
  })

  it('takes text of any length, and of characters of any width', () => {
    const id = `${'x'.repeat(700)}茶👩‍🔧`.repeat(3)
    const long = { ...header, aggregate: { kind: 'sale' as const, id } }
    expect(bytesToHex(encodeHeader(long))).toBe(encodeHeaderByHand(long).toString('hex'))
  })

  it('gives the same bytes after a header has travelled as JSON', () => {
    fc.assert(
      fc.property(headers, (any) => {
        const travelled = JSON.parse(JSON.stringify(any)) as EntryHeader
        expect(encodeHeader(travelled)).toEqual(encodeHeader(any))
      }),
    )
  })

  it('keeps neighbouring fields apart: moving a letter between them changes the bytes', () => {
    const moved = { ...header, laneId: 'lane-10', epoch: header.epoch.slice(1) }
    expect(bytesToHex(encodeHeader(moved))).not.toBe(golden.header)
  })

  it('treats the zero that JSON cannot sign as zero', () => {
    const negative = { ...header, at: { ...header.at, monotonicMs: -0 } }
    const positive = { ...header, at: { ...header.at, monotonicMs: 0 } }
    expect(encodeHeader(negative)).toEqual(encodeHeader(positive))
  })

  it('refuses what has no faithful byte form', () => {
    expect(() => encodeHeader({ ...header, seq: -1 })).toThrow(RangeError)
    expect(() => encodeHeader({ ...header, seq: 2 ** 53 })).toThrow(RangeError)
    expect(() => encodeHeader({ ...header, at: { ...header.at, monotonicMs: Infinity } })).toThrow(RangeError)
    expect(() => encodeHeader({ ...header, aggregate: { kind: 'sale', id: '\ud800' } })).toThrow(RangeError)
    expect(() => encodeHead(header, golden.hash.slice(2))).toThrow(RangeError)
    expect(() => linkHash(sha256, 'FF'.repeat(32), header, payload)).toThrow(RangeError)
  })
})

describe('hex', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes)
      }),
    )
  })
})
