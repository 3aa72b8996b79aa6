import type { Migration } from './index.ts'

/**
 * What the hub told this lane, and how far it was heard. `snapshot` counts the readings of the feed from its beginning:
 * what a later one did not name again is gone.
 */
export const feedMigration: Migration = {
  version: 80,
  apply(db) {
    db.exec(`
      CREATE TABLE feed_place (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        hub_epoch TEXT NOT NULL,
        cursor TEXT,
        known_kinds TEXT NOT NULL,
        snapshot INTEGER NOT NULL,
        complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
        heard_at_ms INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE allowance (
        account_id TEXT NOT NULL,
        currency TEXT NOT NULL,
        lease_key TEXT NOT NULL,
        amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
        expires_at_ms INTEGER NOT NULL,
        snapshot INTEGER NOT NULL,
        PRIMARY KEY (account_id, currency)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE face_block (
        account_id TEXT PRIMARY KEY,
        recovery_key TEXT,
        owed_minor INTEGER,
        owed_currency TEXT,
        sold_at_ms INTEGER,
        snapshot INTEGER NOT NULL,
        CHECK ((owed_minor IS NULL) = (owed_currency IS NULL) AND (owed_minor IS NULL) = (sold_at_ms IS NULL))
      ) STRICT, WITHOUT ROWID;
    `)
  },
}
