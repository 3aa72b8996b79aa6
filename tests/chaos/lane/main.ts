import { once } from 'node:events'
import { loadConfig } from '../../../src-main/config/load.ts'
import { paths as projectPaths } from '../../../src-main/cli/paths.ts'
import { startRuntime } from '../../../src-main/runtime.ts'
import { startBrowserShell } from '../../../src-main/shell/browser/server.ts'
import { createLogger } from '../../../src-main/telemetry/logger.ts'
import { laneOrderSchema } from './order.ts'

/** A lane as in a shop, without a window: the runtime, and the page's socket on loopback for whoever stands before it. */
const order = laneOrderSchema.parse(JSON.parse(process.argv[2] ?? 'null'))
const log = createLogger({ level: 'silent', file: { path: order.logFile, level: 'info' } })
const loaded = loadConfig({
  env: {},
  dataDir: order.dataDir,
  preset: {
    mode: 'development',
    laneId: order.laneId,
    language: 'en',
    http: { port: 0 },
    hub: { url: order.hubUrl, joinTokenFile: order.joinTokenFile },
    devices: {
      printer: { address: order.printer },
      scanner: { address: order.scanner },
      camera: { kind: 'renderer' },
    },
    challenge: { demand: 'never', fromMinor: 900_000 },
    cash: { enabled: true },
    tenders: { points: true, coupon: true, card: order.terminal !== null },
    cardTerminal: order.terminal === null ? null : { address: order.terminal, password: '000000' },
    offline: {
      maxAmountMinor: 200_000,
      maxIdentityMinor: 50_000_000,
      maxStoredMinor: 100_000_000,
      maxCount: 2_000,
    },
  },
})
if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('\n'))
const runtime = await startRuntime({
  config: loaded.value,
  paths: { ...projectPaths, catalogueFixture: order.catalogue },
  log,
})
const shell = await startBrowserShell({
  host: runtime.host,
  root: projectPaths.renderer,
  address: loaded.value.http,
  log,
})
process.stdout.write(`${JSON.stringify({ url: shell.url })}\n`)
// The pipe is its leash: no lane outlives the campaign that started it.
const asked = [once(process.stdin.resume(), 'end'), once(process, 'SIGTERM')]
await Promise.race(asked)
await shell.close()
await runtime.close()
process.exit(0)
