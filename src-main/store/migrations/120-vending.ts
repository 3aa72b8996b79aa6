import type { Migration } from './index.ts'

/** Products of vending sales, from the plan until what did not drop is given back. */
export const vendingMigration: Migration = {
  version: 120,
  apply(db) {
    db.exec(`
      CREATE TABLE vend_job (
        vend_key TEXT PRIMARY KEY,
        sale_id TEXT NOT NULL,
        place INTEGER NOT NULL CHECK (place >= 1),
        line_id INTEGER NOT NULL CHECK (line_id >= 1),
        slot TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('planned', 'asked', 'settled', 'closed')),
        outcome TEXT,
        updated_at_ms INTEGER NOT NULL,
        UNIQUE (sale_id, place),
        CHECK ((outcome IS NULL) = (state IN ('planned', 'asked')))
      ) STRICT;
      CREATE INDEX vend_job_open ON vend_job (sale_id) WHERE state <> 'closed';
    `)
  },
}
