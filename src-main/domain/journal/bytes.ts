const utf8 = new TextEncoder()

/**
 * The byte alphabet of the journal: everything that is hashed or signed is built from these five and nothing else.
 * Text is length-prefixed (u32 big-endian, bytes of UTF-8), so that no two lists of fields give the same bytes.
 */
export class ByteWriter {
  readonly #parts: Uint8Array[] = []
  #length = 0

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes)
    this.#length += bytes.length
    return this
  }

  ascii(text: string): this {
    return this.raw(Uint8Array.from(text, (character) => character.charCodeAt(0)))
  }

  text(value: string): this {
    if (!value.isWellFormed()) throw new RangeError('Text with a lone surrogate has no UTF-8 form')
    const bytes = utf8.encode(value)
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, bytes.length)
    return this.raw(length).raw(bytes)
  }

  u64(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Not an unsigned integer: ${value}`)
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
    return this.raw(bytes)
  }

  f64(value: number): this {
    if (!Number.isFinite(value)) throw new RangeError(`Not a finite number: ${value}`)
    const bytes = new Uint8Array(8)
    // JSON has no negative zero; adding 0 makes it the zero that travels.
    new DataView(bytes.buffer).setFloat64(0, value + 0)
    return this.raw(bytes)
  }

  end(): Uint8Array {
    const whole = new Uint8Array(this.#length)
    let offset = 0
    for (const part of this.#parts) {
      whole.set(part, offset)
      offset += part.length
    }
    return whole
  }
}

const hexDigits = /^(?:[0-9a-f]{2})*$/
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const byteOfHex = new Map(hexOfByte.map((hex, byte) => [hex, byte]))

export function hexToBytes(hex: string): Uint8Array {
  if (!hexDigits.test(hex)) throw new RangeError('Not lower-case hex digits in pairs')
  const bytes = new Uint8Array(hex.length / 2)
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = byteOfHex.get(hex.slice(index * 2, index * 2 + 2)) ?? 0
  return bytes
}

export function bytesToHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += hexOfByte[byte] ?? ''
  return hex
}
