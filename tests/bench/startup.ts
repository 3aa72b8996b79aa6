import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClock } from '../../src-main/platform/clock.ts'
import { createRandom } from '../../src-main/platform/random.ts'
import { openLaneStore } from '../../src-main/store/open-lane-store.ts'
import { sellOverDays } from './journal/growth.ts'
import { diskUsage } from './measures/disk-usage.ts'
import { percentile, spread } from './measures/percentile.ts'
import { round } from './measures/summary.ts'
import { memoryOf, processTree, type Memory } from './measures/process-tree.ts'

/** What the start command prints on stdout when the lane can sell. */
const readyLine = /is ready to sell at (http\S+)/
const longestStartMs = 60_000
const idleMs = 5000
/** The hub comes up behind the lane; a start is stopped when that is done too, as a person would. */
const settleMs = 3000

const root = path.resolve(import.meta.dirname, '..', '..')

interface Start {
  readonly tookMs: number
  readonly child: ChildProcess
}

/** From the launcher's first instruction to the line that says the lane can sell, the page answering. */
async function start(dataFolder: string): Promise<Start> {
  const startedAtMs = performance.now()
  const args = [
    path.join(root, 'scripts', 'run.mjs'),
    'start',
    '--no-open',
    '--data',
    dataFolder,
    '--port',
    '0',
    '--hub-port',
    '0',
  ]
  const child = spawn('node', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-4000)))
  const limit = setTimeout(() => child.kill('SIGTERM'), longestStartMs)
  for await (const line of createInterface({ input: child.stdout })) {
    const address = readyLine.exec(line)?.[1]
    if (address === undefined) continue
    const tookMs = performance.now() - startedAtMs
    clearTimeout(limit)
    child.stdout.resume()
    const page = await fetch(address)
    if (!page.ok) throw new Error(`The page answered ${page.status}`)
    return { tookMs, child }
  }
  clearTimeout(limit)
  throw new Error(`The lane did not become ready to sell:\n${said}`)
}

async function stop(child: ChildProcess): Promise<void> {
  const tree = processTree(child.pid ?? 0)
  const ended = once(child, 'close') as Promise<[code: number | null]>
  child.kill('SIGTERM')
  const outcome = await Promise.race([ended, sleep(20_000, null, { ref: false })])
  if (outcome !== null) {
    if (outcome[0] !== 0) process.stderr.write(`warning: the lane stopped with exit code ${outcome[0]}\n`)
    return
  }
  for (const pid of tree) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It had ended by itself.
    }
  }
  await ended
}

async function measure(runs: number): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'facelane-bench-'))
  // The hub's database runs as a user of its own, who has to pass through.
  await chmod(folder, 0o711)
  try {
    const first = await start(folder)
    await sleep(idleMs)
    await stop(first.child)
    const starts: number[] = []
    let memory: Memory | undefined
    for (let run = 0; run < runs; run += 1) {
      const { tookMs, child } = await start(folder)
      starts.push(tookMs)
      process.stderr.write(`start ${run + 1} of ${runs}: ${Math.round(tookMs)} ms\n`)
      await sleep(settleMs)
      if (run === runs - 1) {
        await sleep(idleMs)
        memory = memoryOf(processTree(child.pid ?? 0))
      }
      await stop(child)
    }
    return {
      coldStartToSellableMs: spread(starts),
      firstStartToSellableMs: Math.round(first.tookMs),
      installBytes: ['node_modules', 'models', 'out'].reduce(
        (sum, name) => sum + diskUsage(path.join(root, name)),
        0,
      ),
      idleRssMb: memory?.rssMb,
      idlePssMb: memory?.pssMb,
      processes: memory?.processes,
      runs,
      machine: { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), node: process.versions.node },
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Starts of a lane with a long past and a large catalogue, each beside one of a lane with neither. */
async function compare(runs: number, sales: number, items: number): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'facelane-bench-'))
  await chmod(folder, 0o711)
  const empty = path.join(folder, 'empty')
  const full = path.join(folder, 'full')
  try {
    for (const data of [empty, full]) {
      await mkdir(data, { mode: 0o711 })
      const first = await start(data)
      await sleep(settleMs)
      await stop(first.child)
    }
    const lane = path.join(full, 'lane')
    await sellOverDays({ dataDir: lane, laneId: 'lane-1', sales }, (sold) => {
      if (sold % 10_000 === 0) process.stderr.write(`${sold} past sales\n`)
    })
    fillCatalogue(lane, items)
    const times = { empty: [] as number[], full: [] as number[] }
    for (let run = 0; run < runs; run += 1) {
      for (const name of run % 2 === 0 ? (['empty', 'full'] as const) : (['full', 'empty'] as const)) {
        const { tookMs, child } = await start(name === 'empty' ? empty : full)
        times[name].push(tookMs)
        process.stderr.write(`${name}, start ${run + 1} of ${runs}: ${Math.round(tookMs)} ms\n`)
        await sleep(settleMs)
        await stop(child)
      }
    }
    const ratios = times.full.map((tookMs, run) => tookMs / (times.empty[run] ?? Number.NaN))
    return {
      pastSales: sales,
      items,
      withPastMs: spread(times.full),
      withNoneMs: spread(times.empty),
      ratio: round(percentile(ratios, 50)),
      laneFolderBytes: diskUsage(lane),
      runs,
      machine: { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), node: process.versions.node },
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function fillCatalogue(dataDir: string, count: number): void {
  const random = createRandom()
  const { store } = openLaneStore({ dataDir, laneId: 'lane-1', clock: createClock(random.key()), random })
  const items = Array.from({ length: count }, (_, index) => ({
    sku: `item-${index}`,
    barcodes: [String(2_000_000_000_000 + index)],
    name: { 'zh-CN': `商品 ${index}`, en: `Item ${index}` },
    category: 'grocery',
    unit: 'each' as const,
    priceMinor: 100 + (index % 900),
    taxClass: 'standard' as const,
  }))
  store.transact((tx) => {
    tx.replaceCatalogue(items, 'ab'.repeat(32))
  })
  store.close()
}

const help = `npm run bench -- startup [options]

From the launcher's first instruction to the line that says the lane can sell, its page answering. Progress goes to
stderr, one JSON object to stdout.

  --runs N         starts that are measured (default 10)
  --past-sales N   instead: starts with so many sales behind them beside starts with none, and their ratio
  --items N        articles in the catalogue of the former (default 50000)
  --json           on one line
  --help`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '10' },
    'past-sales': { type: 'string' },
    items: { type: 'string', default: '50000' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(`${help}\n`)
  process.exit(0)
}
const runs = Number(values.runs)
const past = values['past-sales']
const result =
  past === undefined ? await measure(runs) : await compare(runs, Number(past), Number(values.items))
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`)
