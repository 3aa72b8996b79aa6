import type { ReferenceChunk, ReferenceSourcePort } from '../../ports/gallery.ts'
import type { FaceKeys } from '../keys/face-keys.ts'
import { workerPages } from './worker-pages.ts'

export interface ReferenceSourceOptions {
  readonly dataDir: string
  /** As they are when a load begins; throws while they are closed. */
  readonly keys: () => FaceKeys
  /** The pack of the running engine; references of another cannot be compared. */
  readonly modelPackId: string
  /** Values of a template. */
  readonly length: number
}

/** 4 MB of plain references at a time, of 512 values each. */
const ROWS_A_PAGE = 2_000

/** The references of the database for the gallery, under the active transform also while a rotation is under way. */
export function createReferenceSource(options: ReferenceSourceOptions): ReferenceSourcePort {
  const { dataDir, keys, modelPackId, length } = options
  return {
    load: (signal) =>
      workerPages<ReferenceChunk>(
        { dataDir, keys: keys(), rowsAPage: ROWS_A_PAGE, task: { kind: 'load', modelPackId, length } },
        { signal, discard: ({ rows }) => rows.fill(0) },
      ),
  }
}
