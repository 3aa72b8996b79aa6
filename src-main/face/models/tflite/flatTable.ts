/**
 * A table of a FlatBuffers message, read by field position. Only what a network needs: TensorFlow Lite's schema is
 * stable, and its fields never move (FlatBuffers internals: "Tables", vtable of 16-bit offsets).
 */
export class FlatTable {
  readonly #view: DataView
  readonly #at: number

  private constructor(view: DataView, at: number) {
    this.#view = view
    this.#at = at
  }

  /** The message's root table. Throws `RangeError` when an offset points outside of the bytes, here and later. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return new FlatTable(view, view.getUint32(0, true))
  }

  int(field: number, missing = 0): number {
    const at = this.#field(field)
    return at === undefined ? missing : this.#view.getInt32(at, true)
  }

  byte(field: number, missing = 0): number {
    const at = this.#field(field)
    return at === undefined ? missing : this.#view.getUint8(at)
  }

  table(field: number): FlatTable | undefined {
    const at = this.#field(field)
    return at === undefined ? undefined : this.#follow(at)
  }

  tables(field: number): FlatTable[] {
    const { start, count } = this.#vector(field, 4)
    return Array.from({ length: count }, (_, index) => this.#follow(start + 4 * index))
  }

  ints(field: number): number[] {
    const { start, count } = this.#vector(field, 4)
    return Array.from({ length: count }, (_, index) => this.#view.getInt32(start + 4 * index, true))
  }

  /** The bytes themselves, not a copy. */
  bytes(field: number): Uint8Array {
    const { start, count } = this.#vector(field, 1)
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + start, count)
  }

  text(field: number): string {
    return Buffer.from(this.bytes(field)).toString('utf8')
  }

  #field(field: number): number | undefined {
    const vtable = this.#at - this.#view.getInt32(this.#at, true)
    const entry = 4 + 2 * field
    if (entry >= this.#view.getUint16(vtable, true)) return undefined
    const offset = this.#view.getUint16(vtable + entry, true)
    return offset === 0 ? undefined : this.#at + offset
  }

  #follow(at: number): FlatTable {
    return new FlatTable(this.#view, at + this.#view.getUint32(at, true))
  }

  #vector(field: number, elementBytes: number): { start: number; count: number } {
    const at = this.#field(field)
    if (at === undefined) return { start: 0, count: 0 }
    const start = at + this.#view.getUint32(at, true)
    const count = this.#view.getUint32(start, true)
    if (start + 4 + count * elementBytes > this.#view.byteLength)
      throw new RangeError('A vector runs past the end of the bytes')
    return { start: start + 4, count }
  }
}
