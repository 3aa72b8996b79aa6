import type { Migration } from './index.ts'

/** Amounts are integers in minor units beside their ISO 4217 code; `..._json` columns hold contract values. */
export const salesMigration: Migration = {
  version: 20,
  apply(db) {
    db.exec(`
      CREATE TABLE open_sale (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        sale_id TEXT NOT NULL,
        receipt_token TEXT NOT NULL,
        language TEXT NOT NULL,
        basket_json TEXT NOT NULL
      ) STRICT;

      CREATE TABLE attempt (
        attempt_key TEXT PRIMARY KEY,
        sale_id TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('online', 'deferred')),
        instrument_json TEXT NOT NULL,
        state TEXT NOT NULL,
        outcome_json TEXT,
        created_at_ms INTEGER NOT NULL,
        updated_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX attempt_by_state ON attempt (state, created_at_ms);
      CREATE INDEX attempt_deferred ON attempt (currency, created_at_ms, amount_minor) WHERE state = 'deferred';

      CREATE TABLE print_job (
        job_key TEXT PRIMARY KEY,
        sale_id TEXT NOT NULL,
        document_json TEXT NOT NULL,
        copy TEXT,
        state TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX print_job_by_state ON print_job (state, created_at_ms);
      CREATE INDEX print_job_by_sale ON print_job (sale_id, created_at_ms);
    `)
  },
}
