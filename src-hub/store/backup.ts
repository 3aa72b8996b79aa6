import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { Failure, failureData } from '../../src-main/contract/failure.ts'
import { secretFiles } from '../secrets.ts'
import { placeFile } from './embedded-cluster.ts'

/** The last file of a backup: without it the folder is an unfinished one. Times in ms UTC. */
export interface BackupManifest {
  readonly kind: 'facelane.hubBackup'
  readonly formatVersion: 1
  /** Everything the hub had committed until then is in it. */
  readonly beganAtMs: number
  readonly endedAtMs: number
  /** PostgreSQL's major version: only the same one can run it. */
  readonly postgresMajor: number
  readonly files: number
  readonly bytes: number
}

export const manifestFile = 'backup.json'

/** What a hub needs beside its database: without its key, every wallet page and code would be lost. */
export const keptSecrets = [secretFiles.joinToken, secretFiles.operatorToken, secretFiles.key, placeFile]

/**
 * Rebuilt at start, or dangerous in a copy; `pg_wal` is copied after the rest. PostgreSQL 18 documentation, "Making a
 * Base Backup Using the Low Level API", section 25.3.4.2.
 */
const emptiedFolders = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
])
const leftOut = /^(postmaster\.(pid|opts)|pg_internal\.init(\..*)?|pgsql_tmp.*)$/
const segment = /^[0-9A-F]{24}$|^[0-9A-F]{8}\.history$/

export interface BackupOptions {
  /** Of a running embedded cluster, as its superuser. */
  readonly connectionString: string
  /** The hub's data folder. */
  readonly dataDir: string
  /** Made by the backup; must not be there yet. */
  readonly to: string
  readonly nowMs: () => number
  readonly onProgress?: (bytes: number) => void
}

/**
 * Copies the embedded cluster while it runs, with the log that makes the copy consistent, and the hub's secrets. Lanes
 * go on selling. Throws `Failure` `hub.backupExists` or `hub.backupFailed`.
 */
export async function backUp(options: BackupOptions): Promise<BackupManifest> {
  const { to, dataDir, nowMs } = options
  if (await exists(to)) throw alreadyThere(to)
  const unfinished = `${to}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  try {
    const counted = await copyCluster(options, path.join(unfinished, 'data'))
    for (const name of keptSecrets) await copyDurably(path.join(dataDir, name), path.join(unfinished, name))
    const manifest: BackupManifest = {
      kind: 'facelane.hubBackup',
      formatVersion: 1,
      ...counted,
      endedAtMs: nowMs(),
    }
    await writeFile(path.join(unfinished, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    })
    await rename(unfinished, to)
    return manifest
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true })
    throw cause instanceof Failure ? cause : backupFailed(to, cause)
  }
}

async function copyCluster(
  { connectionString, nowMs, onProgress = () => undefined }: BackupOptions,
  to: string,
): Promise<Omit<BackupManifest, 'kind' | 'formatVersion' | 'endedAtMs'>> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const [facts] = (await client.query(factsQuery)).rows as { folder: string; version: number }[]
    if (facts === undefined) throw new Error('PostgreSQL did not say where its data lies')
    // Keeps the log from the backup's beginning on the disk until it is copied; goes with this connection.
    await client.query('SELECT pg_create_physical_replication_slot($1, true, true)', [
      `facelane_${randomBytes(6).toString('hex')}`,
    ])
    const beganAtMs = nowMs()
    await client.query(`SELECT pg_backup_start('facelane', true)`)
    const count = { files: 0, bytes: 0 }
    const note = (bytes: number) => {
      count.files += 1
      count.bytes += bytes
      onProgress(count.bytes)
    }
    await copyTree(facts.folder, to, note)
    const stopped = await client.query<{ labelfile: string; spcmapfile: string }>(
      'SELECT labelfile, spcmapfile FROM pg_backup_stop(false)',
    )
    await writeFile(path.join(to, 'backup_label'), stopped.rows[0]?.labelfile ?? '', {
      mode: 0o600,
      flush: true,
    })
    await copyLog(path.join(facts.folder, 'pg_wal'), path.join(to, 'pg_wal'), note)
    return { beganAtMs, postgresMajor: Math.floor(facts.version / 10_000), ...count }
  } finally {
    await client.end()
  }
}

const factsQuery = `SELECT current_setting('data_directory') AS folder,
  current_setting('server_version_num')::integer AS version`

async function copyTree(from: string, to: string, note: (bytes: number) => void, depth = 0): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (leftOut.test(entry.name)) continue
    if (entry.isDirectory() && depth === 0 && emptiedFolders.has(entry.name))
      await mkdir(target, { mode: 0o700 })
    else if (entry.isDirectory()) await copyTree(source, target, note, depth + 1)
    else if (entry.isFile()) await copyIfThere(source, target, note)
  }
}

/** A relation may be dropped while it is copied: the log knows. */
async function copyIfThere(from: string, to: string, note: (bytes: number) => void): Promise<void> {
  try {
    note(await copyDurably(from, to))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await rm(to, { force: true })
  }
}

async function copyLog(from: string, to: string, note: (bytes: number) => void): Promise<void> {
  for (const name of (await readdir(from)).filter((file) => segment.test(file)))
    await copyIfThere(path.join(from, name), path.join(to, name), note)
}

/** Returns the bytes copied. */
export async function copyDurably(from: string, to: string): Promise<number> {
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  const file = await open(to, 'r+')
  try {
    await file.sync()
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

export async function readManifest(folder: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(folder, manifestFile), 'utf8')) as unknown
}

function alreadyThere(to: string): Failure {
  return new Failure({
    code: 'hub.backupExists',
    attempted: `back up to ${to}`,
    remedy: 'staff',
    message: `${to} is there already. Give every backup a folder of its own.`,
  })
}

function backupFailed(to: string, cause: unknown): Failure {
  return new Failure({
    code: 'hub.backupFailed',
    attempted: `back up to ${to}`,
    remedy: 'staff',
    message: `The backup to ${to} failed: ${cause instanceof Error ? cause.message : String(cause)}. Nothing was left there.`,
    cause: failureData(cause),
  })
}
