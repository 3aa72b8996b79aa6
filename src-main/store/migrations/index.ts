import { Failure } from '../../contract/failure.ts'
import type { ReadHandle, WriteHandle } from '../handles.ts'
import { journalMigration } from './10-journal.ts'
import { salesMigration } from './20-sales.ts'
import { peopleMigration } from './30-people.ts'
import { catalogueMigration } from './40-catalogue.ts'
import { referenceKeysMigration } from './50-reference-keys.ts'
import { lastUseMigration } from './60-last-use.ts'
import { archiveMigration } from './70-archive.ts'
import { feedMigration } from './80-feed.ts'
import { tendersMigration } from './90-tenders.ts'
import { returnsAndShiftsMigration } from './100-returns-and-shifts.ts'
import { fiscalAndCardsMigration } from './110-fiscal-and-cards.ts'
import { vendingMigration } from './120-vending.ts'
import { memberMigration } from './150-member.ts'

export interface Migration {
  /** `user_version` after it; in steps of ten, in the file's name too. */
  readonly version: number
  apply(db: WriteHandle): void
}

/** Oldest first. A released migration is never edited; a change is a new one. */
export const migrations: readonly Migration[] = [
  journalMigration,
  salesMigration,
  peopleMigration,
  catalogueMigration,
  referenceKeysMigration,
  lastUseMigration,
  archiveMigration,
  feedMigration,
  tendersMigration,
  returnsAndShiftsMigration,
  fiscalAndCardsMigration,
  vendingMigration,
  memberMigration,
]

export const newestVersion = Math.max(...migrations.map((migration) => migration.version))

export function schemaVersion(db: ReadHandle): number {
  return db.pragma('user_version', { simple: true }) as number
}

export function assertNotFromTheFuture(db: ReadHandle): void {
  const version = schemaVersion(db)
  if (version <= newestVersion) return
  throw new Failure({
    code: 'store.fromTheFuture',
    attempted: `open a lane database of schema ${version}`,
    remedy: 'staff',
    message: `This data folder was written by a newer Facelane (schema ${version}, this one knows ${newestVersion}). Install that version again.`,
  })
}

/** Applies what is missing, each migration in its own transaction. `upTo` stops early, for the tests of one migration. */
export function migrate(db: WriteHandle, upTo = newestVersion): void {
  for (const migration of migrations) {
    if (migration.version > upTo || migration.version <= schemaVersion(db)) continue
    const apply = db.transaction(() => {
      migration.apply(db)
      db.pragma(`user_version = ${migration.version}`)
    })
    apply.immediate()
  }
}
