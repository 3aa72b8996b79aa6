import type { Migration } from './index.ts'

/** When somebody last paid with their face: what the retention timer counts from. Null before the first time. */
export const lastUseMigration: Migration = {
  version: 60,
  apply(db) {
    db.exec('ALTER TABLE subject ADD COLUMN last_used_at_ms INTEGER')
  },
}
