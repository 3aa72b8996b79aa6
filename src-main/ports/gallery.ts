import type { Key } from '../contract/values.ts'

/** One encrypted reference as it lies in the store. */
export interface GalleryRow {
  readonly referenceKey: Key
  readonly subjectKey: Key
  /** 512 x float32 little-endian under `VaultPort`, purpose `faceReference`, bound to `referenceKey`. */
  readonly sealed: Uint8Array
  /** The model pack that made it; references of another pack cannot be compared. */
  readonly packId: string
  readonly createdAtMs: number
}

/** Where sealed references lie. They are written and deleted in the transaction that journals it, not here. */
export interface GalleryRowsPort {
  loadAll(): Iterable<GalleryRow>
}
