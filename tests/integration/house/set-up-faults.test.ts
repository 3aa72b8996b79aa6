import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Clone, outcome, type Outcome } from './clone.ts'

/** One sentence what is wrong, one what to do, exit code 1, and nothing of it on stdout. */
function expectProblem({ code, stdout, stderr }: Outcome, problem: string): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(new RegExp(`facelane: ${problem}: [A-Z].+\\nWhat to do: [A-Z].+\\.\\n$`))
}

const faults: readonly (readonly [string, string, string])[] = [
  ['no name server', 'npm error code ENOTFOUND', 'setup.network'],
  ['a network that does not answer', 'npm ERR! code ETIMEDOUT', 'setup.network'],
  ['a connection cut off', 'npm error code ECONNRESET\nnpm error errno ECONNRESET', 'setup.network'],
  ['a package that is not the one that was locked', 'npm ERR! code EINTEGRITY', 'setup.integrity'],
  ['a full disk', 'npm error code ENOSPC\nnpm error syscall write', 'setup.disk'],
  ['a read-only file system', 'npm error code EROFS', 'setup.readOnly'],
  ['a registry without the package', 'npm error code E404', 'setup.registry'],
  ['a lockfile that does not fit package.json', 'npm error code EUSAGE', 'setup.lockfile'],
  ['something else', 'npm error code ELIFECYCLE\nnpm error it broke', 'setup.install'],
]

describe('a set-up that cannot be done', () => {
  for (const [what, said, problem] of faults) {
    it(`tells ${what} from the rest (npm stand-in says "${said.split('\n')[0] ?? ''}")`, async () => {
      using clone = new Clone()
      clone.write({ 'fail-npm': `${said}\n` })
      const { code, stdout, stderr } = await clone.run(['start'])
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain(`facelane: ${problem}: `)
      expect(stderr).toMatch(/\nWhat to do: [A-Z].+\.\n$/)
    })
  }

  it('answers --json with one object all the same', async () => {
    using clone = new Clone()
    clone.write({ 'fail-npm': 'npm error code ENOSPC\n' })
    const { code, stdout } = await clone.run(['demo', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'setup.disk', attempted: 'install the packages', remedy: 'staff' },
    })
  })

  it('hears npm even under `npm run -s`, which hands silence down', async () => {
    using clone = new Clone()
    await clone.run(['doctor'], { npm_config_loglevel: 'silent' })
    expect(clone.log('npm')[0]).toContain('--loglevel=error')
  })

  it('leaves the packages that are there alone when new ones cannot be had', async () => {
    using clone = new Clone()
    await clone.run(['doctor'])
    clone.changeLockfile('2.0.0')
    clone.write({ 'fail-npm': 'npm error code ENOTFOUND\n' })
    expectProblem(await clone.run(['doctor']), 'setup.network')
    expect(clone.read('node_modules/installed-version')).toBe('1.0.0')
    expect(clone.has('out/.setup/lock')).toBe(false)
    clone.remove('fail-npm')
    expect((await clone.run(['doctor'])).code).toBe(0)
  })

  it('leaves the screens that are there alone when new ones do not build', async () => {
    using clone = new Clone()
    await clone.run(['setup'])
    clone.write({ 'src-renderer/page.txt': 'broken page', 'fail-vite': '' })
    const { code, stderr } = await clone.run(['setup'])
    expect(code).toBe(1)
    expect(stderr).toContain('the page does not compile')
    expect(stderr).toContain('facelane: setup.ui: ')
    expect(clone.read('out/renderer/index.html')).toBe('first page')
  })

  it('points to the reason the model command gave', async () => {
    using clone = new Clone()
    clone.write({ 'fail-models': '' })
    const { code, stdout, stderr } = await clone.run(['demo', '--json'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/models\.integrity: a hash differs\nfacelane: setup\.models: /)
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'setup.models', cause: { code: 'models.integrity' } },
    })
  })

  it('says when there is no npm', async () => {
    using clone = new Clone()
    expectProblem(await clone.run(['start'], { PATH: path.join(clone.root, 'nowhere') }), 'setup.npm')
  })

  it('says when Node is too old, before it reads any newer file', async () => {
    using clone = new Clone()
    clone.write({
      'old-node.mjs': `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })`,
    })
    const preload = ['--import', pathToFileURL(path.join(clone.root, 'old-node.mjs')).href]
    const result = await clone.run(['start'], {}, preload)
    expectProblem(result, 'setup.node')
    expect(result.stderr).toContain('Node 18.20.4 is too old')
  })

  it('says when the folder cannot be written to, by another user or without the right', async () => {
    using clone = new Clone()
    const launcher = pathToFileURL(path.join(clone.root, 'scripts', 'launcher', 'main.mjs')).href
    const code = `import(${JSON.stringify(launcher)}).then((launcher) => {
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534) }
      else require('node:fs').chmodSync('.', 0o555)
      return launcher.main(['start'])
    })`
    const child = spawn(process.execPath, ['-e', code], {
      cwd: clone.root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expectProblem(await outcome(child), 'setup.readOnly')
    if (process.getuid?.() !== 0) execFileSync('chmod', ['755', clone.root])
  })
})

describe('the real npm on this machine', () => {
  const realNpm = { PATH: process.env['PATH'] ?? '', npm_config_cache: '', npm_config_fetch_retries: '0' }

  function lockfile(resolved: string, integrity: string): string {
    return JSON.stringify({
      name: 'clone',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { name: 'clone', dependencies: { thing: '1.0.0' } },
        'node_modules/thing': { version: '1.0.0', resolved, integrity },
      },
    })
  }

  const sha512 = (text: string): string => `sha512-${createHash('sha512').update(text).digest('base64')}`

  it('refuses a package with another hash than the lockfile has, and we say so', async () => {
    using clone = new Clone()
    execFileSync('mkdir', ['-p', path.join(clone.root, 'package')])
    writeFileSync(path.join(clone.root, 'package', 'package.json'), '{"name":"thing","version":"1.0.0"}')
    execFileSync('tar', ['-czf', 'thing.tgz', 'package'], { cwd: clone.root })
    clone.write({
      'package.json': '{"name":"clone","type":"module","dependencies":{"thing":"file:thing.tgz"}}',
      'package-lock.json': lockfile('file:thing.tgz', sha512('another')).replace(
        '"1.0.0"',
        '"file:thing.tgz"',
      ),
    })
    const result = await clone.run(['doctor'], {
      ...realNpm,
      npm_config_cache: path.join(clone.root, 'cache'),
    })
    expectProblem(result, 'setup.integrity')
  })

  it('cannot reach a registry that is not there, and we say so', async () => {
    using clone = new Clone()
    clone.write({
      'package.json': '{"name":"clone","type":"module","dependencies":{"thing":"1.0.0"}}',
      'package-lock.json': lockfile('http://127.0.0.1:9/thing/-/thing-1.0.0.tgz', sha512('x')),
    })
    const result = await clone.run(['doctor'], {
      ...realNpm,
      npm_config_cache: path.join(clone.root, 'cache'),
      npm_config_registry: 'http://127.0.0.1:9/',
    })
    expectProblem(result, 'setup.network')
  })
})
