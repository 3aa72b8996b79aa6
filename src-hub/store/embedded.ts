import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Failure, failureData } from '../../src-main/contract/failure.ts'
import { findPostgresBinaries, type PostgresBinaries } from './embedded-binaries.ts'
import { type Cluster, identityOf, postgresEnvironment, prepareCluster } from './embedded-cluster.ts'

export interface EmbeddedPostgres {
  /** Connection URL of one database of this server. */
  url(database: string): string
  /** The server ended although nobody asked it to: resolves with what it said last. */
  readonly ended: Promise<string>
  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  close(): Promise<void>
}

const readyTimeoutMs = 30_000
const oldServerTimeoutMs = 10_000
const shutdownTimeoutMs = 10_000

/**
 * Starts PostgreSQL from the npm binaries with its data in `dataDir`, on a unix socket only. The caller holds the data
 * folder's lock (`lock.ts`), so a server found there is an orphan of a killed hub and is ended first.
 */
export async function startEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const binaries = await findPostgresBinaries(process.getuid?.() === 0)
  const cluster = await prepareCluster(dataDir, binaries)
  await endOrphan(cluster)
  const deadline = performance.now() + oldServerTimeoutMs
  for (;;) {
    const server = new PostgresServer(cluster, binaries)
    try {
      await server.untilReady()
      return server
    } catch (error) {
      await server.close()
      if (!server.foundOldBackends() || performance.now() > deadline) throw error
      await sleep(50)
    }
  }
}

/**
 * The server reads fd 3 through a watcher: when the hub dies, however it dies, the pipe closes and the watcher asks
 * the server to stop. `$$` stays the server's process id after `exec`.
 */
const startScript = '( (cat <&3 >/dev/null; kill -INT $$) 2>/dev/null & ); exec "$@" 3<&-'

class PostgresServer implements EmbeddedPostgres {
  readonly ended: Promise<string>
  readonly #cluster: Cluster
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  #closing = false
  #running = true
  #lastWords = ''

  constructor(cluster: Cluster, binaries: PostgresBinaries) {
    this.#cluster = cluster
    this.#child = spawn(
      '/bin/sh',
      [
        '-c',
        startScript,
        'sh',
        path.join(binaries.directory, 'bin', 'postgres'),
        ...serverArguments(cluster),
      ],
      {
        ...identityOf(cluster),
        env: postgresEnvironment(),
        cwd: '/',
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        // Its own process group: Ctrl-C in the terminal must reach the hub only, which then stops the server in order.
        detached: true,
      },
    )
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-4000)
    })
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#end(error.message, resolve))
      this.#child.once('exit', () => this.#end('', resolve))
    })
    this.ended = this.#exited.then(() => (this.#closing ? new Promise<string>(() => {}) : this.#lastWords))
  }

  #end(words: string, resolve: () => void): void {
    this.#running = false
    this.#lastWords += words
    this.#child.stdio[3]?.destroy()
    resolve()
  }

  url(database: string): string {
    return clusterUrl(this.#cluster, database)
  }

  async untilReady(): Promise<void> {
    const deadline = performance.now() + readyTimeoutMs
    for (;;) {
      const refusal = await connectOnce(this.url('postgres'))
      if (refusal === null) return
      if (!this.#running || performance.now() > deadline) throw notReady(this.#lastWords, refusal)
      await sleep(15)
    }
  }

  /** The server before was killed and its backends are still finishing their last statement: they end by themselves. */
  foundOldBackends(): boolean {
    return this.#lastWords.includes('pre-existing shared memory block')
  }

  async close(): Promise<void> {
    this.#closing = true
    if (this.#running) this.#child.kill('SIGINT')
    const killer = setTimeout(() => this.#child.kill('SIGQUIT'), shutdownTimeoutMs)
    await this.#exited
    clearTimeout(killer)
  }
}

/** How to reach a database of a cluster whose server runs, on its socket. */
export function clusterUrl({ socket, password }: Cluster, database: string): string {
  return `postgresql://facelane:${password}@${encodeURIComponent(socket)}/${database}`
}

function serverArguments(cluster: Cluster): string[] {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: `"${cluster.socket}"`,
    unix_socket_permissions: '0700',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    shared_buffers: '64MB',
    max_connections: '60',
    log_min_messages: 'warning',
  }
  return [
    '-D',
    cluster.data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

async function connectOnce(connectionString: string): Promise<unknown> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  try {
    await client.connect()
    return null
  } catch (error) {
    return error
  } finally {
    await client.end().catch(() => {})
  }
}

/** A hub that was killed with its watcher may leave a server behind; two servers on one folder lose data. */
async function endOrphan(cluster: Cluster): Promise<void> {
  const pid = await livingServer(cluster)
  if (pid !== null) signal(pid, 'SIGINT')
  const deadline = performance.now() + oldServerTimeoutMs
  while (pid !== null && (await livingServer(cluster)) === pid) {
    if (performance.now() > deadline) signal(pid, 'SIGQUIT')
    await sleep(20)
  }
  await disownStalePid(cluster)
}

/** One more than Linux ever gives a process. */
const nobodysPid = 4_194_305

/**
 * A killed server that nobody reaped yet (no init in the container), or another program that got its number, looks
 * alive to PostgreSQL. Only the number is replaced: the rest of the file lets PostgreSQL find backends still running.
 */
async function disownStalePid(cluster: Cluster): Promise<void> {
  const file = pidFile(cluster)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text !== null) await writeFile(file, text.replace(/^\d+/, String(nobodysPid)))
  // The socket's own lock says nothing more; the data folder's decides.
  await rm(path.join(cluster.socket, '.s.PGSQL.5432.lock'), { force: true })
}

function pidFile({ data }: Cluster): string {
  return path.join(data, 'postmaster.pid')
}

/** Its pid file may be stale and the number taken by any other program, so the command line must name our folder. */
async function livingServer(cluster: Cluster): Promise<number | null> {
  const lines = await readFile(pidFile(cluster), 'utf8').catch(() => '')
  const pid = Number(lines.split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1) return null
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.split('\0').includes(cluster.data) ? pid : null
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function notReady(lastWords: string, refusal: unknown): Failure {
  return new Failure({
    code: 'hub.postgresStart',
    attempted: 'start the embedded PostgreSQL',
    remedy: 'staff',
    message: `The embedded PostgreSQL did not start: ${lastWords.trim() || 'it said nothing'}`,
    cause: failureData(refusal),
  })
}
