import type { FailureData } from '../../contract/failure.ts'
import type { Key } from '../../contract/values.ts'
import type { ReferenceChunk } from '../../ports/gallery.ts'
import { galleryFailure } from './failures.ts'
import { isNormalised } from './packing.ts'
import type { ReferenceRows } from './referenceRows.ts'

export interface GalleryLoadReport {
  readonly loaded: number
  /** Rows of another model pack, or under a transform that is being replaced. */
  readonly notComparable: number
  /** Rows whose seal did not open, and rows that are no unit vectors: parked, to be reported, never deleted here. */
  readonly unreadable: readonly { readonly referenceKey: Key; readonly failure: FailureData }[]
}

/** One reading of all references, while people enrol and withdraw beside it: what they did meanwhile is newer. */
export class Loading {
  readonly #rows: ReferenceRows
  readonly #length: number
  readonly #admitted = new Set<Key>()
  readonly #forgotten = new Set<Key>()
  readonly #unreadable: { referenceKey: Key; failure: FailureData }[] = []
  #loaded = 0
  #notComparable = 0

  constructor(rows: ReferenceRows, length: number) {
    this.#rows = rows
    this.#length = length
  }

  noteAdmitted(referenceKey: Key): void {
    this.#admitted.add(referenceKey)
  }

  noteForgotten(subjectKey: Key): void {
    this.#forgotten.add(subjectKey)
  }

  /** What the source says about rows that it does not hand over. */
  noteLeftOut({ unreadable, notComparable }: ReferenceChunk): void {
    this.#unreadable.push(...unreadable)
    this.#notComparable += notComparable
  }

  /** Takes in the rows `first` to `end` (exclusive) of a chunk. */
  take({ owners, rows }: ReferenceChunk, first: number, end: number): void {
    for (const [index, owner] of owners.slice(first, end).entries()) {
      if (this.#admitted.has(owner.referenceKey) || this.#forgotten.has(owner.subjectKey)) continue
      const at = (first + index) * this.#length
      const template = rows.subarray(at, at + this.#length)
      if (template.length === this.#length && isNormalised(template)) {
        this.#rows.add(owner, template)
        this.#loaded += 1
      } else {
        const failure = galleryFailure('face.badReference').toJSON()
        this.#unreadable.push({ referenceKey: owner.referenceKey, failure })
      }
    }
  }

  report(): GalleryLoadReport {
    return { loaded: this.#loaded, notComparable: this.#notComparable, unreadable: this.#unreadable }
  }
}
