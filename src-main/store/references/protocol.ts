import type { FailureData } from '../../contract/failure.ts'
import type { Key } from '../../contract/values.ts'
import type { ReferenceChunk } from '../../ports/gallery.ts'
import type { FaceKeys } from '../keys/face-keys.ts'
import type { ReissuedReference } from '../repositories/references.ts'

/** What one life of the references' worker is for. It opens the database beside its writer, read-only. */
export interface WorkerSetup {
  readonly dataDir: string
  /** Copies: the worker overwrites them when it ends. */
  readonly keys: FaceKeys
  readonly rowsAPage: number
  readonly task:
    | { readonly kind: 'load'; readonly modelPackId: string; readonly length: number }
    | { readonly kind: 'reissue' }
}

/** Rows sealed anew under the active keys, ready to be written. */
export interface ReissuePage {
  readonly rows: readonly ReissuedReference[]
  /** Their tag fails under the only key that could open them: no rotation can save them. */
  readonly unreadable: readonly Key[]
}

export type Page = ReferenceChunk | ReissuePage

/** To the worker: one page, please; or: put the keys away and end. */
export type WorkerRequest = 'next' | 'stop'

export type WorkerAnswer =
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly failure: FailureData }
