import type { Migration } from './index.ts'

/**
 * What a fiscal device was asked to sign, and what a card terminal was asked to charge: both are written before the
 * first byte leaves, so that a crash leaves a question and never a guess.
 */
export const fiscalAndCardsMigration: Migration = {
  version: 110,
  apply(db) {
    db.exec(`
      CREATE TABLE fiscal_record (
        record_key TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        seal_order INTEGER UNIQUE,
        transaction_number INTEGER,
        kind TEXT NOT NULL CHECK (kind IN ('sale', 'return', 'abandoned')),
        process_type TEXT,
        process_data TEXT,
        mark_json TEXT,
        updated_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX fiscal_record_open ON fiscal_record (state, seal_order) WHERE state <> 'signed';
      CREATE INDEX fiscal_record_by_age ON fiscal_record (updated_at_ms) WHERE state = 'signed';

      CREATE TABLE card_call (
        call_key TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('charge', 'refund')),
        amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
        currency TEXT NOT NULL,
        trace_before INTEGER,
        state TEXT NOT NULL,
        outcome_json TEXT,
        reversal TEXT,
        created_at_ms INTEGER NOT NULL,
        updated_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX card_call_open ON card_call (created_at_ms) WHERE state = 'open' OR reversal = 'open';
    `)
  },
}
