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

/** Where sealed references live; the gallery is the only reader. Synchronous, as the store is. */
export interface GalleryRowsPort {
  loadAll(): Iterable<GalleryRow>
  insert(row: GalleryRow): void
  /** Returns false when there was no such row. */
  remove(referenceKey: Key): boolean
}
