/**
 * Rows in PostgreSQL's own binary form, for `COPY … FROM STDIN (FORMAT binary)`: no text is made of bytes and read
 * back, and the server writes many rows at once. Call `row()`, then one value for each column in the statement's order.
 * PostgreSQL manual, chapter COPY, "Binary Format"; jsonb as `jsonb_recv` reads it, a version and the text.
 */
export class CopyRows {
  #bytes: Buffer
  #length = 0
  readonly #columns: number

  /** `room` is a guess, in bytes; it grows by itself. */
  constructor(columns: number, room: number) {
    this.#bytes = Buffer.allocUnsafe(room)
    this.#columns = columns
    this.#length += signature.copy(this.#bytes)
    // No flags, no extension.
    this.#length = this.#bytes.writeBigUInt64BE(0n, this.#length)
  }

  row(): this {
    this.#reserve(2)
    this.#length = this.#bytes.writeInt16BE(this.#columns, this.#length)
    return this
  }

  /** Without NUL, which no column of text takes. */
  text(value: string): this {
    return this.#utf8(value, 0)
  }

  /** `json` is text that PostgreSQL can read as jsonb. */
  jsonb(json: string | null): this {
    if (json === null) return this.#null()
    return this.#utf8(json, 1)
  }

  bytea(value: Uint8Array | null): this {
    if (value === null) return this.#null()
    this.#reserve(4 + value.length)
    const from = this.#bytes.writeInt32BE(value.length, this.#length)
    this.#bytes.set(value, from)
    this.#length = from + value.length
    return this
  }

  bigint(value: number): this {
    this.#reserve(12)
    const from = this.#bytes.writeInt32BE(8, this.#length)
    this.#length = this.#bytes.writeBigInt64BE(BigInt(value), from)
    return this
  }

  double(value: number): this {
    this.#reserve(12)
    const from = this.#bytes.writeInt32BE(8, this.#length)
    this.#length = this.#bytes.writeDoubleBE(value, from)
    return this
  }

  end(): Buffer {
    this.#reserve(2)
    this.#length = this.#bytes.writeInt16BE(-1, this.#length)
    return this.#bytes.subarray(0, this.#length)
  }

  #utf8(value: string, version: 0 | 1): this {
    this.#reserve(5 + value.length * 3)
    const from = this.#length + 4 + version
    if (version === 1) this.#bytes[this.#length + 4] = version
    const written = this.#bytes.write(value, from, 'utf8')
    this.#bytes.writeInt32BE(version + written, this.#length)
    this.#length = from + written
    return this
  }

  #null(): this {
    this.#reserve(4)
    this.#length = this.#bytes.writeInt32BE(-1, this.#length)
    return this
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
