import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { diskUsage } from './measures/disk-usage.ts'
import { spread } from './measures/percentile.ts'
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

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '10' } },
})
const result = await measure(Number(values.runs))
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`)
