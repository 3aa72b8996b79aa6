import fs from 'node:fs'
import path from 'node:path'
import { requireNode, runNode } from './children.mjs'
import { install, isInstalled, swapIn } from './install.mjs'
import { nodeProgram } from './paths.mjs'
import { Problem } from './problems.mjs'
import { fileSha256, fingerprint, parseJson, readJson, writeJson } from './stamps.mjs'

/** @typedef {import('./paths.mjs').Paths} Paths */
/** @typedef {(line: string) => void} Say */
/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title  the line shown when it has something to do
 * @property {(paths: Paths) => boolean} isDone   a few milliseconds, no process, no network
 * @property {(paths: Paths, say: Say) => Promise<void>} perform  throws a Problem, and then has removed nothing
 */

/** A child's own lines belong to the progress: stdout is kept for the command's answer. @type {import('node:child_process').StdioOptions} */
const progressOnly = ['ignore', 2, 2]

/**
 * Runs one of our commands for the object it prints; what else it says is progress.
 * @param {Paths} paths @param {readonly string[]} args @returns {Promise<{ code: number, answer: any }>}
 */
async function runForAnswer(paths, args) {
  let said = ''
  const code = await runNode(
    paths,
    requireNode(nodeProgram(paths)),
    args,
    { cwd: paths.root, stdio: ['ignore', 'pipe', 2] },
    (child) => child.stdout?.on('data', (/** @type {Buffer} */ text) => (said += text.toString())),
  )
  return { code, answer: parseJson(said) }
}

/** @param {Paths} paths @param {string} step */
function stampOf(paths, step) {
  return path.join(paths.state, `${step}.json`)
}

/** What the model step depends on and makes: the manifest's bytes, and the fetched files by size and time. @param {Paths} paths */
function modelState(paths) {
  const manifest = fs.existsSync(paths.manifest) ? fileSha256(paths.manifest) : 'none'
  return { manifest, packs: fingerprint(paths.root, [paths.packs]) }
}

/** @param {unknown} a @param {unknown} b */
function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** @type {Step} */
const packages = {
  name: 'packages',
  title: 'Installing packages (about a minute, once)…',
  isDone: isInstalled,
  perform: install,
}

/** @type {Step} */
const models = {
  name: 'models',
  title: 'Fetching and verifying the face models…',
  isDone: (paths) => same(readJson(stampOf(paths, 'models')), modelState(paths)),
  async perform(paths) {
    const args = [paths.cli, 'models', 'fetch', '--if-missing', '--json']
    const { code, answer } = await runForAnswer(paths, args)
    if (code !== 0) {
      const wrong = 'The face models could not be fetched and verified; the reason stands above.'
      const whatToDo = 'Put it right and run the same command again.'
      throw new Problem('setup.models', 'fetch the models', wrong, whatToDo, answer?.error)
    }
    writeJson(stampOf(paths, 'models'), modelState(paths))
  },
}

/** @param {Paths} paths */
function uiInputs(paths) {
  const inputs = ['src-renderer', 'src-main/contract', 'src-main/domain', 'package-lock.json']
  return fingerprint(
    paths.root,
    inputs.map((input) => path.join(paths.root, input)),
  )
}

/** @type {Step} */
const ui = {
  name: 'ui',
  title: 'Building the screens…',
  isDone: (paths) =>
    fs.existsSync(path.join(paths.renderer, 'index.html')) &&
    readJson(stampOf(paths, 'ui')) === uiInputs(paths),
  async perform(paths) {
    const inputs = uiInputs(paths)
    const vite = path.join(paths.modules, 'vite', 'bin', 'vite.js')
    const config = path.join(paths.root, 'src-renderer', 'vite.config.ts')
    const args = [
      vite,
      'build',
      '--config',
      config,
      '--outDir',
      paths.nextRenderer,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ]
    const code = await runNode(paths, requireNode(nodeProgram(paths)), args, {
      cwd: paths.root,
      stdio: progressOnly,
    })
    if (code !== 0) {
      const wrong = 'The screens could not be built; the reason stands above.'
      throw new Problem(
        'setup.ui',
        'build the screens',
        wrong,
        'Undo the last change in src-renderer, or put it right.',
      )
    }
    swapIn(paths.nextRenderer, paths.renderer)
    writeJson(stampOf(paths, 'ui'), inputs)
  },
}

/** What a command needs before it can run, in this order. @param {string} command @returns {readonly Step[]} */
export function stepsFor(command) {
  switch (command) {
    case 'start':
    case 'demo':
    case 'test':
    case 'bench':
    case 'setup':
      return [packages, models, ui]
    case 'evaluate':
      return [packages, models]
    default:
      return [packages]
  }
}
