import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FaceKeys } from '../keys/face-keys.ts'
import type { ReissuedReference } from '../repositories/references.ts'
import type { ReissuePage } from './protocol.ts'
import { workerPages } from './worker-pages.ts'

export interface ReissueOptions {
  readonly signal?: AbortSignal
  /** References re-issued so far, of how many. */
  readonly onProgress?: (done: number, all: number) => void
}

export interface ReissueReport {
  readonly reissued: number
  /** Their seal is broken: they were lost before, and the rotation could not save them. They are not deleted. */
  readonly unreadable: number
  /** The keys of a rotation that no row needs any more; destroyed. */
  readonly destroyedKeys: number
}

export interface ReissueParts {
  readonly dataDir: string
  readonly keys: FaceKeys
  readonly all: number
  /** One transaction; returns how many rows were still as they had been read. */
  readonly commit: (rows: readonly ReissuedReference[]) => number
}

/** A commit of this many rows of 2 kB keeps the event loop for some milliseconds. */
const ROWS_A_COMMIT = 50

/** Decrypting, turning and sealing happen in the worker; only the short commits happen here, between other work. */
export async function reissueAll(
  { dataDir, keys, all, commit }: ReissueParts,
  { signal = new AbortController().signal, onProgress = () => undefined }: ReissueOptions,
): Promise<Omit<ReissueReport, 'destroyedKeys'>> {
  let reissued = 0
  let unreadable = 0
  const pages = workerPages<ReissuePage>(
    { dataDir, keys, rowsAPage: ROWS_A_COMMIT, task: { kind: 'reissue' } },
    { signal, discard: () => undefined },
  )
  for await (const page of pages) {
    reissued += commit(page.rows)
    unreadable += page.unreadable.length
    onProgress(reissued, all)
    await nextTurn()
  }
  return { reissued, unreadable }
}
