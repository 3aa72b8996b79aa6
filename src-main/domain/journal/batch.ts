import { entryHeaderSchema, maxPayloadBytes, type EntryHeader } from '../../contract/journal.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import { ByteWriter, longestUsualHeader } from './bytes.ts'
import { writeHeader } from './format.ts'

/**
 * A batch of entries as the body of `append`. Integers are unsigned and big-endian; `header` is `encodeHeader`'s bytes
 * and `digest` 32 bytes of SHA-256, so that what an entry's hash covers lies in one piece.
 *
 *   batch = "FLB1" u32(entries) entry…
 *   entry = u32(bytes of header) u32(bytes of payload) digest(prevHash) header payload digest(hash)
 *           u8(bytes of signature: 0 or 64) signature
 */
export interface BatchEntry {
  readonly header: EntryHeader
  readonly payload: Uint8Array
  /** 32 bytes each. */
  readonly prevHash: Uint8Array
  readonly hash: Uint8Array
  /** 64 bytes; null when a later entry of the batch carries it. */
  readonly signature: Uint8Array | null
}

/** The bytes are views of the batch, and `Bytes` what it was given as: of a Node `Buffer` they are Buffers. */
export interface DecodedEntry<Bytes extends Uint8Array = Uint8Array> extends BatchEntry {
  readonly payload: Bytes
  readonly prevHash: Bytes
  readonly hash: Bytes
  readonly signature: Bytes | null
  /** What `hash` should be the SHA-256 of: the digest before it, the header and the payload. */
  readonly hashed: Bytes
}

/** "FLB1" and, of a header, "FLJ1". */
const magic = 0x464c4231
const headerMagic = 0x464c4a31
const digestBytes = 32
const signatureBytes = 64
/** Far above any header: 32 characters of lane, three keys, 64 characters of aggregate. */
const maxHeaderBytes = 1024

/** Throws `RangeError` for text without a UTF-8 form or a number out of range, as `encodeHeader` does. */
export function encodeBatch(entries: readonly BatchEntry[]): Uint8Array {
  const room = entries.reduce((sum, { payload }) => sum + payload.length + longestUsualHeader, 8)
  const writer = new ByteWriter(room).u32(magic).u32(entries.length)
  for (const { header, payload, prevHash, hash, signature } of entries) {
    const at = writer.length
    const headerAt = writer.u32(0).u32(payload.length).raw(prevHash).length
    writer.u32At(at, writeHeader(writer, header).length - headerAt)
    writer
      .raw(payload)
      .raw(hash)
      .u8(signature?.length ?? 0)
    if (signature !== null) writer.raw(signature)
  }
  return writer.end()
}

/**
 * The entries of a batch, or what is wrong with it. Only the one form that `encodeBatch` writes is read, so that a
 * header encoded again gives the bytes that were hashed.
 */
export function decodeBatch<Bytes extends Uint8Array>(
  bytes: Bytes,
  maxEntries: number,
): Result<DecodedEntry<Bytes>[], string> {
  const entries: DecodedEntry<Bytes>[] = []
  try {
    const reader = new Reader(bytes)
    if (reader.u32() !== magic) return err('body: is not a batch of journal entries')
    const count = reader.u32()
    if (count < 1 || count > maxEntries) return err(`entries: must be 1 to ${maxEntries}`)
    const texts = new HeaderTexts()
    while (entries.length < count) entries.push(readEntry(reader, texts))
    return reader.left() === 0 ? ok(entries) : err('body: goes on after its last entry')
  } catch (thrown) {
    if (thrown instanceof Malformed) return err(`entries.${entries.length}.${thrown.message}`)
    throw thrown
  }
}

