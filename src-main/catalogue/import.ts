import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Item } from '../contract/catalogue.ts'
import { ok, type Result } from '../contract/result.ts'
import type { CatalogueProblem } from '../domain/catalogue/problems.ts'
import type { CatalogueReader, LaneStorePort } from '../ports/store.ts'
import { parseCatalogue, type CatalogueFormat } from './read.ts'

export interface ImportSummary {
  readonly sourceSha256: string
  readonly items: number
  readonly added: number
  readonly changed: number
  readonly removed: number
  /** The same file was imported last time: nothing was written. */
  readonly alreadyThere: boolean
}

/**
 * Replaces the catalogue and journals it in one transaction. Open sales keep the prices they were scanned at.
 * Throws what `transact` throws (`store.diskFull`). 50,000 items hold the thread for one to two seconds: during
 * trading hours, parse in a worker or import before opening.
 */
export function importCatalogue(
  store: LaneStorePort,
  text: string,
  format: CatalogueFormat,
): Result<ImportSummary, CatalogueProblem[]> {
  const parsed = parseCatalogue(text, format)
  if (!parsed.ok) return parsed
  const items = parsed.value
  const sourceSha256 = createHash('sha256').update(text).digest('hex')
  if (store.catalogue.sourceSha256() === sourceSha256) {
    return ok({ sourceSha256, items: items.length, added: 0, changed: 0, removed: 0, alreadyThere: true })
  }
  const summary = { sourceSha256, items: items.length, ...compare(store.catalogue, items) }
  store.transact((tx) => {
    tx.replaceCatalogue(items, sourceSha256)
    tx.append({ kind: 'catalogue', id: 'catalogue' }, { type: 'catalogue.imported', ...summary })
  })
  return ok({ ...summary, alreadyThere: false })
}

function compare(
  catalogue: CatalogueReader,
  items: readonly Item[],
): Pick<ImportSummary, 'added' | 'changed' | 'removed'> {
  const before = new Map(catalogue.list({ limit: catalogue.count() }).map((item) => [item.sku, item]))
  let added = 0
  let changed = 0
  for (const item of items) {
    const old = before.get(item.sku)
    before.delete(item.sku)
    if (old === undefined) added++
    else if (!isDeepStrictEqual(old, item)) changed++
  }
  return { added, changed, removed: before.size }
}
