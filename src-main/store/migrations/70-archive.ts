import type { Migration } from './index.ts'

/**
 * Acknowledged entries move from `journal` into compressed `journal_segment`s and are dropped from there in the end.
 * The triggers allow exactly that: a row leaves `journal` only when a segment holds its hash, and a segment leaves only
 * below the horizon, which in turn follows what the hub reported as backed up.
 *
 * `journal_epoch` keeps a copy of each epoch's genesis for ever: it names the key that the epoch's signatures are
 * checked with, and its `ord` makes the place of every other entry a sum. So `journal` is made anew without the index
 * by position, which cost a page a commit; `journal_ack` and `checkpoint` without their references, because their entry
 * may lie in a segment.
 */
export const archiveMigration: Migration = {
  version: 70,
  apply(db) {
    db.exec(`
      CREATE TABLE journal_segment (
        first_ord INTEGER PRIMARY KEY,
        last_ord INTEGER NOT NULL CHECK (last_ord >= first_ord),
        epoch TEXT NOT NULL,
        first_seq INTEGER NOT NULL CHECK (first_seq >= 0),
        archived_at_ms INTEGER NOT NULL,
        codec TEXT NOT NULL CHECK (codec IN ('zstd1')),
        hashes BLOB NOT NULL CHECK (length(hashes) = 32 * (last_ord - first_ord + 1)),
        body BLOB NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX journal_segment_by_end ON journal_segment (last_ord);

      CREATE TABLE journal_ack_70 (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        ord INTEGER NOT NULL
      ) STRICT;
      INSERT INTO journal_ack_70 SELECT id, ord FROM journal_ack;

      CREATE TABLE checkpoint_70 (
        ord INTEGER PRIMARY KEY,
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        signature BLOB NOT NULL CHECK (length(signature) = 64),
        at_ms INTEGER NOT NULL
      ) STRICT;
      INSERT INTO checkpoint_70 SELECT ord, hash, signature, at_ms FROM checkpoint;

      CREATE TABLE journal_epoch (
        ord INTEGER PRIMARY KEY,
        lane_id TEXT NOT NULL,
        epoch TEXT NOT NULL UNIQUE,
        seq INTEGER NOT NULL CHECK (seq = 0),
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
        signature BLOB CHECK (length(signature) = 64)
      ) STRICT;
      INSERT INTO journal_epoch SELECT * FROM journal WHERE seq = 0;

      CREATE TABLE journal_70 (
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
        signature BLOB CHECK (length(signature) = 64)
      ) STRICT;
      INSERT INTO journal_70 SELECT * FROM journal;
      UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'journal')
        WHERE name = 'journal_70';
      DROP TABLE journal_ack;
      DROP TABLE checkpoint;
      DROP TABLE journal;
      ALTER TABLE journal_70 RENAME TO journal;
      ALTER TABLE journal_ack_70 RENAME TO journal_ack;
      ALTER TABLE checkpoint_70 RENAME TO checkpoint;

      CREATE TABLE journal_backed_up (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        ord INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE journal_horizon (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        ord INTEGER NOT NULL,
        lane_id TEXT NOT NULL,
        epoch TEXT NOT NULL,
        seq INTEGER NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        signature BLOB NOT NULL CHECK (length(signature) = 64)
      ) STRICT;

      CREATE TABLE closed_sale (
        sale_id TEXT PRIMARY KEY,
        archived_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX closed_sale_by_time ON closed_sale (archived_at_ms);
      CREATE INDEX attempt_by_sale ON attempt (sale_id, created_at_ms);

      CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

      CREATE TRIGGER journal_is_shortened_by_archiving_only BEFORE DELETE ON journal
      WHEN NOT EXISTS (
        SELECT 1 FROM journal_segment
        WHERE OLD.ord BETWEEN first_ord AND last_ord
          AND substr(hashes, 32 * (OLD.ord - first_ord) + 1, 32) = OLD.hash
      )
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

      CREATE TRIGGER journal_segment_holds_acknowledged BEFORE INSERT ON journal_segment
      WHEN NEW.last_ord > ifnull((SELECT ord FROM journal_ack), 0)
      BEGIN SELECT RAISE(ABORT, 'only acknowledged entries are archived'); END;

      CREATE TRIGGER journal_segment_is_never_changed BEFORE UPDATE ON journal_segment
      BEGIN SELECT RAISE(ABORT, 'the archive is not changed'); END;

      CREATE TRIGGER journal_segment_is_dropped_below_the_horizon BEFORE DELETE ON journal_segment
      WHEN OLD.last_ord > ifnull((SELECT ord FROM journal_horizon), 0)
      BEGIN SELECT RAISE(ABORT, 'the archive is kept until it is backed up'); END;

      CREATE TRIGGER journal_horizon_follows_the_backup_first BEFORE INSERT ON journal_horizon
      WHEN NEW.ord > ifnull((SELECT ord FROM journal_backed_up), 0)
      BEGIN SELECT RAISE(ABORT, 'the archive is kept until it is backed up'); END;

      CREATE TRIGGER journal_horizon_follows_the_backup BEFORE UPDATE ON journal_horizon
      WHEN NEW.ord > ifnull((SELECT ord FROM journal_backed_up), 0) OR NEW.ord < OLD.ord
      BEGIN SELECT RAISE(ABORT, 'the archive is kept until it is backed up'); END;

      CREATE TRIGGER journal_epoch_is_never_changed BEFORE UPDATE ON journal_epoch
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
      CREATE TRIGGER journal_epoch_is_never_shortened BEFORE DELETE ON journal_epoch
      BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    `)
  },
}
