import { Failure } from '../../src-main/contract/failure.ts'
import type { Database, Queryable, Transaction } from './database.ts'
import { migrations as released } from './migrations/index.ts'

export interface Migration {
  /** Steps of ten, five where two come at the same time; never edited after a release. */
  readonly number: number
  readonly run: (tx: Transaction) => Promise<void>
}

/** Any number nobody else uses: only one hub migrates at a time. */
const advisoryLock = 4_601_228_801

/** Brings the database to the newest version in one transaction, or refuses one that a newer hub wrote. */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = released,
): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [advisoryLock])
    await tx.query(
      'CREATE TABLE IF NOT EXISTS hub_version (number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const current = await versionOf(tx)
    const newest = migrations.at(-1)?.number ?? 0
    if (current > newest) throw fromTheFuture(current, newest)
    for (const migration of migrations) {
      if (migration.number <= current) continue
      await migration.run(tx)
      await tx.query('INSERT INTO hub_version (number) VALUES ($1)', [migration.number])
    }
  })
}

export async function versionOf(database: Queryable): Promise<number> {
  const rows = await database.query<{ number: number | null }>(
    'SELECT max(number) AS number FROM hub_version',
  )
  return rows[0]?.number ?? 0
}

function fromTheFuture(current: number, newest: number): Failure {
  return new Failure({
    code: 'hub.databaseFromTheFuture',
    attempted: 'migrate the hub database',
    remedy: 'staff',
    nativeCode: String(current),
    message: `The hub's database has version ${current}, this hub knows ${newest}. Start the newer hub again.`,
  })
}
