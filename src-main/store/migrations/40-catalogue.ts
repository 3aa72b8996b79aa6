import type { Migration } from './index.ts'

/** `search` is the lower-case text a picker looks in: both names, SKU and barcodes, one a line. */
export const catalogueMigration: Migration = {
  version: 40,
  apply(db) {
    db.exec(`
      CREATE TABLE catalogue_item (
        sku TEXT PRIMARY KEY,
        unit TEXT NOT NULL CHECK (unit IN ('each', 'kg')),
        item_json TEXT NOT NULL,
        search TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE catalogue_barcode (
        gtin TEXT PRIMARY KEY,
        sku TEXT NOT NULL REFERENCES catalogue_item (sku)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX catalogue_barcode_by_sku ON catalogue_barcode (sku);

      CREATE TABLE catalogue_source (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        sha256 TEXT NOT NULL,
        items INTEGER NOT NULL
      ) STRICT;
    `)
  },
}
