import path from 'node:path'
import { parseArgs } from 'node:util'
import { projectPaths, type ProjectPaths } from '../../project.ts'

export interface StartOptions {
  /** Folder of the lane's database, keys and log; absolute. */
  readonly dataDir: string
  readonly configFile?: string
}

/** `--data DIR` and `--config FILE`; Electron's and Chromium's own switches stand beside them and are passed over. */
export function startOptions(argv: readonly string[], defaultDataDir: string): StartOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { data: { type: 'string' }, config: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  })
  const dataDir = path.resolve(typeof values.data === 'string' ? values.data : defaultDataDir)
  return typeof values.config === 'string'
    ? { dataDir, configFile: path.resolve(values.config) }
    : { dataDir }
}

export interface ShellPaths {
  readonly project: ProjectPaths
  readonly renderer: string
  readonly preload: string
}

/**
 * `built` is the folder of the built main process, which mirrors the source tree. In a package the manifest lies in it
 * and the archive is read-only, so models are fetched into the data folder; in a checkout both are the checkout's.
 */
export function shellPaths(built: string, packaged: boolean, dataDir: string): ShellPaths {
  const out = path.dirname(built)
  const project = projectPaths(packaged ? built : path.resolve(built, '..', '..', '..'))
  return {
    project: packaged ? { ...project, modelPacks: path.join(dataDir, 'models') } : project,
    renderer: path.join(out, 'renderer'),
    preload: path.join(out, 'preload', 'preload.cjs'),
  }
}
