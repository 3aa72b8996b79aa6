import { createInterface } from 'node:readline'
import { paths as projectPaths } from '../../../src-main/cli/paths.ts'
import { loadConfig } from '../../../src-main/config/load.ts'
import type { ConfigInput } from '../../../src-main/config/schema.ts'
import { laneCommandSchema } from '../../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { startRuntime } from '../../../src-main/runtime.ts'
import { createLogger } from '../../../src-main/telemetry/logger.ts'

export interface LaneOrder {
  readonly dataDir: string
  readonly catalogue: string
  readonly logFile: string
  readonly preset: ConfigInput
}

/** What the bench looks at on the screen. */
export interface Glance {
  /** The machine's monotonic clock, the same in every process, when the lane published it. */
  readonly atNs: string
  readonly screen: LaneView['screen']['kind']
  readonly saleId: string | null
  readonly itemCount: number
  readonly totalMinor: number
  /** Of the `done` screen. */
  readonly paper: string | null
  readonly notice: string | null
  readonly devices: Readonly<Record<string, string>>
}

function glanceOf({ screen, basket, notice, devices }: LaneView): Glance {
  return {
    atNs: String(process.hrtime.bigint()),
    screen: screen.kind,
    saleId: basket.saleId,
    itemCount: basket.itemCount,
    totalMinor: basket.totalMinor,
    paper: screen.kind === 'done' ? screen.paper : null,
    notice: notice?.code ?? null,
    devices: Object.fromEntries(devices.map(({ category, state }) => [category, state])),
  }
}

/** A lane as in a shop, without a window: commands as JSON lines on stdin, what it shows as JSON lines on stdout. */
const order = JSON.parse(process.argv[2] ?? '{}') as LaneOrder
const loaded = loadConfig({ env: {}, dataDir: order.dataDir, preset: order.preset })
if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('\n'))
const runtime = await startRuntime({
  config: loaded.value,
  paths: { ...projectPaths, catalogueFixture: order.catalogue },
  log: createLogger({ level: 'silent', file: { path: order.logFile, level: 'info' } }),
})
await Promise.all([runtime.devicesReady(10_000), runtime.faceReady()])
runtime.host.onView((view) => void process.stdout.write(`${JSON.stringify(glanceOf(view))}\n`))
const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => void runtime.host.command(laneCommandSchema.parse(JSON.parse(line))))
lines.once('close', () => void runtime.close().then(() => process.exit(0)))
