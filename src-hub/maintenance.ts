import path from 'node:path'
import { Failure } from '../src-main/contract/failure.ts'
import { type BackedUp, reportBackup } from './journal/backed-up.ts'
import { lockFolder } from './lock.ts'
import { backUp, type BackupManifest } from './store/backup.ts'
import { openDatabase } from './store/database.ts'
import { clusterUrl, startEmbeddedPostgres } from './store/embedded.ts'
import { findCluster } from './store/embedded-cluster.ts'

export interface HubBackupOptions {
  readonly dataDir: string
  readonly to: string
  readonly nowMs: () => number
  readonly onProgress?: (bytes: number) => void
}

/**
 * Backs a hub with its embedded PostgreSQL up, running or stopped, and tells its lanes what is safe now. Throws
 * `Failure` `hub.notEmbedded`, `hub.backupExists` or `hub.backupFailed`.
 */
export async function backUpHub({
  dataDir: folder,
  to,
  nowMs,
  onProgress,
}: HubBackupOptions): Promise<BackupManifest & { readonly backedUp: readonly BackedUp[] }> {
  const dataDir = path.resolve(folder)
  const cluster = await findCluster(dataDir)
  if (cluster === null) throw notEmbedded(dataDir)
  await using undo = new AsyncDisposableStack()
  await startUnlessRunning(dataDir, undo)
  const connectionString = clusterUrl(cluster, 'postgres')
  const manifest = await backUp({
    connectionString,
    dataDir,
    to: path.resolve(to),
    nowMs,
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  const database = openDatabase(connectionString, () => undefined)
  undo.defer(() => database.close())
  return { ...manifest, backedUp: await reportBackup(database, manifest.beganAtMs, nowMs()) }
}

/** A hub that runs holds the lock, and its server answers; else the server is started for as long as this takes. */
async function startUnlessRunning(dataDir: string, undo: AsyncDisposableStack): Promise<void> {
  try {
    const lock = await lockFolder(dataDir)
    undo.defer(() => lock.release())
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'hub.inUse') return
    throw thrown
  }
  const server = await startEmbeddedPostgres(dataDir)
  undo.defer(() => server.close())
}

function notEmbedded(dataDir: string): Failure {
  return new Failure({
    code: 'hub.notEmbedded',
    attempted: `back up the hub in ${dataDir}`,
    remedy: 'staff',
    message: `No PostgreSQL of the hub's own lies in ${dataDir}. Back up the database behind --database-url with its own tools, then report it: facelane hub backed-up.`,
  })
}
