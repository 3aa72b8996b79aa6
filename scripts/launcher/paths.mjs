import fs from 'node:fs'
import path from 'node:path'

/** Where everything lies, from the root of one clone. @param {string} root */
export function pathsOf(root) {
  const state = path.join(root, 'out', '.setup')
  return {
    root,
    lockfile: path.join(root, 'package-lock.json'),
    modules: path.join(root, 'node_modules'),
    hiddenLockfile: path.join(root, 'node_modules', '.package-lock.json'),
    cli: path.join(root, 'src-main', 'cli', 'main.ts'),
    compileCache: path.join(root, 'node_modules', '.cache', 'compile'),
    manifest: path.join(root, 'models', 'manifest.json'),
    packs: path.join(root, 'models', 'packs'),
    renderer: path.join(root, 'out', 'renderer'),
    state,
    lock: path.join(state, 'lock'),
    nextModules: path.join(state, 'install'),
    nextRenderer: path.join(state, 'renderer'),
  }
}

/** @typedef {ReturnType<typeof pathsOf>} Paths */

/** Node as the project pins it: a package of its own for each platform, so that its integrity is in the lockfile. @param {Paths} paths */
export function pinnedNode(paths) {
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  return path.join(paths.modules, `node-${process.platform}-${process.arch}`, 'bin', program)
}

/**
 * The Node every command runs on: the pinned one, or the running one where no package exists for the platform and the
 * running one understands TypeScript by itself.
 * @param {Paths} paths @returns {string | undefined}
 */
export function nodeProgram(paths) {
  const pinned = pinnedNode(paths)
  if (fs.existsSync(pinned)) return pinned
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined
}
