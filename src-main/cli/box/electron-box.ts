import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../contract/failure.ts'
import type { CliIo } from '../command.ts'
import { hubDataDir, laneDataDir, paths } from '../paths.ts'
import { freePort } from './free-port.ts'
import { createHubProcess } from './hub-process.ts'

export interface ElectronBoxOptions {
  readonly dataDir: string
  /** 0 takes any free port. */
  readonly hubPort: number
  /** As `npm start -- --camera` takes it. */
  readonly camera: string
  readonly providersFile: string | null
  /** Undefined leaves it to the lane's own configuration. */
  readonly profile?: string | undefined
}

const hubHost = '127.0.0.1'

/** Electron's own program where its download has been made; null on machines that only have the npm package. */
export function electronProgram(): string | null {
  const folder = path.join(paths.root, 'node_modules', 'electron')
  const named = path.join(folder, 'path.txt')
  if (!existsSync(named)) return null
  const program = path.join(folder, 'dist', readFileSync(named, 'utf8').trim())
  return existsSync(program) ? program : null
}

/** The store in a box with the production window: the lane runs in Electron's main process, the hub beside it. */
export async function runElectronBox(
  program: string,
  options: ElectronBoxOptions,
  io: CliIo,
): Promise<number> {
  const { dataDir } = options
  build(io)
  const port = options.hubPort === 0 ? await freePort(hubHost) : options.hubPort
  const hub = createHubProcess({
    dataDir: hubDataDir(dataDir),
    host: hubHost,
    port,
    providersFile: options.providersFile,
    onLine: () => undefined,
  })
  const { url, joinTokenFile } = await hub.start()
  try {
    const env = {
      ...io.env,
      ...laneEnvironment(url, joinTokenFile, options.camera),
      ...(options.profile === undefined ? {} : { FACELANE_PROFILE: options.profile }),
    }
    const window = spawn(program, [paths.root, '--data', laneDataDir(dataDir)], { stdio: 'inherit', env })
    io.stop.addEventListener('abort', () => window.kill('SIGTERM'))
    const [code] = (await once(window, 'exit')) as [number | null]
    return code ?? 1
  } finally {
    await hub.stop()
  }
}

function laneEnvironment(hubUrl: string, joinTokenFile: string, camera: string): Record<string, string> {
  const replayed = camera === 'replay' ? path.join(paths.people, 'anna-a.mjpeg') : camera
  const lens =
    camera === 'page'
      ? { FACELANE_DEVICES__CAMERA__KIND: 'renderer' }
      : { FACELANE_DEVICES__CAMERA__KIND: 'replay', FACELANE_DEVICES__CAMERA__PATH: replayed }
  return {
    FACELANE_MODE: 'development',
    FACELANE_HUB__URL: hubUrl,
    FACELANE_HUB__JOIN_TOKEN_FILE: joinTokenFile,
    ...lens,
  }
}

/** About a second and a half; the window must not show yesterday's lane. */
function build(io: CliIo): void {
  io.say('Building the window…')
  const tool = path.join(paths.root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const args = [
    tool,
    'build',
    '--config',
    'electron.config.ts',
    '--mode',
    'development',
    '--logLevel',
    'warn',
  ]
  const { status } = spawnSync(process.execPath, args, { cwd: paths.root, stdio: ['ignore', 2, 2] })
  if (status === 0) return
  throw new Failure({
    code: 'electron.build',
    attempted: 'build the Electron window',
    remedy: 'staff',
    message:
      'The Electron window could not be built; the reason stands above. "npm start -- --no-open" uses a browser.',
  })
}
