import type { Migration } from './index.ts'

/**
 * `transform_key_id` names the key of the rotation a reference was protected under. NULL: the template itself was
 * sealed, as the release before this column did; such rows are re-issued at the next start. The index finds what has
 * to be re-issued, and counts references by their keys, without reading a sealed row.
 */
export const referenceKeysMigration: Migration = {
  version: 50,
  apply(db) {
    db.exec(`
      ALTER TABLE reference ADD COLUMN transform_key_id TEXT;
      CREATE INDEX reference_by_keys ON reference (vault_key_id, transform_key_id);
    `)
  },
}
