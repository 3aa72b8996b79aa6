import type { Migration } from './index.ts'

/** Returns that were asked for, until they are settled; and the shifts, whose figures the journal holds. */
export const returnsAndShiftsMigration: Migration = {
  version: 100,
  apply(db) {
    db.exec(`
      CREATE TABLE sale_return (
        return_key TEXT PRIMARY KEY,
        sale_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('ordered', 'accepted', 'settled', 'refused')),
        decided_by TEXT NOT NULL CHECK (decided_by IN ('hub', 'lane')),
        language TEXT NOT NULL,
        currency TEXT NOT NULL,
        order_json TEXT NOT NULL,
        plan_json TEXT NOT NULL,
        refunds_json TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        updated_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX sale_return_by_sale ON sale_return (sale_id, created_at_ms);
      CREATE INDEX sale_return_open ON sale_return (created_at_ms) WHERE state IN ('ordered', 'accepted');

      CREATE TABLE shift (
        shift_key TEXT PRIMARY KEY,
        staff_id TEXT NOT NULL,
        float_minor INTEGER NOT NULL CHECK (float_minor >= 0),
        currency TEXT NOT NULL,
        opened_at_ms INTEGER NOT NULL,
        z_number INTEGER UNIQUE CHECK (z_number >= 1),
        closed_at_ms INTEGER,
        closed_epoch TEXT,
        closed_seq INTEGER,
        CHECK ((z_number IS NULL) = (closed_at_ms IS NULL)),
        CHECK ((z_number IS NULL) = (closed_epoch IS NULL)),
        CHECK ((z_number IS NULL) = (closed_seq IS NULL))
      ) STRICT;
      CREATE UNIQUE INDEX shift_only_one_open ON shift ((1)) WHERE z_number IS NULL;
    `)
  },
}