function readEntry<Bytes extends Uint8Array>(reader: Reader<Bytes>, texts: HeaderTexts): DecodedEntry<Bytes> {
  const headerBytes = reader.u32()
  const payloadBytes = reader.u32()
  if (headerBytes > maxHeaderBytes) throw new Malformed(`header: must be at most ${maxHeaderBytes} bytes`)
  if (payloadBytes > maxPayloadBytes) throw new Malformed(`payload: must be at most ${maxPayloadBytes} bytes`)
  const hashed = reader.raw(digestBytes + headerBytes + payloadBytes)
  const hash = reader.raw(digestBytes)
  const signed = reader.u8()
  if (signed !== 0 && signed !== signatureBytes) throw new Malformed('signature: must be 64 bytes or none')
  const signature = signed === 0 ? null : reader.raw(signatureBytes)
  const hashedReader = new Reader(hashed)
  const prevHash = hashedReader.raw(digestBytes)
  const header = readHeader(hashedReader, texts)
  if (hashedReader.left() !== payloadBytes) throw new Malformed('header: is not as long as it says')
  return { header, hashed, payload: hashedReader.raw(payloadBytes), prevHash, hash, signature }
}

/** The other way of `encodeHeader`. */
function readHeader(reader: Reader<Uint8Array>, texts: HeaderTexts): EntryHeader {
  if (reader.u32() !== headerMagic) throw new Malformed('header: is not of format 1')
  return {
    formatVersion: 1,
    laneId: texts.read('laneId', reader),
    epoch: texts.read('epoch', reader),
    seq: reader.u64(),
    type: texts.read('type', reader),
    aggregate: { kind: texts.read('kind', reader), id: texts.read('id', reader) },
    at: { atMs: reader.u64(), bootId: texts.read('bootId', reader), monotonicMs: reader.f64() },
  }
}

class Malformed extends Error {
  override readonly name = 'Malformed'
}

const { laneId, epoch, type, aggregate, at } = entryHeaderSchema.shape
const textSchemas = { laneId, epoch, type, ...aggregate.shape, bootId: at.shape.bootId }
interface HeaderText {
  readonly laneId: string
  readonly epoch: string
  readonly type: string
  readonly kind: EntryHeader['aggregate']['kind']
  readonly id: string
  readonly bootId: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Texts of headers, field by field: most of them are those of the entry before, and are not looked at again. */
class HeaderTexts {
  readonly #last = new Map<keyof HeaderText, { readonly bytes: Uint8Array; readonly text: unknown }>()

  read<Field extends keyof HeaderText>(field: Field, reader: Reader<Uint8Array>): HeaderText[Field] {
    const length = reader.u32()
    const last = this.#last.get(field)
    if (last?.bytes.length === length && reader.passes(last.bytes)) return last.text as HeaderText[Field]
    const bytes = reader.raw(length)
    const parsed = textSchemas[field].safeParse(decoded(bytes))
    if (!parsed.success)
      throw new Malformed(`header.${field}: ${parsed.error.issues[0]?.message ?? 'invalid'}`)
    this.#last.set(field, { bytes, text: parsed.data })
    return parsed.data as HeaderText[Field]
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Malformed('header: a text is not UTF-8')
  }
}

class Reader<Bytes extends Uint8Array> {
  readonly #bytes: Bytes
  readonly #view: DataView
  #at = 0

  constructor(bytes: Bytes) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  left(): number {
    return this.#bytes.length - this.#at
  }

  raw(length: number): Bytes {
    const from = this.#take(length)
    // A part of a Buffer is one too; the type of `subarray` does not say so.
    return this.#bytes.subarray(from, from + length) as Bytes
  }

  /** True, and then they are read, when these bytes come next. */
  passes(bytes: Uint8Array): boolean {
    if (bytes.length > this.left()) return false
    for (let at = 0; at < bytes.length; at += 1) if (bytes[at] !== this.#bytes[this.#at + at]) return false
    this.#at += bytes.length
    return true
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  u64(): number {
    const from = this.#take(8)
    const high = this.#view.getUint32(from)
    if (high > 0x1f_ffff) throw new Malformed('header: a number is beyond 2^53')
    return high * 2 ** 32 + this.#view.getUint32(from + 4)
  }

  /** Not negative; -0 is written as 0, and would be hashed as something that never comes out of JSON. */
  f64(): number {
    const value = this.#view.getFloat64(this.#take(8))
    if (value > 0 ? value < Infinity : Object.is(value, 0)) return value
    throw new Malformed('header: a number is negative or none')
  }

  #take(length: number): number {
    if (length > this.left()) throw new Malformed('body: ends too early')
    const from = this.#at
    this.#at += length
    return from
  }
}
