import type { Item } from '../../contract/catalogue.ts'
import { statement, type ReadHandle, type WriteHandle } from '../handles.ts'

interface ItemRow {
  readonly item_json: string
}

/** Replaces the whole catalogue. Two items with one SKU or barcode throw: the importer has to settle that before. */
export function replaceCatalogue(db: WriteHandle, items: readonly Item[], sourceSha256: string): void {
  statement(db, 'DELETE FROM catalogue_barcode').run()
  statement(db, 'DELETE FROM catalogue_item').run()
  const putItem = statement<[string, string, string, string]>(
    db,
    'INSERT INTO catalogue_item (sku, unit, item_json, search) VALUES (?, ?, ?, ?)',
  )
  const putBarcode = statement<[string, string]>(
    db,
    'INSERT INTO catalogue_barcode (gtin, sku) VALUES (?, ?)',
  )
  for (const item of items) {
    putItem.run(item.sku, item.unit, JSON.stringify(item), searchText(item))
    for (const gtin of item.barcodes) putBarcode.run(gtin, item.sku)
  }
  const sql = 'INSERT OR REPLACE INTO catalogue_source (id, sha256, items) VALUES (1, ?, ?)'
  statement<[string, number]>(db, sql).run(sourceSha256, items.length)
}

export const findByBarcodeSql = `
  SELECT item_json FROM catalogue_barcode JOIN catalogue_item USING (sku) WHERE gtin = ?`

export function findByBarcode(db: ReadHandle, gtin: string): Item | null {
  return itemFrom(statement<[string], ItemRow>(db, findByBarcodeSql).get(gtin))
}

export function findBySku(db: ReadHandle, sku: string): Item | null {
  return itemFrom(
    statement<[string], ItemRow>(db, 'SELECT item_json FROM catalogue_item WHERE sku = ?').get(sku),
  )
}

export function countItems(db: ReadHandle): number {
  return statement<[], { items: number }>(db, 'SELECT items FROM catalogue_source').get()?.items ?? 0
}

export function readSourceSha256(db: ReadHandle): string | null {
  return statement<[], { sha256: string }>(db, 'SELECT sha256 FROM catalogue_source').get()?.sha256 ?? null
}

export interface ListOptions {
  readonly limit: number
  readonly offset?: number
  readonly query?: string
  readonly unit?: Item['unit']
}

export function listItems(db: ReadHandle, options: ListOptions): Item[] {
  // `instr` takes the query literally, where LIKE would read "100%" as a pattern.
  const sql = `
    SELECT item_json FROM catalogue_item
    WHERE (@unit IS NULL OR unit = @unit) AND (@query = '' OR instr(search, @query) > 0)
    ORDER BY sku LIMIT @limit OFFSET @offset`
  interface Parameters {
    readonly unit: string | null
    readonly query: string
    readonly limit: number
    readonly offset: number
  }
  return statement<[Parameters], ItemRow>(db, sql)
    .all({
      unit: options.unit ?? null,
      query: (options.query ?? '').trim().toLowerCase(),
      limit: options.limit,
      offset: options.offset ?? 0,
    })
    .map((row) => JSON.parse(row.item_json) as Item)
}

function searchText(item: Item): string {
  return [item.name['zh-CN'], item.name.en, item.sku, ...item.barcodes].join('\n').toLowerCase()
}

function itemFrom(row: ItemRow | undefined): Item | null {
  return row === undefined ? null : (JSON.parse(row.item_json) as Item)
}
