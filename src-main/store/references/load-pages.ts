import { failureData } from '../../contract/failure.ts'
import type { ReferenceChunk, ReferenceOwner } from '../../ports/gallery.ts'
import { Failure } from '../../contract/failure.ts'
import type { ReadHandle } from '../handles.ts'
import { readReferencePage, type StoredReference } from '../repositories/references.ts'
import type { ReferenceOpener } from './reference-opener.ts'

export interface LoadOptions {
  readonly modelPackId: string
  /** Values of a template. */
  readonly length: number
  readonly rowsAPage: number
}

/** Every reference of the database, page by page: each page is a read of its own, so that no checkpoint waits for it. */
export function* loadPages(
  db: ReadHandle,
  opener: ReferenceOpener,
  { modelPackId, length, rowsAPage }: LoadOptions,
): Generator<ReferenceChunk> {
  for (let ord = 0; ;) {
    const page = readReferencePage(db, ord, rowsAPage)
    const last = page.at(-1)
    if (last === undefined) return
    ord = last.ord
    const comparable = page.filter((row) => row.modelPackId === modelPackId && opener.knows(row))
    const opened = openRows(comparable, opener, length)
    yield { ...opened, notComparable: page.length - comparable.length }
  }
}

function openRows(
  rows: readonly StoredReference[],
  opener: ReferenceOpener,
  length: number,
): Omit<ReferenceChunk, 'notComparable'> {
  const matrix = new Float32Array(rows.length * length)
  const owners: ReferenceOwner[] = []
  const unreadable: ReferenceChunk['unreadable'][number][] = []
  for (const row of rows) {
    const offset = owners.length * length
    try {
      opener.open(row, matrix.subarray(offset, offset + length))
      owners.push({ referenceKey: row.referenceKey, subjectKey: row.subjectKey })
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      unreadable.push({ referenceKey: row.referenceKey, failure: failureData(thrown) })
    }
  }
  if (unreadable.length === 0) return { owners, rows: matrix, unreadable }
  const used = matrix.slice(0, owners.length * length)
  matrix.fill(0)
  return { owners, rows: used, unreadable }
}
