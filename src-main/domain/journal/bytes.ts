const utf8 = new TextEncoder()
/** A header has some 250 bytes; a room that is too small only costs a copy. */
export const longestUsualHeader = 512

/**
 * The byte alphabet of the journal: everything that is hashed, signed or sent is built from these and nothing else.
 * Text is length-prefixed (u32 big-endian, bytes of UTF-8), so that no two lists of fields give the same bytes.
 * `room` is a guess, in bytes; it grows by itself.
 */
export class ByteWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  constructor(room = longestUsualHeader) {
    this.#bytes = new Uint8Array(room)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  raw(bytes: Uint8Array): this {
    this.#bytes.set(bytes, this.#take(bytes.length))
    return this
  }

  ascii(text: string): this {
    const at = this.#take(text.length)
    for (let index = 0; index < text.length; index += 1) this.#bytes[at + index] = text.charCodeAt(index)
    return this
  }

  text(value: string): this {
    const at = this.#take(4 + longestUtf8(value))
    const written = this.#putAscii(value, at + 4) ? value.length : this.#putUtf8(value, at + 4)
    this.#view.setUint32(at, written)
    this.#length = at + 4 + written
    return this
  }

  u8(value: number): this {
    this.#view.setUint8(this.#take(1), value)
    return this
  }

  u32(value: number): this {
    this.#view.setUint32(this.#take(4), value)
    return this
  }

  /** Writes over what stands at `at`: a length that is known only after what it counts. */
  u32At(at: number, value: number): void {
    this.#view.setUint32(at, value)
  }

  u64(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Not an unsigned integer: ${value}`)
    const at = this.#take(8)
    this.#view.setUint32(at, Math.floor(value / 2 ** 32))
    this.#view.setUint32(at + 4, value % 2 ** 32)
    return this
  }

  f64(value: number): this {
    if (!Number.isFinite(value)) throw new RangeError(`Not a finite number: ${value}`)
    // JSON has no negative zero; adding 0 makes it the zero that travels.
    this.#view.setFloat64(this.#take(8), value + 0)
    return this
  }

  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** False, with nothing that counts written, for text that is more than ASCII: nearly none of a header is. */
  #putAscii(text: string, at: number): boolean {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > 0x7f) return false
      this.#bytes[at + index] = code
    }
    return true
  }

  #putUtf8(text: string, at: number): number {
    if (!text.isWellFormed()) throw new RangeError('Text with a lone surrogate has no UTF-8 form')
    return utf8.encodeInto(text, this.#bytes.subarray(at)).written
  }

  /** Where so many bytes more go. */
  #take(length: number): number {
    const at = this.#length
    this.#length += length
    if (this.#length > this.#bytes.length) this.#grow()
    return at
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#length)
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** One UTF-16 code unit becomes three bytes at most; a pair, four. */
function longestUtf8(text: string): number {
  return 3 * text.length
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function hexToBytes(hex: string): Uint8Array {
  if (hex.length % 2 !== 0) throw notHex()
  const bytes = new Uint8Array(hex.length / 2)
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = 16 * hexDigit(hex.charCodeAt(2 * index)) + hexDigit(hex.charCodeAt(2 * index + 1))
  return bytes
}

/** 0-9 are the codes 48-57, a-f 97-102. */
function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  throw notHex()
}

function notHex(): RangeError {
  return new RangeError('Not lower-case hex digits in pairs')
}

export function bytesToHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += hexOfByte[byte] ?? ''
  return hex
}
