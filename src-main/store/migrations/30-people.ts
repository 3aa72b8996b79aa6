import type { Migration } from './index.ts'

/**
 * `subject_secret` holds each subject's own key, wrapped by the vault; destroying the row makes every ciphertext under
 * it unreadable, in `subject` as in the journal. `..._key_id` names the vault key, so that rows of a lost key are left
 * alone instead of failing.
 */
export const peopleMigration: Migration = {
  version: 30,
  apply(db) {
    db.exec(`
      CREATE TABLE subject_secret (
        subject_key TEXT PRIMARY KEY,
        wrapped BLOB NOT NULL,
        vault_key_id TEXT NOT NULL
      ) STRICT;

      CREATE TABLE subject (
        subject_key TEXT PRIMARY KEY REFERENCES subject_secret (subject_key),
        account_id TEXT NOT NULL,
        sealed BLOB NOT NULL,
        enrolled_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX subject_by_account ON subject (account_id);

      CREATE TABLE reference (
        reference_key TEXT PRIMARY KEY,
        subject_key TEXT NOT NULL REFERENCES subject (subject_key),
        sealed BLOB NOT NULL,
        vault_key_id TEXT NOT NULL,
        model_pack_id TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX reference_by_subject ON reference (subject_key);
    `)
  },
}
