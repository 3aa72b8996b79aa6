import { spawn, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A file of the little project: code that stands in for a package or for a part of ours. */
type Files = Readonly<Record<string, string>>

/**
 * What `npm ci` would leave behind: its record, a Node, and a vite and a vitest that note that they ran. Each can be
 * told to fail by a file of the name `fail-<name>` in the root.
 */
const fakeNpm = `#!${process.execPath}
const fs = require('node:fs')
const path = require('node:path')
const root = process.env.CLONE
fs.appendFileSync(path.join(root, 'npm.log'), process.argv.slice(2).join(' ') + '\\n')
const slow = path.join(root, 'slow-npm')
if (fs.existsSync(slow)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(fs.readFileSync(slow, 'utf8')))
const failure = path.join(root, 'fail-npm')
if (fs.existsSync(failure)) {
  process.stderr.write(fs.readFileSync(failure, 'utf8'))
  process.exit(1)
}
const modules = path.join(process.cwd(), 'node_modules')
function write(name, text) {
  fs.mkdirSync(path.dirname(path.join(modules, name)), { recursive: true })
  fs.writeFileSync(path.join(modules, name), text)
}
write('.package-lock.json', fs.readFileSync('package-lock.json', 'utf8'))
write('installed-version', JSON.parse(fs.readFileSync('package-lock.json', 'utf8')).version)
const node = 'node-' + process.platform + '-' + process.arch
write(node + '/package.json', '{}')
fs.mkdirSync(path.join(modules, node, 'bin'))
fs.symlinkSync(process.execPath, path.join(modules, node, 'bin', 'node'))
write('vite/bin/vite.js', \`
const fs = require('node:fs')
fs.appendFileSync('vite.log', 'build\\\\n')
if (fs.existsSync('fail-vite')) { console.error('the page does not compile'); process.exit(1) }
const out = process.argv[process.argv.indexOf('--outDir') + 1]
fs.mkdirSync(out, { recursive: true })
fs.writeFileSync(out + '/index.html', fs.readFileSync('src-renderer/page.txt'))
\`)
write('vitest/vitest.mjs', fs.readFileSync(path.join(root, 'vitest-stand-in.mjs'), 'utf8'))
`

const cli = `
import fs from 'node:fs'
const [command, ...args] = process.argv.slice(2)
fs.appendFileSync(process.env.CLONE + '/cli.log', [command, ...args].join(' ') + '\\n')
if (command === 'models') {
  console.error('models progress')
  if (fs.existsSync(process.env.CLONE + '/fail-models')) {
    console.error('facelane: models.integrity: a hash differs')
    console.log(JSON.stringify({ ok: false, error: { code: 'models.integrity' } }))
    process.exit(1)
  }
  console.log(JSON.stringify({ ok: true }))
} else if (command === 'wait') {
  process.on('SIGTERM', () => {
    fs.writeFileSync(process.env.CLONE + '/stopped', '')
    process.exit(7)
  })
  console.log('waiting')
  setInterval(() => undefined, 1000)
} else if (command === 'die') {
  process.kill(process.pid, 'SIGKILL')
} else if (command === 'exit') {
  process.exit(Number(args[0]))
} else {
  console.log(JSON.stringify({ command, args, cache: process.env.NODE_COMPILE_CACHE, node: process.execPath }))
}
`

const vitest = `
import fs from 'node:fs'
if (fs.existsSync('fail-vitest')) { console.error('no such config'); process.exit(1) }
const [, , verb, ...args] = process.argv
console.log([verb, ...args].join(' '))
fs.writeFileSync(process.env.FACELANE_TEST_COUNTS, fs.readFileSync('counts.json'))
console.log('something vitest says at the very end')
process.exitCode = JSON.parse(fs.readFileSync('counts.json')).failed > 0 ? 1 : 0
`

function lockfile(version: string): string {
  return JSON.stringify({
    name: 'clone',
    version,
    lockfileVersion: 3,
    packages: {
      '': { name: 'clone' },
      'node_modules/thing': { version, integrity: `sha512-${version}` },
      'node_modules/of-another-platform': { version, integrity: 'sha512-x', optional: true },
    },
  })
}

/** A fresh clone of a little project with our launcher in it, and an npm that obeys. */
export class Clone {
  readonly root = mkdtempSync(path.join(tmpdir(), 'facelane-clone-'))
  private readonly bin = path.join(this.root, 'bin')
  private readonly children = new Set<ChildProcess>()

  constructor() {
    chmodSync(this.root, 0o755)
    cpSync('scripts', path.join(this.root, 'scripts'), { recursive: true })
    this.write({
      'package.json': JSON.stringify({ name: 'clone', type: 'module' }),
      'package-lock.json': lockfile('1.0.0'),
      'src-main/cli/main.ts': cli,
      'src-renderer/page.txt': 'first page',
      'src-renderer/vite.config.ts': '',
      'models/manifest.json': '{}',
      'vitest-stand-in.mjs': vitest,
      'counts.json': '{"passed":412,"failed":0}',
      'bin/npm': fakeNpm,
      'bin/package.json': '{"type":"commonjs"}',
    })
    chmodSync(path.join(this.bin, 'npm'), 0o755)
  }

  write(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.root, name)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
  }

  remove(name: string): void {
    rmSync(path.join(this.root, name), { recursive: true, force: true })
  }

  has(name: string): boolean {
    return existsSync(path.join(this.root, name))
  }

  read(name: string): string {
    return readFileSync(path.join(this.root, name), 'utf8')
  }

  /** The lines a stand-in noted, none when it never ran. */
  log(name: 'npm' | 'vite' | 'cli'): string[] {
    return this.has(`${name}.log`) ? this.read(`${name}.log`).trim().split('\n') : []
  }

  changeLockfile(version: string): void {
    this.write({ 'package-lock.json': lockfile(version) })
  }

  /** Starts the launcher; `env` goes over an environment that knows only our npm. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    node: readonly string[] = [],
  ): ChildProcess {
    const child = spawn(process.execPath, [...node, path.join(this.root, 'scripts', 'run.mjs'), ...args], {
      cwd: this.root,
      env: { PATH: `${this.bin}:/usr/bin:/bin`, HOME: this.root, CLONE: this.root, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.children.add(child)
    child.on('close', () => this.children.delete(child))
    return child
  }

  run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    node: readonly string[] = [],
  ): Promise<Outcome> {
    return outcome(this.start(args, env, node))
  }

  [Symbol.dispose](): void {
    for (const child of this.children) child.kill('SIGKILL')
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** What a started launcher said and how it ended. */
export function outcome(child: ChildProcess): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
