import type { Key } from '../../contract/values.ts'
import type { ReferenceOwner } from '../../ports/gallery.ts'
import { galleryFailure } from './failures.ts'
import { isKeyAt, keyAt, wordsOf, type KeyWords } from './keys.ts'
import { blockAddress, mostPages, pagesFor, rowsPerBlock, type Layout } from './layout.ts'
import { packRow } from './packing.ts'

/** The whole memory through each kind of glasses; made anew when it has grown. */
interface Views {
  readonly bytes: Uint8Array
  readonly high: Int8Array
  readonly low: Int16Array
  readonly words: Uint32Array
  readonly whole: Int32Array
  readonly floats: Float32Array
}

/** The references in memory, one packed row each, without gaps: the last row takes a removed one's place. */
export class ReferenceRows {
  readonly memory: WebAssembly.Memory
  readonly #layout: Layout
  #views: Views
  #count = 0
  #revision = 0

  /** `pagesAtMost`: what all rows together may take. */
  constructor(layout: Layout, pagesAtMost = mostPages) {
    this.#layout = layout
    this.memory = new WebAssembly.Memory({ initial: pagesFor(layout, 0), maximum: pagesAtMost, shared: true })
    this.#views = viewsOf(this.memory)
  }

  get count(): number {
    return this.#count
  }

  /** Changes whenever a row that was there is overwritten or moved; rows added at the end change nothing before them. */
  get revision(): number {
    return this.#revision
  }

  /** All memory that is held, working space and keys included. */
  get bytes(): number {
    return this.memory.buffer.byteLength
  }

  /** Adds a row, or writes over the one of the same key. `template`: as `packRow` takes it. */
  put(owner: ReferenceOwner, template: Float32Array): void {
    const row = this.#rowOf(wordsOf(owner.referenceKey))
    if (row < 0) return this.add(owner, template)
    this.#revision += 1
    this.#write(row, owner, template)
  }

  /** Adds a row whose key is new. Throws `face.galleryFull`. */
  add(owner: ReferenceOwner, template: Float32Array): void {
    this.#reserve(this.#count + 1)
    this.#write(this.#count, owner, template)
    this.#count += 1
  }

  /** Overwrites every reference of the subject. */
  removeSubject(subjectKey: Key): void {
    const key = wordsOf(subjectKey)
    for (let row = this.#count - 1; row >= 0; row--) {
      if (isKeyAt(this.#views.words, this.#subjectKeyIndex(row), key)) this.#remove(row)
    }
  }

  subjectKeyOf(row: number): Key {
    return keyAt(this.#views.words, this.#subjectKeyIndex(row))
  }

  /** Overwrites every row. The working spaces belong to the threads, who clear up after themselves. */
  clear(): void {
    this.#revision += 1
    this.#count = 0
    this.#views.bytes.fill(0, this.#layout.headerBytes)
  }

  #rowOf(key: KeyWords): number {
    const { columns } = this.#layout
    for (let first = 0; first < this.#count; first += rowsPerBlock) {
      const rows = Math.min(rowsPerBlock, this.#count - first)
      const at = (blockAddress(this.#layout, first / rowsPerBlock) + columns.referenceKeys) / 4
      for (let row = 0; row < rows; row++)
        if (isKeyAt(this.#views.words, at + row * 4, key)) return first + row
    }
    return -1
  }

  #subjectKeyIndex(row: number): number {
    const at = blockAddress(this.#layout, Math.floor(row / rowsPerBlock)) + this.#layout.columns.subjectKeys
    return at / 4 + (row % rowsPerBlock) * 4
  }

  #write(row: number, { referenceKey, subjectKey }: ReferenceOwner, template: Float32Array): void {
    const { stride, columns } = this.#layout
    const at = blockAddress(this.#layout, Math.floor(row / rowsPerBlock))
    const inBlock = row % rowsPerBlock
    const { high, low, words, whole, floats } = this.#views
    const first = inBlock * stride
    const terms = packRow(template, high, at + columns.high + first, low, (at + columns.low) / 2 + first)
    floats[(at + columns.scales) / 4 + inBlock] = terms.scale
    whole[(at + columns.offsets) / 4 + inBlock] = terms.offset
    floats[(at + columns.errors) / 4 + inBlock] = terms.error
    words.set(wordsOf(referenceKey), (at + columns.referenceKeys) / 4 + inBlock * 4)
    words.set(wordsOf(subjectKey), (at + columns.subjectKeys) / 4 + inBlock * 4)
  }

  #remove(row: number): void {
    this.#revision += 1
    this.#count -= 1
    const { bytes } = this.#views
    const removed = this.#cells(row)
    const last = this.#cells(this.#count)
    for (const [index, { at, size }] of last.entries()) {
      bytes.copyWithin(removed[index]!.at, at, at + size)
      bytes.fill(0, at, at + size)
    }
  }

  /** Where the parts of a row lie, bytes. */
  #cells(row: number): { at: number; size: number }[] {
    const { stride, columns } = this.#layout
    const at = blockAddress(this.#layout, Math.floor(row / rowsPerBlock))
    const inBlock = row % rowsPerBlock
    const cell = (column: number, size: number) => ({ at: at + column + inBlock * size, size })
    return [
      cell(columns.high, stride),
      cell(columns.low, stride * 2),
      cell(columns.scales, 4),
      cell(columns.offsets, 4),
      cell(columns.errors, 4),
      cell(columns.referenceKeys, 16),
      cell(columns.subjectKeys, 16),
    ]
  }

  /** Grows in place, a block at a time: nothing is copied and nothing is held twice. */
  #reserve(rows: number): void {
    const missing = pagesFor(this.#layout, rows) - this.memory.buffer.byteLength / 65_536
    if (missing <= 0) return
    try {
      this.memory.grow(missing)
    } catch (thrown) {
      if (thrown instanceof RangeError) throw galleryFailure('face.galleryFull')
      throw thrown
    }
    this.#views = viewsOf(this.memory)
  }
}

function viewsOf({ buffer }: WebAssembly.Memory): Views {
  return {
    bytes: new Uint8Array(buffer),
    high: new Int8Array(buffer),
    low: new Int16Array(buffer),
    words: new Uint32Array(buffer),
    whole: new Int32Array(buffer),
    floats: new Float32Array(buffer),
  }
}
