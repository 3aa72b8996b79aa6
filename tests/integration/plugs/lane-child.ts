import { createInterface } from 'node:readline'
import { loadConfig } from '../../../src-main/config/load.ts'
import type { ConfigInput } from '../../../src-main/config/schema.ts'
import { laneCommandSchema } from '../../../src-main/contract/laneCommand.ts'
import { projectPaths } from '../../../src-main/project.ts'
import { startRuntime } from '../../../src-main/runtime.ts'

/** What the test tells its lane; `dieAt` kills this process, as a power cut would, that long after a state began. */
export interface ChildOrder {
  readonly root: string
  readonly modelPacks: string
  readonly dataDir: string
  readonly preset: ConfigInput
  readonly dieAt: { readonly state: string; readonly afterMs: number } | null
}

/** A lane in a process of its own: commands as JSON lines on stdin, every view as a JSON line on stdout. */
const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder
const loaded = loadConfig({ env: {}, dataDir: order.dataDir, preset: order.preset })
if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('\n'))

const silent = () => undefined
const runtime = await startRuntime({
  config: loaded.value,
  paths: { ...projectPaths(order.root), modelPacks: order.modelPacks },
  log: { debug: silent, info: silent, warn: silent, error: silent },
})

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

runtime.onTrace((fact) => {
  if (fact.kind !== 'state' || fact.state !== order.dieAt?.state) return
  if (order.dieAt.afterMs < 0) die()
  else if (order.dieAt.afterMs === 0) queueMicrotask(die)
  else setTimeout(die, order.dieAt.afterMs)
})
await runtime.devicesReady(10_000)
runtime.host.onView((view) => void process.stdout.write(`${JSON.stringify(view)}\n`))

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  void runtime.host.command(laneCommandSchema.parse(JSON.parse(line)))
})
// No lane outlives its test.
lines.once('close', () => {
  void runtime.close().then(() => process.exit(0))
})
