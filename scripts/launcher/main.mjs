import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireNode, runNode } from './children.mjs'
import { nodeProgram, pathsOf } from './paths.mjs'
import { Problem } from './problems.mjs'
import { setUp } from './setup.mjs'
import { stepsFor } from './steps.mjs'

/** @typedef {import('./paths.mjs').Paths} Paths */

/** Progress and trouble go to stderr; stdout belongs to the command. @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`)
}

/** @param {unknown} value */
function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** @param {Problem} problem @param {boolean} json */
function tell(problem, json) {
  say(`facelane: ${problem.code}: ${problem.message}\nWhat to do: ${problem.whatToDo}`)
  if (json) answer({ ok: false, error: problem })
}

/**
 * Runs all tests and closes with one plain line. The reporter leaves its counts in a file, because vitest may still
 * have something to say after it, and the line must be the last one.
 * @param {Paths} paths @param {string} node @param {readonly string[]} args
 */
async function test(paths, node, args) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'facelane-test-'))
  const countsFile = path.join(folder, 'counts.json')
  try {
    const vitest = path.join(paths.modules, 'vitest', 'vitest.mjs')
    const env = { FACELANE_TEST_COUNTS: countsFile }
    const code = await runNode(paths, node, [vitest, 'run', ...args], {
      cwd: paths.root,
      stdio: 'inherit',
      env,
    })
    const counts = fs.existsSync(countsFile)
      ? JSON.parse(fs.readFileSync(countsFile, 'utf8'))
      : { passed: 0, failed: 0 }
    const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed
    process.stdout.write(`\n${counts.passed} passed, ${failed} failed\n`)
    return failed > 0 ? code || 1 : 0
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {Paths} paths @param {string} node @param {readonly string[]} args */
function bench(paths, node, args) {
  const folder = path.join(paths.root, 'tests', 'bench')
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.ts')) : []
  const [name, ...rest] = args
  const file = `${name}.ts`
  if (name === undefined || !names.includes(file)) {
    const known = names.map((entry) => entry.replace('.ts', '')).join(', ')
    const wrong = `There is no bench called "${name ?? ''}".`
    throw new Problem('bench.unknown', 'run a bench', wrong, `Choose one of: ${known}.`)
  }
  return runNode(paths, node, [path.join(folder, file), ...rest], { cwd: paths.root, stdio: 'inherit' })
}

/** @param {string} command @param {readonly string[]} args @returns {Promise<number>} the exit code */
async function dispatch(command, args) {
  const paths = pathsOf(path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..'))
  const done = await setUp(paths, stepsFor(command), say)
  const node = requireNode(nodeProgram(paths))
  switch (command) {
    case 'setup':
      if (args.includes('--json')) answer({ ok: true, done })
      else say(done.length === 0 ? 'Everything was set up already.' : 'Everything is set up.')
      return 0
    case 'test':
      return test(paths, node, args)
    case 'bench':
      return bench(paths, node, args)
    case 'chaos':
    case 'hil': {
      const program = path.join(paths.root, 'tests', command, 'main.ts')
      return runNode(paths, node, [program, ...args], { cwd: paths.root, stdio: 'inherit' })
    }
    default:
      return runNode(paths, node, [paths.cli, command, ...args], { stdio: 'inherit' })
  }
}

/** @param {readonly string[]} argv the words after the program's name */
export async function main(argv) {
  const [command = 'help', ...args] = argv
  try {
    process.exitCode = await dispatch(command, args)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    tell(error, args.includes('--json'))
    process.exitCode = 1
  }
}
