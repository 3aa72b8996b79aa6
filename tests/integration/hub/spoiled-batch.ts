import fc from 'fast-check'
import type { WireEntry } from '../../../src-main/contract/journal.ts'
import { batchBody } from '../../../src-main/hub-client/packing.ts'
import { fromText } from './harness.ts'

const text = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    "'; DROP TABLE sale; --",
    '__proto__',
    '😀'.repeat(40),
    'x'.repeat(2_000),
    'lane-2',
  ),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
)
const number = fc.constantFrom(0, 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1)
const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array))

/** One field of one entry replaced by what no honest lane writes; still of the batch's form. */
function spoiledField(entry: WireEntry): fc.Arbitrary<WireEntry> {
  const { header } = entry
  const headers: fc.Arbitrary<object>[] = [
    text.map((laneId) => ({ laneId })),
    text.map((epoch) => ({ epoch })),
    text.map((type) => ({ type })),
    number.map((seq) => ({ seq })),
    text.map((kind) => ({ aggregate: { ...header.aggregate, kind } })),
    text.map((id) => ({ aggregate: { ...header.aggregate, id } })),
    number.map((atMs) => ({ at: { ...header.at, atMs } })),
    text.map((bootId) => ({ at: { ...header.at, bootId } })),
    fc.constantFrom(-1, 1e308, 0.1).map((monotonicMs) => ({ at: { ...header.at, monotonicMs } })),
  ]
  const others: fc.Arbitrary<Partial<WireEntry>>[] = [
    bytes.map((payload) => ({ payload: payload.toString('base64') })),
    bytes.map((signature) => ({ signature: signature.toString('base64') })),
    fc.constant({ signature: null }),
    fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((hash) => ({ hash: Buffer.from(hash).toString('hex') })),
  ]
  return fc.oneof(
    fc.oneof(...headers).map((part) => ({ ...entry, header: { ...header, ...part } })),
    fc.oneof(...others).map((part) => ({ ...entry, ...part })),
  )
}

/** Bytes that were once a batch: cut, joined, with bytes turned over, taken out or put in, or with absurd lengths. */
function spoiledBytes(batch: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat({ max: batch.length - 1 })
  return fc.oneof(
    place.map((at) => batch.subarray(0, at)),
    fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
      const turned = Uint8Array.from(batch)
      turned[at] = (turned[at] ?? 0) ^ change
      return turned
    }),
    fc
      .tuple(place, bytes)
      .map(([at, more]) => Buffer.concat([batch.subarray(0, at), more, batch.subarray(at)])),
    fc
      .tuple(place, fc.nat({ max: 40 }))
      .map(([at, gone]) => Buffer.concat([batch.subarray(0, at), batch.subarray(at + gone)])),
    fc.tuple(fc.constantFrom(4, 8, 12), fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1)).map(([at, length]) => {
      const spoiled = Buffer.from(batch)
      spoiled.writeUInt32BE(length, at)
      return spoiled
    }),
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((json) => Buffer.from(json)),
  )
}

export function spoiledBatch(entries: readonly WireEntry[]): fc.Arbitrary<Uint8Array> {
  const asSent = batchBody(entries.map(fromText)).bytes
  return fc.oneof(
    spoiledBytes(asSent),
    fc
      .nat({ max: entries.length - 1 })
      .chain((at) =>
        spoiledField(entries[at] as WireEntry).map(
          (spoiled) =>
            batchBody(entries.map((entry, index) => fromText(index === at ? spoiled : entry))).bytes,
        ),
      ),
  )
}
