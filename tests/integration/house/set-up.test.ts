import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Clone, outcome } from './clone.ts'

describe('a command on a fresh clone', () => {
  it('installs, fetches the models, builds the screens, and then runs', async () => {
    using clone = new Clone()
    const { code, stdout, stderr } = await clone.run(['start', '--no-open'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ command: 'start', args: ['--no-open'] })
    expect(clone.log('npm')).toHaveLength(1)
    expect(clone.log('cli')).toEqual(['models fetch --if-missing --json', 'start --no-open'])
    expect(clone.read('out/renderer/index.html')).toBe('first page')
    expect(stderr).toMatch(/Installing packages[\s\S]*models progress[\s\S]*Building the screens/)
  })

  it('runs on the Node the project pins, with a compile cache inside node_modules', async () => {
    using clone = new Clone()
    const { stdout } = await clone.run(['doctor'])
    expect(JSON.parse(stdout)).toMatchObject({ cache: expect.stringContaining('node_modules') as string })
    expect(clone.has('node_modules/.bin/node')).toBe(true)
  })

  it('repeats no step on the second start and says nothing about set-up', async () => {
    using clone = new Clone()
    await clone.run(['start'])
    const { code, stderr } = await clone.run(['start'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(clone.log('npm')).toHaveLength(1)
    expect(clone.log('vite')).toHaveLength(1)
    expect(clone.log('cli')).toEqual(['models fetch --if-missing --json', 'start', 'start'])
  })

  it('needs only the packages for a command that shows no screen', async () => {
    using clone = new Clone()
    await clone.run(['queue', 'verify', '--json'])
    expect(clone.log('cli')).toEqual(['queue verify --json'])
    expect(clone.log('vite')).toEqual([])
  })

  it('keeps stdout for the one object of --json, progress and all', async () => {
    using clone = new Clone()
    const { stdout } = await clone.run(['demo', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ command: 'demo' })
  })

  it('takes an installation made by hand with npm as it is', async () => {
    using clone = new Clone()
    await clone.run(['setup'])
    clone.remove('node_modules/.cache')
    await clone.run(['setup'])
    expect(clone.log('npm')).toHaveLength(1)
  })

  it('says what setup did, as an object when asked', async () => {
    using clone = new Clone()
    const first = JSON.parse((await clone.run(['setup', '--json'])).stdout) as {
      ok: boolean
      done: { name: string }[]
    }
    expect(first.ok).toBe(true)
    expect(first.done.map(({ name }) => name)).toEqual(['packages', 'models', 'ui'])
    expect(JSON.parse((await clone.run(['setup', '--json'])).stdout)).toEqual({ ok: true, done: [] })
  })
})

describe('a clone that has changed', () => {
  it('installs again when the lockfile did, in one piece', async () => {
    using clone = new Clone()
    await clone.run(['doctor'])
    clone.changeLockfile('2.0.0')
    await clone.run(['doctor'])
    expect(clone.read('node_modules/installed-version')).toBe('2.0.0')
    expect(clone.log('npm')).toHaveLength(2)
    expect(clone.has('out/.setup/install')).toBe(false)
  })

  it('builds the screens again when a file of theirs changed, appeared or went', async () => {
    using clone = new Clone()
    await clone.run(['setup'])
    clone.write({ 'src-renderer/page.txt': 'second, longer page' })
    await clone.run(['setup'])
    expect(clone.read('out/renderer/index.html')).toBe('second, longer page')
    clone.write({ 'src-main/domain/new.ts': '' })
    await clone.run(['setup'])
    clone.remove('src-main/domain/new.ts')
    await clone.run(['setup'])
    expect(clone.log('vite')).toHaveLength(4)
  })

  it('asks for the models again when the manifest changed or a file of theirs is gone', async () => {
    using clone = new Clone()
    clone.write({ 'models/packs/a/model.onnx': 'weights' })
    await clone.run(['setup'])
    await clone.run(['setup'])
    clone.write({ 'models/manifest.json': '{"version":2}' })
    await clone.run(['setup'])
    clone.remove('models/packs/a/model.onnx')
    await clone.run(['setup'])
    expect(clone.log('cli')).toHaveLength(3)
  })
})

describe('two set-ups at once', () => {
  it('do the work once: the second waits, says for whom, and finds it done', async () => {
    using clone = new Clone()
    clone.write({ 'slow-npm': '1500' })
    const first = clone.start(['doctor'])
    const firstEnd = outcome(first)
    await expect.poll(() => clone.log('npm').length, { timeout: 20_000 }).toBe(1)
    const second = await clone.run(['doctor'])
    expect((await firstEnd).code).toBe(0)
    expect(second.code).toBe(0)
    expect(second.stderr).toContain(`Another set-up is running here (process ${first.pid})`)
    expect(clone.log('npm')).toHaveLength(1)
  })

  it('do not wait for a process that died with the lock', async () => {
    using clone = new Clone()
    clone.write({ 'out/.setup/lock': '999999999 1' })
    expect((await clone.run(['doctor'])).code).toBe(0)
    expect(clone.has('out/.setup/lock')).toBe(false)
  })

  it('do not take a new process for the dead one that had its number', async () => {
    using clone = new Clone()
    clone.write({ 'out/.setup/lock': `${process.pid} 1` })
    expect((await clone.run(['doctor'])).code).toBe(0)
  })
})

describe('the running command', () => {
  it('gets the signals of the launcher, whose exit code is its own', async () => {
    using clone = new Clone()
    await clone.run(['setup'])
    const child = clone.start(['wait'])
    const end = outcome(child)
    if (child.stdout !== null) await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect((await end).code).toBe(7)
  })

  it('is stopped when npm is, whose shell passes no signal on', async () => {
    using clone = new Clone()
    await clone.run(['setup'])
    const launcher = path.join(clone.root, 'scripts', 'run.mjs')
    const script = `"${process.execPath}" "${launcher}" wait; true`
    const env = { ...process.env, CLONE: clone.root, npm_lifecycle_event: 'start' }
    const shell = spawn('/bin/sh', ['-c', script], {
      cwd: clone.root,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(shell.stdout, 'data')
    shell.kill('SIGKILL')
    await expect.poll(() => clone.has('stopped'), { timeout: 20_000 }).toBe(true)
  })

  it('decides the exit code, also when it is killed', async () => {
    using clone = new Clone()
    expect((await clone.run(['exit', '3'])).code).toBe(3)
    expect((await clone.run(['die'])).code).toBe(128 + 9)
  })
})

describe('npm test', () => {
  it('ends with one plain line, after everything vitest says, and passes its arguments on', async () => {
    using clone = new Clone()
    const { code, stdout } = await clone.run(['test', '--project', 'unit'])
    expect(code).toBe(0)
    expect(stdout).toContain('run --project unit')
    expect(stdout.trim().split('\n').at(-1)).toBe('412 passed, 0 failed')
  })

  it('fails when a test failed', async () => {
    using clone = new Clone()
    clone.write({ 'counts.json': '{"passed":411,"failed":1}' })
    const { code, stdout } = await clone.run(['test'])
    expect(code).toBe(1)
    expect(stdout.trim().split('\n').at(-1)).toBe('411 passed, 1 failed')
  })

  it('is never green when the tests could not even start', async () => {
    using clone = new Clone()
    clone.write({ 'fail-vitest': '' })
    const { code, stdout } = await clone.run(['test'])
    expect(code).toBe(1)
    expect(stdout.trim().split('\n').at(-1)).toBe('0 passed, 1 failed')
  })
})

describe('npm run bench', () => {
  it('runs the named bench with its arguments, and names the known ones when it is asked for another', async () => {
    using clone = new Clone()
    clone.write({ 'tests/bench/startup.ts': 'console.log(process.argv.slice(2).join(" "))' })
    expect((await clone.run(['bench', 'startup', '--json'])).stdout).toBe('--json\n')
    const unknown = await clone.run(['bench', 'speed'])
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('bench.unknown: There is no bench called "speed".')
    expect(unknown.stderr).toContain('Choose one of: startup.')
  })
})
