import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  access,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { Failure } from '../../src-main/contract/failure.ts'
import type { PostgresBinaries } from './embedded-binaries.ts'
import { canOthersReach } from './reachable.ts'

/** `nobody` and `nogroup` on Debian; PostgreSQL refuses to run as root. */
export const unprivilegedId = 65_534

/** Longest path of a unix socket on Linux is 107 bytes; PostgreSQL adds "/.s.PGSQL.5432" to the folder. */
const maxSocketFolderBytes = 107 - '/.s.PGSQL.5432'.length

/** The folders of one PostgreSQL cluster and who it runs as; `uid` null means as ourselves. */
export interface Cluster {
  readonly data: string
  readonly socket: string
  readonly uid: number | null
  readonly password: string
}

/** What the data folder remembers of its cluster. `home` is relative to the data folder, or absolute elsewhere. */
const placeSchema = z.object({ home: z.string().min(1), password: z.string().min(16) })
type Place = z.infer<typeof placeSchema>

/** Initialises the cluster that belongs to the data folder when it is not there yet. */
export async function prepareCluster(dataDir: string, binaries: PostgresBinaries): Promise<Cluster> {
  const uid = unprivilegedUser()
  const place = await placeOf(dataDir, uid)
  const home = path.resolve(dataDir, place.home)
  await ownedFolder(home, uid)
  const socket = socketFolder(home)
  await ownedFolder(socket, uid)
  const cluster = { data: path.join(home, 'data'), socket, uid, password: place.password }
  if (!(await isThere(path.join(cluster.data, 'PG_VERSION')))) await initialise(home, cluster, binaries)
  return cluster
}

/** Where a cluster that was copied from elsewhere goes; the hub finds it only after `commit`. */
export async function adoptPlace(
  dataDir: string,
  password: string,
): Promise<{ data: string; uid: number | null; commit: () => Promise<void> }> {
  const uid = unprivilegedUser()
  const home = await chooseHome(dataDir, uid)
  const folder = path.resolve(dataDir, home)
  await ownedFolder(folder, uid)
  return { data: path.join(folder, 'data'), uid, commit: () => writePlace(dataDir, { home, password }) }
}

/** The cluster of a data folder, as it is; null when there is none. */
export async function findCluster(dataDir: string): Promise<Cluster | null> {
  const place = await readPlace(dataDir)
  if (place === null) return null
  const home = path.resolve(dataDir, place.home)
  return {
    data: path.join(home, 'data'),
    socket: socketFolder(home),
    uid: unprivilegedUser(),
    password: place.password,
  }
}

function unprivilegedUser(): number | null {
  return process.getuid?.() === 0 ? unprivilegedId : null
}

/**
 * In the hub's data folder, or under /var/lib when the hub is root and the unprivileged user could not enter that
 * folder. Chosen once: permissions that change later must not make the hub begin an empty database.
 */
async function placeOf(dataDir: string, uid: number | null): Promise<Place> {
  const known = await readPlace(dataDir)
  if (known !== null) return known
  // The socket's folder keeps other users out; the password keeps out whoever shares the unprivileged one.
  const place = { home: await chooseHome(dataDir, uid), password: randomBytes(24).toString('hex') }
  await writePlace(dataDir, place)
  return place
}

async function chooseHome(dataDir: string, uid: number | null): Promise<string> {
  const inside = uid === null || (await makeReachable(dataDir))
  return inside ? 'postgresql' : path.join('/var/lib/facelane', randomBytes(8).toString('hex'))
}

export const placeFile = 'postgresql.json'

async function readPlace(dataDir: string): Promise<Place | null> {
  const known = await readFile(path.join(dataDir, placeFile), 'utf8').catch(() => null)
  return known === null ? null : placeSchema.parse(JSON.parse(known))
}

async function writePlace(dataDir: string, place: Place): Promise<void> {
  const file = path.join(dataDir, placeFile)
  await writeFile(`${file}.new`, JSON.stringify(place), { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}

/** Lets others pass through the hub's own folder (its secrets stay unreadable); folders above it are not ours to open. */
async function makeReachable(dataDir: string): Promise<boolean> {
  const { uid, mode } = await stat(dataDir)
  if (uid === process.getuid?.()) await chmod(dataDir, (mode & 0o777) | 0o011)
  return canOthersReach(dataDir)
}

/** A folder only the cluster's user can open. One that somebody else put there is refused, never taken over. */
async function ownedFolder(folder: string, uid: number | null): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true })
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  const found = await lstat(folder)
  const ours = process.getuid?.() ?? found.uid
  const wanted = uid ?? ours
  if (!found.isDirectory() || (found.uid !== ours && found.uid !== wanted)) throw foreignFolder(folder)
  if (found.uid !== wanted) await chown(folder, wanted, wanted)
}

/** Beside the data, or in the temporary folder when that path is too long for a socket. */
function socketFolder(home: string): string {
  const beside = path.join(home, 'socket')
  if (Buffer.byteLength(beside) <= maxSocketFolderBytes) return beside
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16)
  return path.join(tmpdir(), `facelane-hub-${name}`)
}

function foreignFolder(folder: string): Failure {
  return new Failure({
    code: 'hub.foreignFolder',
    attempted: `use ${folder}`,
    remedy: 'staff',
    message: `${folder} belongs to another user. Remove it, or give the hub another data folder.`,
  })
}

async function initialise(home: string, cluster: Cluster, binaries: PostgresBinaries): Promise<void> {
  const unfinished = await mkdtemp(path.join(home, 'new-'))
  const passwordFile = path.join(unfinished, 'password')
  const data = path.join(unfinished, 'data')
  try {
    await writeFile(passwordFile, cluster.password, { mode: 0o600 })
    if (cluster.uid !== null) {
      await chown(unfinished, cluster.uid, cluster.uid)
      await chown(passwordFile, cluster.uid, cluster.uid)
    }
    await runInitdb(binaries, cluster, data, passwordFile)
    await rename(data, cluster.data)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function runInitdb(
  binaries: PostgresBinaries,
  cluster: Cluster,
  data: string,
  passwordFile: string,
): Promise<void> {
  const settings = [
    '-U',
    'facelane',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-instructions',
    '--auth=scram-sha-256',
  ]
  const child = spawn(
    path.join(binaries.directory, 'bin', 'initdb'),
    ['-D', data, ...settings, '--pwfile', passwordFile],
    { ...identityOf(cluster), env: postgresEnvironment(), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  if (code === 0) return
  throw new Failure({
    code: 'hub.postgresInit',
    attempted: `initialise PostgreSQL in ${data}`,
    remedy: 'staff',
    nativeCode: String(code),
    message: `PostgreSQL could not create its data folder: ${complaint.trim() || 'no reason given'}`,
  })
}

/** Options of `spawn` that make the child run as the cluster's user. */
export function identityOf(cluster: Cluster): { uid?: number; gid?: number } {
  return cluster.uid === null ? {} : { uid: cluster.uid, gid: cluster.uid }
}

/** Nothing of ours leaks into PostgreSQL: its PG… variables would change which server it is. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
