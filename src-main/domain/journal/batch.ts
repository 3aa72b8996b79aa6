import { entryHeaderSchema, maxPayloadBytes, type EntryHeader } from '../../contract/journal.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import { encodeHeader } from './format.ts'

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
/** Counts and lengths of an entry beside its header, payload and signature. */
const framingBytes = 4 + 4 + digestBytes + digestBytes + 1
/** Far above any header: 32 characters of lane, three keys, 64 characters of aggregate. */
const maxHeaderBytes = 1024

/** Throws `RangeError` for text without a UTF-8 form or a number out of range, as `encodeHeader` does. */
export function encodeBatch(entries: readonly BatchEntry[]): Uint8Array {
  const headers = entries.map(({ header }) => encodeHeader(header))
  const size = entries.reduce(
    (sum, { payload, signature }, index) =>
      sum + framingBytes + (headers[index]?.length ?? 0) + payload.length + (signature?.length ?? 0),
    8,
  )
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic)
  view.setUint32(4, entries.length)
  let at = 8
  const put = (part: Uint8Array) => {
    bytes.set(part, at)
    at += part.length
  }
  for (const [index, { payload, prevHash, hash, signature }] of entries.entries()) {
    const header = headers[index] ?? new Uint8Array()
    view.setUint32(at, header.length)
    view.setUint32(at + 4, payload.length)
    at += 8
    put(prevHash)
    put(header)
    put(payload)
    put(hash)
    bytes[at] = signature?.length ?? 0
    at += 1
    if (signature !== null) put(signature)
  }
  return bytes
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
