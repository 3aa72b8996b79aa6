import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = process.cwd()
const modules = path.join(root, 'node_modules')

let folder: string
let built: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'facelane-electron-'))
  built = path.join(folder, 'out', 'electron')
  const vite = path.join(modules, 'electron-vite', 'bin', 'electron-vite.js')
  const env = { ...process.env, FACELANE_ELECTRON_OUT: built }
  await run(process.execPath, [vite, 'build', '--config', 'electron.config.ts'], { cwd: root, env })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface ArchiveFolder {
  readonly files?: Readonly<Record<string, ArchiveFolder>>
}

/** The files of an asar archive: a header in JSON, its length in the fourth word. */
function archiveListing(archive: Buffer): string[] {
  const header = JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12))) as ArchiveFolder
  const below = (folder: ArchiveFolder, name: string): string[] =>
    folder.files === undefined
      ? [name]
      : Object.entries(folder.files).flatMap(([entry, child]) => below(child, `${name}/${entry}`))
  return below(header, '')
}

describe('the Electron build', () => {
  it('makes a preload in CommonJS that needs nothing but Electron, as the sandbox demands', async () => {
    const preload = await readFile(path.join(built, 'preload', 'preload.cjs'), 'utf8')
    expect([...preload.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1])).toEqual(['electron'])
    expect(preload).not.toMatch(/^\s*(import|export)\s/m)
  })

  it('is the entry package.json names', async () => {
    const { main } = JSON.parse(await readFile('package.json', 'utf8')) as { main: string }
    expect(existsSync(path.join(folder, main))).toBe(true)
  })

  it.each([
    ['face/engine', 'engine.js'],
    ['face/gallery', 'searchThreads.js'],
    ['store/references', 'worker-pages.js'],
  ])('has the worker of %s beside %s, which starts it', async (folder, starter) => {
    const room = path.join(built, 'main', 'src-main', folder)
    expect(await readFile(path.join(room, starter), 'utf8')).toMatch(
      /new URL\(["']\.\/worker\.js["'], import\.meta\.url\)/,
    )
    expect(existsSync(path.join(room, 'worker.js'))).toBe(true)
  })

  it('loads no script, style or font from another place and has no inline code', async () => {
    const page = await readFile(path.join(built, 'renderer', 'index.html'), 'utf8')
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|<style|\son\w+=/)
  })
})

describe('the package', () => {
  /** A little project beside the build: what must be in the package, and what must never be. */
  const decoys = [
    'tests/e2e/face.test.ts',
    'fixtures/people/manifest.json',
    'out/people/anna.mjpeg',
    'data/lane.db',
    '.env',
    'src-main/runtime.ts',
  ]
  let listing: string[]
  let binary: string

  /** Where Electron keeps its fuses: a marker, the version of the wire, its length, and a digit for each fuse. */
  const fuseMarker = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
  const electronsOwnFuses = '101100011'
  const ourFuses = '010011001'

  async function standInElectron(): Promise<string> {
    const dist = path.join(folder, 'electron-dist')
    await mkdir(path.join(dist, 'locales'), { recursive: true })
    await mkdir(path.join(dist, 'resources'))
    for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak']) {
      await writeFile(path.join(dist, name), '')
    }
    await writeFile(path.join(dist, 'version'), '45.4.1')
    const wire = [
      Buffer.from(fuseMarker),
      Buffer.from([1, electronsOwnFuses.length]),
      Buffer.from(electronsOwnFuses),
    ]
    await writeFile(path.join(dist, 'electron'), Buffer.concat(wire))
    await chmod(path.join(dist, 'electron'), 0o755)
    return dist
  }

  beforeAll(async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as Record<string, unknown>
    const { name, version, description, main, license } = manifest
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ name, version, description, main, license, type: 'module' }),
    )
    for (const file of [
      'LICENSE',
      'NOTICE',
      'models/manifest.json',
      'models/thresholds.json',
      'fixtures/catalogue',
    ]) {
      await cp(file, path.join(folder, file), { recursive: true })
    }
    for (const decoy of decoys) {
      await mkdir(path.dirname(path.join(folder, decoy)), { recursive: true })
      await writeFile(path.join(folder, decoy), 'must stay here')
    }
    const file = path.join(folder, 'electron-builder.json')
    const electronDist = await standInElectron()
    const base = path.join(root, 'electron-builder.yml')
    await writeFile(file, JSON.stringify({ extends: base, electronDist, electronVersion: '45.4.1' }))
    const builder = path.join(modules, 'electron-builder', 'cli.js')
    await run(process.execPath, [builder, '--linux', 'dir', '--config', file], { cwd: folder })
    const packaged = path.join(folder, 'out', 'packages', 'linux-unpacked')
    binary = path.join(packaged, 'facelane')
    listing = archiveListing(await readFile(path.join(packaged, 'resources', 'app.asar')))
  })

  it('holds the lane, its page, the model manifest and thresholds, the licence', () => {
    expect(listing).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/LICENSE',
        '/NOTICE',
        '/out/electron/main/src-main/shell/electron/index.js',
        '/out/electron/main/src-main/face/engine/worker.js',
        '/out/electron/main/models/manifest.json',
        '/out/electron/main/models/thresholds.json',
        '/out/electron/preload/preload.cjs',
        '/out/electron/renderer/index.html',
      ]),
    )
  })

  it('holds no recording of a person, no test, no data and no source', () => {
    expect(
      listing.filter((name) =>
        /\.(ts|tsx|mjpeg|jpe?g|onnx|db|env)$|\/tests\/|\/people\/|\/data\//.test(name),
      ),
    ).toEqual([])
  })

  it('has its fuses burnt in the binary (a stand-in file with the real fuse wire, no Electron here)', async () => {
    const bytes = (await readFile(binary)).toString('latin1')
    const fuses = bytes.slice(bytes.indexOf(fuseMarker) + fuseMarker.length + 2)
    // Node mode, cookies encrypted, NODE_OPTIONS, inspector, archive verified, archive only, snapshot, file:, WASM traps
    expect(fuses).toBe(ourFuses)
  })
})

describe('Electron on this machine', () => {
  const isInstalled = existsSync(path.join(modules, 'electron', 'path.txt'))

  it(
    isInstalled
      ? 'is installed, and says its version'
      : 'is not installed (its binary comes from outside the package registry), and its start refuses cleanly',
    async () => {
      const cli = path.join(modules, 'electron', 'cli.js')
      const env = { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }
      const started = run(process.execPath, [cli, '--version'], { env, timeout: 60_000 })
      if (isInstalled) expect((await started).stdout).toMatch(/^v45\./)
      else await expect(started).rejects.toMatchObject({ code: 1 })
    },
  )
})
