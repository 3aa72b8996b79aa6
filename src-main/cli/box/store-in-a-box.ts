import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { ConfigInput } from '../../config/schema.ts'
import { loadConfig, type LaneConfig } from '../../config/load.ts'
import { Failure } from '../../contract/failure.ts'
import type { LogPort } from '../../ports/log.ts'
import type { Operator } from '../../bench/operator.ts'
import { createOperator } from '../../bench/operator.ts'
import { createLogger } from '../../telemetry/logger.ts'
import type { Runtime } from '../../runtime.ts'
import { startRuntime } from '../../runtime.ts'
import type { BenchSetup } from '../../runtime/bench.ts'
import { hubDataDir, laneDataDir, paths } from '../paths.ts'
import { recordingSources } from '../recordings.ts'
import type { HubProcess } from './hub-process.ts'
import { createHubProcess } from './hub-process.ts'
import { freePort } from './free-port.ts'

export interface BoxOptions {
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  /** 0 takes any free port. */
  readonly hubPort: number
  readonly configFile?: string
  /** Payment providers outside the hub, as `facelane hub --providers` takes them. */
  readonly providersFile?: string
  /** What the calling command wants of the lane unless file or environment say otherwise. */
  readonly preset?: ConfigInput
  readonly say: (line: string) => void
}

/** A hub and a lane on this machine, with emulated devices where none are configured. */
export interface StoreInABox {
  readonly config: LaneConfig
  readonly runtime: Runtime
  readonly hub: HubProcess
  readonly log: LogPort
  /** Settles when the hub answers for the first time; null when it did not start, which has been said. */
  readonly operator: Promise<Operator | null>
  close(): Promise<void>
}

const hubHost = '127.0.0.1'

/** Starts the hub and the lane side by side: a lane does not wait for its hub. */
export async function openStoreInABox(options: BoxOptions): Promise<StoreInABox> {
  const { dataDir, say } = options
  const hubPort = options.hubPort === 0 ? await freePort(hubHost) : options.hubPort
  const hubUrl = `http://${hubHost}:${hubPort}`
  const config = boxConfig(options, hubUrl)
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const log = createLogger({
    level: 'warn',
    pretty: true,
    file: { path: path.join(config.dataDir, 'lane.log'), level: 'info' },
  })
  const hubLog = createLogger({
    level: 'silent',
    file: { path: path.join(config.dataDir, 'hub.log'), level: 'info' },
  })
  const hub = createHubProcess({
    dataDir: hubDataDir(dataDir),
    host: hubHost,
    port: hubPort,
    providersFile: options.providersFile ?? null,
    onLine: (line) => {
      hubLog.info({ line }, 'hub')
    },
  })
  const ownHub = config.hub.url === hubUrl
  const hubStart = ownHub ? startHub(hub, say) : Promise.resolve(null)
  try {
    const runtime = await startRuntime({
      config,
      paths,
      log,
      ...(config.mode === 'development' ? { bench: await benchSetup(hubStart, ownHub ? hub : null) } : {}),
    })
    void hubStart.then((operator) => {
      if (operator) runtime.nudgeHub()
    })
    return {
      config,
      runtime,
      hub,
      log,
      operator: hubStart,
      async close() {
        await runtime.close()
        await hub.stop()
      },
    }
  } catch (thrown) {
    await hubStart
    await hub.stop()
    throw thrown
  }
}

async function benchSetup(operator: Promise<Operator | null>, hub: HubProcess | null): Promise<BenchSetup> {
  return { operator, sources: await recordingSources(), ...(hub === null ? {} : { hub }) }
}

function boxConfig({ dataDir, env, configFile, preset }: BoxOptions, hubUrl: string): LaneConfig {
  const loaded = loadConfig({
    env,
    dataDir: laneDataDir(dataDir),
    preset: {
      mode: 'development',
      ...preset,
      hub: { url: hubUrl, joinTokenFile: path.join(hubDataDir(dataDir), 'join-token') },
    },
    ...(configFile === undefined ? {} : { file: configFile }),
  })
  if (loaded.ok) return loaded.value
  throw new Failure({
    code: 'config.invalid',
    attempted: 'read the configuration',
    remedy: 'staff',
    message: loaded.error.map((problem) => problem.message).join('\n'),
  })
}

async function startHub(hub: HubProcess, say: (line: string) => void): Promise<Operator | null> {
  try {
    const ready = await hub.start()
    return createOperator({ url: ready.url, token: readFileSync(ready.operatorTokenFile, 'utf8').trim() })
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    say(`${thrown.message}\nThe lane goes on without it, within its offline limit.`)
    return null
  }
}
