import { spawn } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { Problem } from './problems.mjs'

/** @typedef {import('./paths.mjs').Paths} Paths */

/** The pinned Node first on the PATH, and compiled code kept between starts. @param {Paths} paths @param {string} node */
export function childEnvironment(paths, node) {
  const search = [path.dirname(node), path.join(paths.modules, '.bin'), process.env['PATH'] ?? '']
  return {
    ...process.env,
    PATH: search.join(path.delimiter),
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? paths.compileCache,
  }
}

/** `128 + n` is how shells tell a death by signal n. @param {number | null} code @param {NodeJS.Signals | null} signal */
function exitCodeOf(code, signal) {
  return code ?? (signal === null ? 1 : 128 + os.constants.signals[signal])
}

/**
 * npm starts scripts through a shell that passes no signal on: when npm is stopped, all we see is another parent. Calls
 * back then; returns a way to stop looking.
 * @param {() => void} orphaned
 */
function watchParent(orphaned) {
  if (process.env['npm_lifecycle_event'] === undefined) return () => undefined
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) orphaned()
  }, 500)
  return () => clearInterval(timer)
}

/**
 * Runs a program to its end and returns its exit code. SIGTERM and SIGHUP are passed on; so is SIGINT, unless a terminal
 * has already given it to the whole group (a second one would read as "stop at once").
 * @param {string} program @param {readonly string[]} args @param {import('node:child_process').SpawnOptions} options
 * @param {(child: import('node:child_process').ChildProcess) => void} [onStart] @returns {Promise<number>}
 */
export function run(program, args, options, onStart) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, options)
    onStart?.(child)
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal)
    }
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    const stopWatching = watchParent(() => {
      stopWatching()
      child.kill('SIGTERM')
    })
    const settle = () => {
      stopWatching()
      for (const signal of signals) process.off(signal, forward)
    }
    child.on('error', (error) => {
      settle()
      reject(error)
    })
    child.on('close', (code, signal) => {
      settle()
      resolve(exitCodeOf(code, signal))
    })
  })
}

/** The arguments every program of ours starts with. */
const nodeArguments = ['--disable-warning=ExperimentalWarning']

/**
 * Runs one of our scripts on the pinned Node.
 * @param {Paths} paths @param {string} node @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {(child: import('node:child_process').ChildProcess) => void} [onStart]
 */
export function runNode(paths, node, args, options, onStart) {
  const env = { ...childEnvironment(paths, node), ...options.env }
  return run(node, [...nodeArguments, ...args], { ...options, env }, onStart)
}

/** @param {string | undefined} node @returns {string} */
export function requireNode(node) {
  if (node !== undefined) return node
  throw new Problem(
    'setup.node',
    'choose a Node to run on',
    `There is no pinned Node for ${process.platform}-${process.arch}, and Node ${process.versions.node} cannot run TypeScript.`,
    'Install Node 24 or newer (https://nodejs.org) and run the same command again.',
  )
}
