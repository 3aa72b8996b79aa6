import type { PageImage, PageImages } from './page-images.ts'

export type SqlValue = null | number | string | Buffer

/** One row of some table; `rowid` stands where an INTEGER PRIMARY KEY is null. Which table is for the caller to tell. */
export interface SqlRecord {
  /** Null for a row of a table without rowids. */
  readonly rowid: number | null
  readonly values: readonly SqlValue[]
}

const TABLE_LEAF = 0x0d
const INDEX_LEAF = 0x0a
/** Longest row of ours: a segment with its body. */
const LONGEST_RECORD = 64 * 1024 * 1024

/** Every row in the leaves of every tree, of any table, that can be read at all. */
export function* readRecords(images: PageImages): Generator<SqlRecord> {
  for (const image of images.all) yield* leafRecords(image, images)
}

function* leafRecords({ number, bytes }: PageImage, images: PageImages): Generator<SqlRecord> {
  const start = number === 1 ? 100 : 0
  const kind = bytes[start]
  if (kind !== TABLE_LEAF && kind !== INDEX_LEAF) return
  const cells = bytes.readUInt16BE(start + 3)
  for (let cell = 0; cell < cells; cell += 1) {
    const pointer = start + 8 + 2 * cell
    if (pointer + 2 > bytes.length) return
    const record = readCell(bytes, bytes.readUInt16BE(pointer), kind, images)
    if (record !== null) yield record
  }
}

/** Null for a cell that makes no sense; damaged pages are full of them. */
function readCell(page: Buffer, at: number, kind: number, images: PageImages): SqlRecord | null {
  try {
    const cursor = { bytes: page, at }
    const size = readVarint(cursor)
    const rowid = kind === TABLE_LEAF ? readVarint(cursor) : null
    if (size > LONGEST_RECORD) return null
    const payload = readPayload(cursor, size, kind, images)
    return payload === null ? null : { rowid, values: readValues(payload) }
  } catch (thrown) {
    if (thrown instanceof RangeError) return null
    throw thrown
  }
}

interface Cursor {
  readonly bytes: Buffer
  at: number
}

/** Section 1.6: how much of a row lies in its cell, and how much in a chain of overflow pages. */
function readPayload(
  { bytes, at }: Cursor,
  size: number,
  kind: number,
  { usableSize, newest }: PageImages,
): Buffer | null {
  const most = kind === TABLE_LEAF ? usableSize - 35 : Math.floor(((usableSize - 12) * 64) / 255) - 23
  const least = Math.floor(((usableSize - 12) * 32) / 255) - 23
  const tail = least + ((size - least) % (usableSize - 4))
  const local = size <= most ? size : tail <= most ? tail : least
  if (at + local > bytes.length) return null
  const parts = [bytes.subarray(at, at + local)]
  let missing = size - local
  let next = missing === 0 ? 0 : bytes.readUInt32BE(at + local)
  while (missing > 0) {
    const page = newest(next)
    if (page === null) return null
    const length = Math.min(missing, usableSize - 4)
    parts.push(page.subarray(4, 4 + length))
    next = page.readUInt32BE(0)
    missing -= length
  }
  return Buffer.concat(parts)
}

/** Section 2.1: a header of serial types, then the values. */
function readValues(payload: Buffer): SqlValue[] {
  const header: Cursor = { bytes: payload, at: 0 }
  const end = readVarint(header)
  if (end > payload.length) throw new RangeError('A record header beyond its record')
  const types: number[] = []
  while (header.at < end) types.push(readVarint(header))
  const body: Cursor = { bytes: payload, at: end }
  return types.map((type) => readValue(body, type))
}

const integerLengths = [0, 1, 2, 3, 4, 6, 8]

function readValue(cursor: Cursor, type: number): SqlValue {
  if (type === 0) return null
  if (type === 8 || type === 9) return type - 8
  if (type === 7) return take(cursor, 8).readDoubleBE()
  const integerLength = integerLengths[type]
  if (integerLength === 8) return Number(take(cursor, 8).readBigInt64BE())
  if (integerLength !== undefined) return take(cursor, integerLength).readIntBE(0, integerLength)
  if (type < 12) throw new RangeError('A reserved serial type')
  const isText = type % 2 === 1
  const bytes = take(cursor, (type - (isText ? 13 : 12)) / 2)
  return isText ? bytes.toString() : bytes
}

function take(cursor: Cursor, length: number): Buffer {
  if (cursor.at + length > cursor.bytes.length) throw new RangeError('A value beyond its record')
  return cursor.bytes.subarray(cursor.at, (cursor.at += length))
}

/** One to nine bytes, seven bits each, the ninth eight; ours are all below 2^53. */
function readVarint(cursor: Cursor): number {
  let value = 0
  for (let count = 0; count < 9; count += 1) {
    const byte = take(cursor, 1).readUInt8()
    if (count === 8) return value * 256 + byte
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return value
  }
  return value
}
