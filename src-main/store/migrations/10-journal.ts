import type { Migration } from './index.ts'

/**
 * `ord` orders the entries of all epochs of this folder and has no gap; AUTOINCREMENT remembers the highest ever given,
 * so that a cut-off tail is noticed. Hashes and signatures are raw bytes.
 */
export const journalMigration: Migration = {
  version: 10,
  apply(db) {
    db.exec(`
      CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE journal (
        ord INTEGER PRIMARY KEY AUTOINCREMENT,
        lane_id TEXT NOT NULL,
        epoch TEXT NOT NULL,
        seq INTEGER NOT NULL CHECK (seq >= 0),
        format_version INTEGER NOT NULL CHECK (format_version = 1),
        type TEXT NOT NULL,
        aggregate_kind TEXT NOT NULL,
        aggregate_id TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        boot_id TEXT NOT NULL,
        monotonic_ms REAL NOT NULL,
        payload BLOB NOT NULL,
        prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        signature BLOB CHECK (length(signature) = 64),
        UNIQUE (epoch, seq)
      ) STRICT;

      CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

      CREATE TRIGGER journal_is_never_shortened BEFORE DELETE ON journal
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

      CREATE TABLE journal_ack (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        ord INTEGER NOT NULL REFERENCES journal (ord)
      ) STRICT;

      CREATE TABLE checkpoint (
        ord INTEGER PRIMARY KEY REFERENCES journal (ord),
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        signature BLOB NOT NULL CHECK (length(signature) = 64),
        at_ms INTEGER NOT NULL
      ) STRICT;
    `)
  },
}
