import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { findPostgresBinaries } from '../../../src-hub/store/embedded-binaries.ts'
import { prepareCluster, type Cluster } from '../../../src-hub/store/embedded-cluster.ts'

/** The hub's own PostgreSQL, looked at from outside the hub. */
export async function hubCluster(dataDir: string): Promise<Cluster> {
  return prepareCluster(dataDir, await findPostgresBinaries(process.getuid?.() === 0))
}

export async function connectTo({ socket, password }: Cluster): Promise<pg.Client> {
  const client = new pg.Client({ host: socket, user: 'facelane', password, database: 'postgres' })
  // The server may die between two questions; the next one says so.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** SIGKILL of the server, as when the power goes; nothing when it does not run. */
export function killServer({ data }: Cluster): void {
  try {
    const [pid] = readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')
    if (Number(pid) > 1) process.kill(Number(pid), 'SIGKILL')
  } catch {
    // It has not started yet, or is gone already.
  }
}
