import path from 'node:path'
import { app, BrowserWindow, ipcMain, Menu, protocol, safeStorage, session } from 'electron'
import { loadConfig } from '../../config/load.ts'
import { Failure, failureData } from '../../contract/failure.ts'
import type { LaneHostPort } from '../../contract/channels.ts'
import { createClock } from '../../platform/clock.ts'
import { createRandom } from '../../platform/random.ts'
import { startRuntime } from '../../runtime.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { createOsKeyStore } from './os-key-store.ts'
import { openShell } from './shell.ts'
import { shellPaths, startOptions } from './start-options.ts'

const { dataDir, configFile } = startOptions(
  process.argv.slice(1),
  path.join(app.getPath('userData'), 'lane'),
)
const places = shellPaths(path.resolve(import.meta.dirname, '..', '..', '..'), app.isPackaged, dataDir)
// One window a data folder, not one a user: the instance lock lies in it.
app.setPath('userData', path.join(dataDir, 'window'))

const log = createLogger({ level: 'info', file: { path: path.join(dataDir, 'lane.log'), level: 'debug' } })
const config = loadConfig({
  dataDir,
  env: process.env,
  ...(configFile === undefined ? {} : { file: configFile }),
})

async function startHost(): Promise<LaneHostPort> {
  if (!config.ok) {
    const message = config.error.map((problem) => problem.message).join('\n')
    throw new Failure({
      code: 'config.invalid',
      attempted: 'read the configuration',
      remedy: 'staff',
      message,
    })
  }
  const bench = config.value.mode === 'development' ? { bench: { operator: Promise.resolve(null) } } : {}
  const osKeyStore = createOsKeyStore(safeStorage, process.platform)
  const runtime = await startRuntime({
    config: config.value,
    paths: places.project,
    log,
    osKeyStore,
    ...bench,
  })
  return runtime.host
}

function fail(error: unknown): void {
  log.error({ ...failureData(error) }, 'The lane could not start')
  app.exit(1)
}

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
// Not awaited: Electron becomes ready only after this module has run to its end.
openShell({
  electron: { app, BrowserWindow, ipcMain, Menu, protocol, session },
  clock: createClock(createRandom().key()),
  log,
  renderer: places.renderer,
  preload: places.preload,
  production: config.ok && config.value.mode === 'production',
  startHost,
}).catch(fail)
