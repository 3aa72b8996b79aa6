import type { Migration } from './index.ts'

/**
 * Acknowledged entries move from `journal` into compressed `journal_segment`s and are dropped from there in the end.
 * The triggers allow exactly that: a row leaves `journal` only when a segment holds its hash, and a segment leaves only
 * below the horizon, which in turn follows what the hub reported as backed up. `journal_epoch` keeps each epoch's
 * genesis for ever, because it names the key that the epoch's signatures are checked with.
 *
 * `journal_ack` and `checkpoint` are made anew without their references: their entry may lie in a segment.
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
      CREATE UNIQUE INDEX journal_segment_by_position ON journal_segment (epoch, first_seq);

      CREATE TABLE journal_epoch (
        epoch TEXT PRIMARY KEY,
        genesis_json TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

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

      CREATE TABLE journal_ack_70 (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        ord INTEGER NOT NULL
      ) STRICT;
      INSERT INTO journal_ack_70 SELECT id, ord FROM journal_ack;
      DROP TABLE journal_ack;
      ALTER TABLE journal_ack_70 RENAME TO journal_ack;

      CREATE TABLE checkpoint_70 (
        ord INTEGER PRIMARY KEY,
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        signature BLOB NOT NULL CHECK (length(signature) = 64),
        at_ms INTEGER NOT NULL
      ) STRICT;
      INSERT INTO checkpoint_70 SELECT ord, hash, signature, at_ms FROM checkpoint;
      DROP TABLE checkpoint;
      ALTER TABLE checkpoint_70 RENAME TO checkpoint;

      DROP TRIGGER journal_is_never_shortened;
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
