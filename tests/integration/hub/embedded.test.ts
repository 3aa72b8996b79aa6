import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../../../src-hub/lock.ts'
import { openDatabase } from '../../../src-hub/store/database.ts'
import { copyPostgres } from '../../../src-hub/store/embedded-binaries.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src-hub/store/embedded.ts'
import { startHubProcess } from './hub-process.ts'
import { temporaryFolder } from './harness.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function folder(): Promise<string> {
  const made = await temporaryFolder()
  cleanUps.push(() => rm(made, { recursive: true, force: true }))
  return made
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres(dataDir)
  cleanUps.push(() => postgres.close())
  return postgres
}

async function ask(postgres: EmbeddedPostgres, text: string) {
  const database = openDatabase(postgres.url('postgres'), () => {})
  const rows = await database.query<Record<string, string>>(text)
  await database.close()
  return rows
}

/** Processes whose command line names the folder. */
function serversOf(dataDir: string): number[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
  const lines = listed
    .split('\n')
    .filter((line) => line.includes(`${dataDir}/postgresql`) && !line.includes('ps -eo'))
  return lines.map((line) => Number.parseInt(line, 10))
}

async function untilNoServer(dataDir: string): Promise<void> {
  while (serversOf(dataDir).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('the embedded PostgreSQL', () => {
  it('writes through to the disk and listens on no network address', async () => {
    const postgres = await start(await folder())
    expect(await ask(postgres, 'SHOW fsync')).toEqual([{ fsync: 'on' }])
    expect(await ask(postgres, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }])
    expect(await ask(postgres, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }])
  })

  it('never runs as root, and lets only its own user at its files', async () => {
    const dataDir = await folder()
    await start(dataDir)
    const { uid, mode } = statSync(path.join(dataDir, 'postgresql'))
    expect(mode & 0o777).toBe(0o700)
    expect(uid).not.toBe(0)
    expect(statSync(path.join(dataDir, 'postgresql.json')).mode & 0o777).toBe(0o600)
  })

  it('keeps its data over an orderly stop and start', async () => {
    const dataDir = await folder()
    const first = await start(dataDir)
    await ask(first, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await first.close()
    expect(await ask(await start(dataDir), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  })

  it('starts again over the pid file of a server that was killed, even one that names a living process', async () => {
    const dataDir = await folder()
    const first = await start(dataDir)
    await ask(first, 'CREATE TABLE kept AS SELECT 42 AS answer')
    const pidFile = path.join(dataDir, 'postgresql', 'data', 'postmaster.pid')
    const left = readFileSync(pidFile, 'utf8')
    await first.close()
    const owner = statSync(path.dirname(pidFile))
    const stranger = spawn('sleep', ['60'], { uid: owner.uid })
    cleanUps.push(() => stranger.kill('SIGKILL'))
    writeFileSync(pidFile, left.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 })
    chownSync(pidFile, owner.uid, owner.gid)
    expect(await ask(await start(dataDir), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  })

  it('ends an orphan of its folder before it starts', async () => {
    const dataDir = await folder()
    const orphan = await startEmbeddedPostgres(dataDir)
    await ask(orphan, 'CREATE TABLE kept AS SELECT 42 AS answer')
    const next = await start(dataDir)
    expect(await ask(next, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
    expect(await orphan.ended).toBeTypeOf('string')
  })

  it('opens the way through its own data folder when it must run as another user', async () => {
    const dataDir = await folder()
    chmodSync(dataDir, 0o700)
    await start(dataDir)
    expect(existsSync(path.join(dataDir, 'postgresql', 'data', 'PG_VERSION'))).toBe(true)
  })

  it('keeps its data elsewhere, and remembers where, when a folder above is closed to its user', async () => {
    const closed = await folder()
    chmodSync(closed, 0o700)
    const dataDir = path.join(closed, 'hub')
    mkdirSync(dataDir)
    const first = await start(dataDir)
    await ask(first, 'CREATE TABLE kept AS SELECT 42 AS answer')
    const place = JSON.parse(readFileSync(path.join(dataDir, 'postgresql.json'), 'utf8')) as { home: string }
    const isRoot = process.getuid?.() === 0
    // Only root's server runs as somebody else; everybody else's may stay where it is.
    expect(path.isAbsolute(place.home)).toBe(isRoot)
    if (isRoot) cleanUps.unshift(() => rm(place.home, { recursive: true, force: true }))
    await first.close()
    chmodSync(closed, 0o711)
    expect(await ask(await start(dataDir), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  })

  it('uses a short socket path when the data folder’s is too long for one', async () => {
    const dataDir = path.join(await folder(), 'x'.repeat(90))
    mkdirSync(dataDir, { mode: 0o711 })
    const postgres = await start(dataDir)
    expect(await ask(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    const socket = decodeURIComponent(/@([^/]+)\//.exec(postgres.url('x'))?.[1] ?? '')
    expect(socket.startsWith(dataDir)).toBe(false)
    cleanUps.push(() => rm(socket, { recursive: true, force: true }))
  })
})

describe('the copy of PostgreSQL’s programs', () => {
  it('keeps links as links and makes those npm left out', async () => {
    const source = path.join(await folder(), 'package', 'native')
    mkdirSync(path.join(source, 'lib'), { recursive: true })
    writeFileSync(path.join(source, 'lib', 'libpq.so.5.18'), 'library')
    const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]
    writeFileSync(path.join(source, 'pg-symlinks.json'), JSON.stringify(links))
    const target = path.join(await folder(), 'cache', 'postgresql')

    await Promise.all([copyPostgres(source, target), copyPostgres(source, target)])

    const link = path.join(target, 'lib', 'libpq.so.5')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readlinkSync(link)).toBe('libpq.so.5.18')
    expect(readFileSync(link, 'utf8')).toBe('library')
  })

  it('leaves nothing half done behind and says what to do when it cannot be made', async () => {
    const target = path.join(await folder(), 'cache', 'postgresql')
    await expect(copyPostgres('/nowhere', target)).rejects.toMatchObject({ code: 'hub.postgresCopy' })
    expect(existsSync(target)).toBe(false)
  })
})

describe('one hub for one data folder', () => {
  it('is refused a second time with a way out, until the first lets go', async () => {
    const dataDir = await folder()
    const lock = await lockFolder(dataDir)
    await expect(lockFolder(dataDir)).rejects.toMatchObject({ code: 'hub.inUse', remedy: 'staff' })
    await lock.release()
    await (await lockFolder(dataDir)).release()
  })

  it('says so from the command line, and the first goes on', async () => {
    const dataDir = await folder()
    const first = await startHubProcess(dataDir)
    cleanUps.push(() => first.stop())
    await expect(startHubProcess(dataDir)).rejects.toThrow(/hub\.inUse/)
    expect((await fetch(`${first.url}/`)).status).toBe(200)
  })
})

describe('the hub’s process', () => {
  it('leaves no database server behind when it is asked to stop', async () => {
    const dataDir = await folder()
    const hub = await startHubProcess(dataDir)
    expect(serversOf(dataDir).length).toBeGreaterThan(0)
    expect(await hub.stop()).toBe(0)
    await untilNoServer(dataDir)
  })

  it('leaves no database server behind when it is killed, and starts again at once', async () => {
    const dataDir = await folder()
    const hub = await startHubProcess(dataDir)
    await hub.kill()
    const again = await startHubProcess(dataDir, Number(new URL(hub.url).port))
    expect(again.url).toBe(hub.url)
    expect(await again.stop()).toBe(0)
    await untilNoServer(dataDir)
  })

  it('stops when the program that started it is gone', async () => {
    const dataDir = await folder()
    const hub = await startHubProcess(dataDir)
    hub.closeStdin()
    expect(await hub.exited).toBe(0)
    await untilNoServer(dataDir)
  })

  it('ends with a reason when its database is killed under it', async () => {
    const dataDir = await folder()
    const hub = await startHubProcess(dataDir)
    const pid = Number(
      readFileSync(path.join(dataDir, 'postgresql', 'data', 'postmaster.pid'), 'utf8').split('\n')[0],
    )
    process.kill(pid, 'SIGKILL')
    expect(await hub.exited).toBe(1)
    expect(hub.errors()).toContain('hub.postgresEnded')
  })

  it('keeps its tokens in files only the owner reads, the same after a restart', async () => {
    const dataDir = await folder()
    const first = await startHubProcess(dataDir)
    const token = readFileSync(first.joinTokenFile, 'utf8')
    expect(token.trim().length).toBeGreaterThanOrEqual(32)
    for (const file of [first.joinTokenFile, first.operatorTokenFile]) {
      expect(statSync(file).mode & 0o777).toBe(0o600)
    }
    await first.stop()
    const second = await startHubProcess(dataDir)
    expect(readFileSync(second.joinTokenFile, 'utf8')).toBe(token)
    await second.stop()
  })
})
