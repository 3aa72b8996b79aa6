import type { Migration } from './index.ts'

/**
 * Several attempts a sale, some settled at the lane: `attempt` is made anew because its `mode` could be neither changed
 * nor checked. `linked_to` names the attempt whose outcome was unknown when this one was begun, `recovery_key` the debt
 * that it pays, `released_by` the member of staff who let the goods go while it was unknown; `cancel_asked_at_ms` is when
 * a cancel may have reached the hub first.
 */
export const tendersMigration: Migration = {
  version: 90,
  apply(db) {
    db.exec(`
      CREATE TABLE attempt_90 (
        attempt_key TEXT PRIMARY KEY,
        sale_id TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('online', 'deferred', 'local')),
        instrument_json TEXT NOT NULL,
        state TEXT NOT NULL,
        outcome_json TEXT,
        created_at_ms INTEGER NOT NULL,
        updated_at_ms INTEGER NOT NULL,
        linked_to TEXT,
        recovery_key TEXT,
        released_by TEXT,
        cancel_asked_at_ms INTEGER
      ) STRICT;
      INSERT INTO attempt_90
        SELECT attempt_key, sale_id, amount_minor, currency, mode, instrument_json, state, outcome_json,
          created_at_ms, updated_at_ms, NULL, NULL, NULL, NULL FROM attempt;
      DROP TABLE attempt;
      ALTER TABLE attempt_90 RENAME TO attempt;
      CREATE INDEX attempt_by_state ON attempt (state, created_at_ms);
      CREATE INDEX attempt_by_sale ON attempt (sale_id, created_at_ms);
      CREATE INDEX attempt_deferred ON attempt (currency, created_at_ms, amount_minor) WHERE state = 'deferred';
      CREATE INDEX attempt_charged ON attempt (updated_at_ms) WHERE state IN ('approved', 'processed') AND mode <> 'local';
    `)
  },
}
