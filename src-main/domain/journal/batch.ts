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

export interface DecodedEntry extends BatchEntry {
  /** What `hash` should be the SHA-256 of: the digest before it, the header and the payload. */
  readonly hashed: Uint8Array
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
 * The entries of a batch as views of its bytes; else what is wrong with it. Only the one form that `encodeBatch` writes
 * is read, so that a header encoded again gives the bytes that were hashed.
 */
export function decodeBatch(bytes: Uint8Array, maxEntries: number): Result<DecodedEntry[], string> {
  const reader = new Reader(bytes)
  try {
    if (reader.u32() !== magic) return err('body: is not a batch of journal entries')
    const count = reader.u32()
    if (count < 1 || count > maxEntries) return err(`entries: must be 1 to ${maxEntries}`)
    const entries: DecodedEntry[] = []
    const texts = new Texts()
    while (entries.length < count) {
      const entry = readEntry(reader, texts)
      if (!entry.ok) return err(`entries.${entries.length}.${entry.error}`)
      entries.push(entry.value)
    }
    return reader.left() === 0 ? ok(entries) : err('body: goes on after its last entry')
  } catch (thrown) {
    if (thrown instanceof Malformed) return err(`body: ${thrown.message}`)
    throw thrown
  }
}

function readEntry(reader: Reader, texts: Texts): Result<DecodedEntry, string> {
  const headerBytes = reader.u32()
  const payloadBytes = reader.u32()
  if (headerBytes > maxHeaderBytes) return err(`header: must be at most ${maxHeaderBytes} bytes`)
  if (payloadBytes > maxPayloadBytes) return err(`payload: must be at most ${maxPayloadBytes} bytes`)
  const hashed = reader.raw(digestBytes + headerBytes + payloadBytes)
  const hash = reader.raw(digestBytes)
  const signed = reader.raw(1)[0] ?? 0
  if (signed !== 0 && signed !== signatureBytes) return err('signature: must be 64 bytes or none')
  const signature = signed === 0 ? null : reader.raw(signatureBytes)
  const header = readHeader(hashed.subarray(digestBytes, digestBytes + headerBytes), texts)
  if (!header.ok) return header
  return ok({
    header: header.value,
    hashed,
    payload: hashed.subarray(digestBytes + headerBytes),
    prevHash: hashed.subarray(0, digestBytes),
    hash,
    signature,
  })
}

/** The other way of `encodeHeader`. */
function readHeader(bytes: Uint8Array, texts: Texts): Result<EntryHeader, string> {
  const reader = new Reader(bytes)
  if (reader.u32() !== headerMagic) return err('header: is not of format 1')
  const text = (field: string) => texts.read(field, reader.raw(reader.u32()))
  const read = {
    formatVersion: 1,
    laneId: text('laneId'),
    epoch: text('epoch'),
    seq: reader.u64(),
    type: text('type'),
    aggregate: { kind: text('kind'), id: text('id') },
    at: { atMs: reader.u64(), bootId: text('bootId'), monotonicMs: reader.f64() },
  }
  if (reader.left() > 0) return err('header: goes on after its last field')
  const parsed = entryHeaderSchema.safeParse(read)
  if (parsed.success) return ok(parsed.data)
  const [issue] = parsed.error.issues
  return err(`header.${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'invalid'}`)
}

class Malformed extends Error {
  override readonly name = 'Malformed'
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Texts of headers, field by field: most of them are those of the entry before, and are not decoded again. */
class Texts {
  readonly #last = new Map<string, { readonly bytes: Uint8Array; readonly text: string }>()

  read(field: string, bytes: Uint8Array): string {
    const last = this.#last.get(field)
    if (last !== undefined && isSame(last.bytes, bytes)) return last.text
    try {
      const text = utf8.decode(bytes)
      this.#last.set(field, { bytes, text })
      return text
    } catch {
      throw new Malformed('a text is not UTF-8')
    }
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false
  return true
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  left(): number {
    return this.#bytes.length - this.#at
  }

  raw(length: number): Uint8Array {
    const from = this.#take(length)
    return this.#bytes.subarray(from, from + length)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  u64(): number {
    const from = this.#take(8)
    const high = this.#view.getUint32(from)
    if (high > 0x1f_ffff) throw new Malformed('a number is beyond 2^53')
    return high * 2 ** 32 + this.#view.getUint32(from + 4)
  }

  f64(): number {
    const value = this.#view.getFloat64(this.#take(8))
    // Written as 0; the other zero would be hashed as something that never comes out of JSON.
    if (Object.is(value, -0)) throw new Malformed('a number is the negative zero')
    return value
  }

  #take(length: number): number {
    if (length > this.left()) throw new Malformed('ends too early')
    const from = this.#at
    this.#at += length
    return from
  }
}
