import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { createOperator } from '../../../../src-main/bench/operator.ts'
import { DemoScript } from '../../../../src-main/cli/demo/script.ts'
import { recordingSources } from '../../../../src-main/cli/recordings.ts'
import { loadConfig } from '../../../../src-main/config/load.ts'
import type { ConfigInput } from '../../../../src-main/config/schema.ts'
import { projectPaths } from '../../../../src-main/project.ts'
import { startRuntime } from '../../../../src-main/runtime.ts'
import { createLogger } from '../../../../src-main/telemetry/logger.ts'

/** What the watching test tells its lane. */
export interface WatchedOrder {
  readonly root: string
  readonly dataDir: string
  readonly preset: ConfigInput
  readonly operator: { readonly url: string; readonly token: string }
  readonly barcode: string
}

/** What the lane tells its watcher, over the channel between the two processes and nowhere else. */
export type WatchedNews =
  | { readonly kind: 'template'; readonly template: Float32Array }
  | { readonly kind: 'sold'; readonly saleId: string; readonly reports: Readonly<Record<string, boolean>> }

const order = JSON.parse(process.argv[2] ?? '{}') as WatchedOrder
const tell = (news: WatchedNews): void => void process.send?.(news)

// Every vector that a worker hands over is told to the watcher, who then knows what to look for. The lane's own code is
// left as it is.
const emit = Reflect.get(Worker.prototype, 'emit') as (event: string, ...args: unknown[]) => boolean
Object.defineProperty(Worker.prototype, 'emit', {
  value(this: Worker, event: string, ...args: unknown[]): boolean {
    if (event === 'message') for (const template of vectorsIn(args[0])) tell({ kind: 'template', template })
    return emit.call(this, event, ...args)
  },
})

const loaded = loadConfig({ env: {}, dataDir: order.dataDir, preset: order.preset })
if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('\n'))
const log = createLogger({
  level: 'debug',
  file: { path: path.join(order.dataDir, 'lane.log'), level: 'debug' },
})
const operator = createOperator(order.operator)
const runtime = await startRuntime({
  config: loaded.value,
  paths: projectPaths(order.root),
  log,
  bench: { operator: Promise.resolve(operator), sources: await recordingSources() },
})
runtime.host.onView((view) => void process.stdout.write(`${JSON.stringify(view)}\n`))
await runtime.devicesReady(10_000)
if (!(await runtime.faceReady())) throw new Error('The face engine did not start')

const script = new DemoScript({ config: loaded.value, runtime }, (line) => log.info({ line }, 'told'))
await script.enrol(operator, 'anna-a')
const { saleId } = await script.buy([order.barcode], 'anna-b')
await runtime.host.command({ type: 'session:finish' })
await script.refuse(order.barcode, 'bruno')
const { reportOnFatalError, reportOnUncaughtException, reportOnSignal } = process.report
tell({ kind: 'sold', saleId, reports: { reportOnFatalError, reportOnUncaughtException, reportOnSignal } })
// It goes on running: the watcher ends it as a crash would.

function vectorsIn(value: unknown, depth = 0): Float32Array[] {
  if (value instanceof Float32Array) return value.length >= 64 ? [value.slice(0, 512)] : []
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || depth > 4) return []
  return Object.values(value).flatMap((inner) => vectorsIn(inner, depth + 1))
}
