import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export const debianPostgres15 = '/usr/lib/postgresql/15/bin'

/** Why Debian's PostgreSQL 15 cannot be used here; null when it can. */
export function whyNoPostgres15(): string | null {
  return existsSync(path.join(debianPostgres15, 'postgres')) ? null : 'apt-get install postgresql-15'
}

/** `nobody` on Debian: PostgreSQL refuses to run as root. */
const nobody = 65_534

export interface OtherServer {
  /** URL of one database; that of `postgres` is there. */
  url(database: string): string
  close(): Promise<void>
}

/** A cluster of its own, on a free port of this machine, gone when it is closed. */
export async function startPostgres15(): Promise<OtherServer> {
  const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  const folder = await mkdtemp(path.join(tmpdir(), 'facelane-pg15-'))
  const data = path.join(folder, 'data')
  await mkdir(data, { mode: 0o700 })
  if (identity.uid !== undefined) for (const dir of [folder, data]) await chown(dir, nobody, nobody)
  const options = { ...identity, cwd: '/', env: { PATH: '/usr/bin:/bin' } }
  execFileSync(
    path.join(debianPostgres15, 'initdb'),
    ['-D', data, '-U', 'facelane', '-E', 'UTF8', '--no-locale', '-A', 'trust'],
    {
      ...options,
      stdio: 'ignore',
    },
  )
  const port = await freePort()
  const settings = [
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `port=${port}`,
    '-c',
    `unix_socket_directories=${folder}`,
  ]
  const server = spawn(
    path.join(debianPostgres15, 'postgres'),
    ['-D', data, '-c', 'max_connections=200', ...settings],
    {
      ...options,
      stdio: 'ignore',
    },
  )
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const url = (database: string) => `postgresql://facelane@127.0.0.1:${port}/${database}`
  await untilReady(url('postgres'))
  return {
    url,
    close: async () => {
      // At once, without a checkpoint: everything of it is thrown away.
      server.kill('SIGQUIT')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function untilReady(connectionString: string): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await client.end()
    } catch {
      await sleep(100)
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
