import type { FailureData } from '../contract/failure.ts'
import type { Key } from '../contract/values.ts'

export interface ReferenceOwner {
  readonly referenceKey: Key
  readonly subjectKey: Key
}

/** Some references as they come out of the vault. */
export interface ReferenceChunk {
  readonly owners: readonly ReferenceOwner[]
  /** One row for each owner, row-major, float32, L2-normalised, under the gallery's `TemplateTransform`. */
  readonly rows: Float32Array
  /** Rows whose seal did not open: parked, to be reported, never deleted here. */
  readonly unreadable: readonly { readonly referenceKey: Key; readonly failure: FailureData }[]
  /** Rows of another model pack, or under a transform that is being replaced: they cannot be compared yet. */
  readonly notComparable: number
}

/** Where references lie at rest. They are written and deleted in the transaction that journals it, not here. */
export interface ReferenceSourcePort {
  /** Every reference, in chunks; reading and decrypting happen off the event loop. The consumer overwrites the rows. */
  load(signal: AbortSignal): AsyncIterable<ReferenceChunk>
}
