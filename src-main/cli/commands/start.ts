import { parseArgs } from 'node:util'
import { configWarnings } from '../../config/describe.ts'
import type { ConfigInput } from '../../config/schema.ts'
import { hasDisplay, openInBrowser } from '../../shell/browser/open.ts'
import { startBrowserShell } from '../../shell/browser/server.ts'
import { failureData } from '../../contract/failure.ts'
import { ensureBenchWallets } from '../box/bench-wallets.ts'
import { electronProgram, runElectronBox } from '../box/electron-box.ts'
import type { StoreInABox } from '../box/store-in-a-box.ts'
import { openStoreInABox } from '../box/store-in-a-box.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { defaultDataDir, paths } from '../paths.ts'
import { prepareRecordings } from '../recordings.ts'
import { aborted } from '../waiting.ts'

const help = `npm start -- [options]

  Starts the store in a box: a hub, a lane with emulated devices on real ports of the operating system, and its screen.

  --data DIR        where hub and lane keep everything             data
  --config FILE     a configuration of the lane                    DIR/lane/config.json
  --camera WHAT     replay: recordings, chosen in the bench panel
                    page: the camera of the browser
                    FILE.mjpeg: that recording                     replay
  --profile NAME    counter, self-checkout, vending                self-checkout
  --port PORT       of the screen, 0 for any free one              7410
  --hub-port PORT   of the hub, 0 for any free one                 7420
  --providers FILE  payment providers of the hub                   its own money only
                    (the simulator writes one: docs/providers.md)
  --no-open         print the address, open no window

  Every key of the configuration can also be set by environment: npm run -s facelane -- config --help`

const devicesLimitMs = 5_000

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: defaultDataDir },
      config: { type: 'string' },
      camera: { type: 'string', default: 'replay' },
      profile: { type: 'string' },
      port: { type: 'string' },
      'hub-port': { type: 'string', default: '7420' },
      providers: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
    },
  })
  if (values.camera === 'replay') await prepareRecordings(io.say)
  const program = values['no-open'] ? null : electronProgram()
  if (program !== null && hasDisplay(io.env)) {
    const hubPort = portOf('--hub-port', values['hub-port'])
    const providersFile = values.providers ?? null
    const { data: dataDir, camera, profile } = values
    return runElectronBox(program, { dataDir, hubPort, camera, providersFile, profile }, io)
  }
  const box = await openStoreInABox({
    dataDir: values.data,
    env: io.env,
    hubPort: portOf('--hub-port', values['hub-port']),
    preset: {
      ...cameraPreset(values.camera),
      ...(values.profile === undefined
        ? {}
        : { profile: values.profile as NonNullable<ConfigInput['profile']> }),
      ...(values.port === undefined ? {} : { http: { port: portOf('--port', values.port) } }),
    },
    say: io.say,
    ...(values.config === undefined ? {} : { configFile: values.config }),
    ...(values.providers === undefined ? {} : { providersFile: values.providers }),
  })
  try {
    return await serve(box, io, values['no-open'])
  } finally {
    await box.close()
  }
}

async function serve(
  { config, runtime, log, operator }: StoreInABox,
  io: CliIo,
  quiet: boolean,
): Promise<number> {
  const shell = await startBrowserShell({
    host: runtime.host,
    root: paths.renderer,
    address: config.http,
    log,
  })
  try {
    await runtime.devicesReady(devicesLimitMs)
    for (const note of [...runtime.notes, ...configWarnings(config)]) io.say(note)
    io.out(`Lane ${config.laneId} is ready to sell at ${shell.url}`)
    const kiosk = config.mode === 'production'
    if (!quiet && !openInBrowser(shell.url, { kiosk, env: io.env })) {
      io.say('No display or no Chromium here: open the address above in a browser. Ctrl-C stops everything.')
    }
    void operator.then(async (hub) => {
      if (!hub || config.mode === 'production') return
      await ensureBenchWallets(hub, config.currency).catch((thrown: unknown) => {
        if (!io.stop.aborted) io.say(`The bench has no wallets: ${failureData(thrown).message}`)
      })
      await runtime.bench?.refreshWallets()
    })
    await aborted(io.stop)
    io.say('Stopping…')
    return 0
  } finally {
    await shell.close()
  }
}

function cameraPreset(camera: string): ConfigInput {
  if (camera === 'page') return { devices: { camera: { kind: 'renderer' } } }
  if (camera === 'replay')
    return { devices: { camera: { kind: 'replay', path: `${paths.people}/anna-a.mjpeg` } } }
  if (camera.endsWith('.mjpeg')) return { devices: { camera: { kind: 'replay', path: camera } } }
  throw new UsageError('--camera is replay, page, or a file that ends in .mjpeg.')
}

function portOf(option: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new UsageError(`${option} is a number from 0 to 65535.`)
  return port
}

export const command: Command = { help, run }
