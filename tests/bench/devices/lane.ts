import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import path from 'node:path'
import type { LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import type { Glance, LaneOrder } from './lane-process.ts'

/** A lane in a process of its own, as the bench's shopper sees it. */
export interface BenchLane {
  readonly pid: number
  now(): Glance
  tell(command: LaneCommand): void
  /** The first glance, from now on or the present one, for which `wanted` holds; null after `limitMs`. */
  when(wanted: (glance: Glance) => boolean, limitMs: number): Promise<Glance | null>
  close(): Promise<void>
}

const startLimitMs = 60_000
/** A lane that does not end by itself is ended, and the bench goes on to say what was wrong. */
const closeLimitMs = 15_000

export async function startLane(order: LaneOrder): Promise<BenchLane> {
  const file = path.join(import.meta.dirname, 'lane-process.ts')
  const child = spawn(process.execPath, [file, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const watchers = new Set<(glance: Glance) => void>()
  let latest: Glance | null = null
  let ended = false
  child.once('exit', () => (ended = true))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const glance = JSON.parse(line) as Glance
    latest = glance
    for (const watcher of watchers) watcher(glance)
  })
  const now = (): Glance => {
    if (latest === null) throw new Error('The lane has shown nothing yet')
    return latest
  }
  const when: BenchLane['when'] = (wanted, limitMs) =>
    new Promise((resolve) => {
      if (latest !== null && wanted(latest)) return resolve(latest)
      const settle = (glance: Glance | null): void => {
        clearTimeout(limit)
        watchers.delete(watcher)
        resolve(glance)
      }
      const watcher = (glance: Glance): void => {
        if (wanted(glance)) settle(glance)
      }
      const limit = setTimeout(() => settle(null), limitMs)
      watchers.add(watcher)
    })
  if ((await when(() => true, startLimitMs)) === null || ended) throw new Error('The lane did not start')
  return {
    pid: child.pid ?? 0,
    now,
    tell: (command) => void child.stdin.write(`${JSON.stringify(command)}\n`),
    when,
    async close() {
      const gone = once(child, 'close')
      child.stdin.end()
      const killed = setTimeout(() => child.kill('SIGKILL'), closeLimitMs)
      if (!ended) await gone
      clearTimeout(killed)
    },
  }
}
