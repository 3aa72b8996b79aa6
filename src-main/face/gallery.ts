import type { FailureData } from '../contract/failure.ts'
import { failureData } from '../contract/failure.ts'
import type { Candidate, GalleryPort } from '../ports/faceCapture.ts'
import type { GalleryRowsPort } from '../ports/gallery.ts'
import type { VaultPort } from '../ports/vault.ts'

export interface GalleryOptions {
  readonly vault: VaultPort
  /** The pack of the running engine; references of another one cannot be compared. */
  readonly packId: string
  readonly embeddingLength: number
}

export interface GalleryLoadReport {
  readonly loaded: number
  readonly otherPack: number
  /** Rows whose seal did not open: parked, to be reported, never deleted here. */
  readonly unreadable: readonly { readonly referenceKey: string; readonly failure: FailureData }[]
}

/** The enrolled faces in memory, one flat matrix of L2-normalised rows. Nothing in it outlives `close`. */
export class FaceGallery implements GalleryPort {
  readonly #options: GalleryOptions
  #matrix: Float32Array
  readonly #owners: { referenceKey: string; subjectKey: string }[] = []

  constructor(options: GalleryOptions) {
    this.#options = options
    this.#matrix = new Float32Array(16 * options.embeddingLength)
  }

  /** Takes in every row the vault can open. */
  load(rows: GalleryRowsPort): GalleryLoadReport {
    const before = this.#owners.length
    const unreadable: { referenceKey: string; failure: FailureData }[] = []
    let otherPack = 0
    for (const { referenceKey, subjectKey, sealed, packId } of rows.loadAll()) {
      if (packId !== this.#options.packId) {
        otherPack += 1
        continue
      }
      try {
        const reference = this.#open(referenceKey, sealed)
        this.admit(referenceKey, subjectKey, reference)
        reference.fill(0)
      } catch (thrown) {
        unreadable.push({ referenceKey, failure: failureData(thrown) })
      }
    }
    return { loaded: this.#owners.length - before, otherPack, unreadable }
  }

  /** References held. */
  size(): number {
    return this.#owners.length
  }

  seal(referenceKey: string, reference: Float32Array): Uint8Array {
    const plaintext = toBytes(reference)
    const sealed = this.#options.vault.seal('faceReference', referenceKey, plaintext)
    plaintext.fill(0)
    return sealed
  }

  /** Copies the reference in; one of the same key is replaced. */
  admit(referenceKey: string, subjectKey: string, reference: Float32Array): void {
    const length = this.#options.embeddingLength
    if (reference.length !== length)
      throw new Error(`A reference has ${length} values, not ${reference.length}`)
    if (!isNormalised(reference)) throw new Error('A reference is L2-normalised')
    const known = this.#owners.findIndex((owner) => owner.referenceKey === referenceKey)
    const row = known >= 0 ? known : this.#owners.length
    this.#reserve(row + 1)
    this.#matrix.set(reference, row * length)
    this.#owners[row] = { referenceKey, subjectKey }
  }

  /** Overwrites every reference of the subject. */
  forget(subjectKey: string): void {
    for (let row = this.#owners.length - 1; row >= 0; row--) {
      if (this.#owners[row]!.subjectKey === subjectKey) this.#removeRow(row)
    }
  }

  /**
   * The `k` subjects most like the probe, rank 1 first, each with the best of their references. Exact: every reference
   * is compared. `probe`: Float32Array of `embeddingLength`, L2-normalised.
   */
  search(probe: Float32Array, k: number): Promise<Candidate[]> {
    const length = this.#options.embeddingLength
    if (probe.length !== length) throw new Error(`A probe has ${length} values, not ${probe.length}`)
    const best = new Map<string, number>()
    for (const [row, { subjectKey }] of this.#owners.entries()) {
      const score = this.#scoreRow(probe, row * length)
      const known = best.get(subjectKey)
      if (known === undefined || score > known) best.set(subjectKey, score)
    }
    const ranked = [...best]
      .map(([subjectKey, comparisonScore]) => ({ subjectKey, comparisonScore }))
      .sort((a, b) => b.comparisonScore - a.comparisonScore)
      .slice(0, k)
    return Promise.resolve(ranked)
  }

  /** Overwrites and forgets everything. */
  close(): void {
    this.#matrix.fill(0)
    this.#owners.length = 0
  }

  #scoreRow(probe: Float32Array, offset: number): number {
    const matrix = this.#matrix
    let a = 0
    let b = 0
    let i = 0
    for (; i + 1 < probe.length; i += 2) {
      a += probe[i]! * matrix[offset + i]!
      b += probe[i + 1]! * matrix[offset + i + 1]!
    }
    if (i < probe.length) a += probe[i]! * matrix[offset + i]!
    return Math.min(1, Math.max(-1, a + b))
  }

  #open(referenceKey: string, sealed: Uint8Array): Float32Array {
    const plaintext = this.#options.vault.open('faceReference', referenceKey, sealed)
    const reference = fromBytes(plaintext)
    plaintext.fill(0)
    return reference
  }

  /** The last row takes the removed one's place, and its old place is overwritten. */
  #removeRow(row: number): void {
    const length = this.#options.embeddingLength
    const last = this.#owners.length - 1
    this.#matrix.copyWithin(row * length, last * length, (last + 1) * length)
    this.#matrix.fill(0, last * length, (last + 1) * length)
    this.#owners[row] = this.#owners[last]!
    this.#owners.pop()
  }

  #reserve(rows: number): void {
    const needed = rows * this.#options.embeddingLength
    if (needed <= this.#matrix.length) return
    const larger = new Float32Array(Math.max(needed, this.#matrix.length * 2))
    larger.set(this.#matrix)
    this.#matrix.fill(0)
    this.#matrix = larger
  }
}

/** Little-endian float32, whatever the machine. */
function toBytes(reference: Float32Array): Uint8Array {
  const bytes = new Uint8Array(reference.length * 4)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of reference.entries()) view.setFloat32(index * 4, value, true)
  return bytes
}

function fromBytes(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true))
}

function isNormalised(reference: Float32Array): boolean {
  const squares = reference.reduce((sum, value) => sum + value * value, 0)
  return Math.abs(squares - 1) < 1e-3
}
