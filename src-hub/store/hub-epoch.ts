import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { Failure, failureData } from '../../src-main/contract/failure.ts'
import { type Database, type Queryable, type Transaction, toSafeInteger } from './database.ts'

/** Beside the database, so that one that went back in time is noticed; not part of a backup. */
export const epochFile = 'hub-epoch.json'
/** Left by `facelane hub restore` and `facelane hub restored`: this start follows a restore. */
export const restoredMarker = 'restored'

const rememberedSchema = z.object({
  hubEpoch: z.string(),
  openings: z.number().int(),
  systemIdentifier: z.string().nullable(),
})
type Remembered = z.infer<typeof rememberedSchema>

/** Why the database is another one than before; `hub.ts` logs it. */
export type RestoreSign = 'marker' | 'olderThanRemembered' | 'anotherCluster'

/**
 * Counts this start, and gives the hub a new epoch when its database came back from a backup: lanes then send again
 * what it lost and read the feed from its beginning, old sessions end, and payments ask their providers before they
 * charge (`hub_meta` `restoredAtMs`). Returns the sign that it saw; null for the database it knew.
 */
export async function settleHubEpoch(
  database: Database,
  dataDir: string,
  nowMs: number,
): Promise<RestoreSign | null> {
  const remembered = await readRemembered(dataDir)
  const isMarked = (await readFile(path.join(dataDir, restoredMarker), 'utf8').catch(() => null)) !== null
  const systemIdentifier = await systemIdentifierOf(database)
  const settled = await database.transaction(async (tx) => {
    const before = { openings: await countOpening(tx), systemIdentifier }
    const sign = isMarked ? 'marker' : signOf(remembered, before)
    if (sign !== null) await beginHubEpoch(tx, nowMs)
    return { sign, hubEpoch: await metaOf(tx, 'hubEpoch'), openings: before.openings }
  })
  await remember(dataDir, {
    hubEpoch: settled.hubEpoch ?? '',
    openings: settled.openings,
    systemIdentifier,
  })
  // Only once the new epoch is remembered: a marker that stays costs one more epoch, one that goes too soon costs money.
  await rm(path.join(dataDir, restoredMarker), { force: true })
  return settled.sign
}

/** Says that the next start of this hub follows a restore of its database. */
export async function markRestored(dataDir: string, nowMs: number): Promise<void> {
  const marker = path.join(dataDir, restoredMarker)
  await writeFile(marker, `${nowMs}\n`, { mode: 0o600, flush: true }).catch((cause: unknown) => {
    throw new Failure({
      code: 'hub.noDataFolder',
      attempted: `leave a note for the next start in ${dataDir}`,
      remedy: 'staff',
      message: `Nothing can be written to ${dataDir}. --data names the data folder of the hub.`,
      cause: failureData(cause),
    })
  })
}

function signOf(
  remembered: Remembered | null,
  found: { readonly openings: number; readonly systemIdentifier: string | null },
): RestoreSign | null {
  if (remembered === null) return null
  if (found.openings <= remembered.openings) return 'olderThanRemembered'
  const { systemIdentifier } = remembered
  const isOther =
    systemIdentifier !== null &&
    found.systemIdentifier !== null &&
    systemIdentifier !== found.systemIdentifier
  return isOther ? 'anotherCluster' : null
}

async function beginHubEpoch(tx: Transaction, nowMs: number): Promise<void> {
  await tx.query(
    `UPDATE hub_meta SET value = replace(gen_random_uuid()::text, '-', '') WHERE key = 'hubEpoch'`,
  )
  await putMeta(tx, 'restoredAtMs', String(nowMs))
  await tx.query('DELETE FROM session')
  await tx.query('DELETE FROM feed_reader')
}

async function countOpening(tx: Transaction): Promise<number> {
  const openings = toSafeInteger((await metaOf(tx, 'openings')) ?? '0') + 1
  await putMeta(tx, 'openings', String(openings))
  return openings
}

async function metaOf(database: Queryable, key: string): Promise<string | null> {
  const rows = await database.query<{ value: string }>(
    'SELECT value FROM hub_meta WHERE key = $1 FOR UPDATE',
    [key],
  )
  return rows[0]?.value ?? null
}

async function putMeta(tx: Transaction, key: string, value: string): Promise<void> {
  await tx.query(
    'INSERT INTO hub_meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    [key, value],
  )
}

/** Null where this user may not ask. */
async function systemIdentifierOf(database: Queryable): Promise<string | null> {
  const rows = await database
    .query<{ id: string }>('SELECT system_identifier::text AS id FROM pg_control_system()')
    .catch(() => [])
  return rows[0]?.id ?? null
}

async function readRemembered(dataDir: string): Promise<Remembered | null> {
  const text = await readFile(path.join(dataDir, epochFile), 'utf8').catch(() => null)
  return text === null ? null : rememberedSchema.parse(JSON.parse(text))
}

async function remember(dataDir: string, facts: Remembered): Promise<void> {
  const file = path.join(dataDir, epochFile)
  const unfinished = `${file}.${randomUUID()}`
  await writeFile(unfinished, `${JSON.stringify(facts)}\n`, { mode: 0o600, flush: true })
  await rename(unfinished, file)
}
