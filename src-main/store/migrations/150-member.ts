import type { Migration } from './index.ts'

/** Whose card was shown for the sale in progress, masked as it stands on the screen. */
export const memberMigration: Migration = {
  version: 150,
  apply(db) {
    db.exec('ALTER TABLE open_sale ADD COLUMN member_json TEXT')
  },
}
