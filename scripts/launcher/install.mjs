import fs from 'node:fs'
import path from 'node:path'
import { run } from './children.mjs'
import { Problem, npmProblem } from './problems.mjs'
import { pinnedNode } from './paths.mjs'
import { fileSha256, readJson, writeJson } from './stamps.mjs'

/** @typedef {import('./paths.mjs').Paths} Paths */
/** @typedef {(line: string) => void} Say */

/** @param {Paths} paths */
function stampFile(paths) {
  return path.join(paths.modules, '.cache', 'facelane-install.json')
}

/**
 * Whether npm's own record of what it installed holds everything the lockfile asks for on this platform.
 * @param {Paths} paths
 */
function installedMatchesLockfile(paths) {
  const wanted = readJson(paths.lockfile)?.packages
  const installed = readJson(paths.hiddenLockfile)?.packages
  if (wanted === undefined || installed === undefined) return false
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '') return true
    const found = installed[name]
    if (found === undefined) return entry.optional === true
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

/** @param {Paths} paths */
export function isInstalled(paths) {
  const lockSha256 = fileSha256(paths.lockfile)
  if (readJson(stampFile(paths))?.lockSha256 === lockSha256) return true
  if (!installedMatchesLockfile(paths)) return false
  finishInstall(paths)
  return true
}

/** npm 10 leaves out the commands of optional packages: `node_modules/.bin/node` is one. @param {Paths} paths */
function linkPinnedNode(paths) {
  const link = path.join(paths.modules, '.bin', 'node')
  const target = pinnedNode(paths)
  if (process.platform === 'win32' || fs.existsSync(link) || !fs.existsSync(target)) return
  fs.mkdirSync(path.dirname(link), { recursive: true })
  fs.rmSync(link, { force: true })
  fs.symlinkSync(path.relative(path.dirname(link), target), link)
}

/** @param {Paths} paths */
function finishInstall(paths) {
  linkPinnedNode(paths)
  writeJson(stampFile(paths), { lockSha256: fileSha256(paths.lockfile) })
}

/** Packages in a folder of modules, for the progress line. @param {string} modules */
function countPackages(modules) {
  try {
    return fs
      .readdirSync(modules)
      .flatMap((name) => (name.startsWith('@') ? fs.readdirSync(path.join(modules, name)) : [name])).length
  } catch {
    return 0
  }
}

/** @param {Paths} paths @param {string} folder @param {Say} say */
function tellProgress(paths, folder, say) {
  const wanted = Object.keys(readJson(paths.lockfile)?.packages ?? {}).filter(
    (name) => name.lastIndexOf('node_modules/') === 0,
  )
  const startedAtMs = Date.now()
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAtMs) / 1000)
    say(
      `  ${countPackages(path.join(folder, 'node_modules'))} of about ${wanted.length} packages, ${seconds} s`,
    )
  }, 5000)
  return () => clearInterval(timer)
}

/** @param {string} folder @returns {Promise<void>} */
async function npmCi(folder) {
  // `npm run -s` hands its silence down by environment; the error code is needed here.
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund', '--no-progress']
  let said = ''
  const code = await run(
    'npm',
    args,
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], shell: process.platform === 'win32' },
    (child) => {
      child.stderr?.setEncoding('utf8')
      child.stderr?.on('data', (/** @type {string} */ text) => (said = (said + text).slice(-20_000)))
    },
  ).catch(() => {
    const wrong = 'There is no npm on this machine.'
    const whatToDo = 'Install Node with its npm (https://nodejs.org) and run the same command again.'
    throw new Problem('setup.npm', 'install the packages', wrong, whatToDo)
  })
  if (code !== 0) throw npmProblem(said, code)
}

/**
 * A first install goes straight into place. A later one is made beside the present node_modules and swapped in whole,
 * because `npm ci` begins by deleting: a lane whose network is down must keep what it can still start with.
 * @param {Paths} paths @param {Say} say
 */
export async function install(paths, say) {
  const aside = fs.existsSync(paths.modules)
  const folder = aside ? paths.nextModules : paths.root
  if (aside) {
    fs.rmSync(folder, { recursive: true, force: true })
    fs.mkdirSync(folder, { recursive: true })
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      if (fs.existsSync(path.join(paths.root, file)))
        fs.copyFileSync(path.join(paths.root, file), path.join(folder, file))
    }
  }
  const stop = tellProgress(paths, folder, say)
  try {
    await npmCi(folder)
    if (aside) swapIn(path.join(folder, 'node_modules'), paths.modules)
  } finally {
    stop()
    if (aside) fs.rmSync(folder, { recursive: true, force: true })
  }
  finishInstall(paths)
}

/** Puts a finished folder in the place of an old one; the old one goes last. @param {string} next @param {string} place */
export function swapIn(next, place) {
  const old = `${next}.old`
  fs.rmSync(old, { recursive: true, force: true })
  if (fs.existsSync(place)) fs.renameSync(place, old)
  fs.renameSync(next, place)
  fs.rmSync(old, { recursive: true, force: true })
}
