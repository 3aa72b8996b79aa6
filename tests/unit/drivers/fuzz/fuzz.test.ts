import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import type { FuzzReport } from './harness.ts'
import { targets } from './targets.ts'
import type { FuzzOrder } from './worker.ts'

const frames = Number(process.env['FACELANE_FUZZ_FRAMES'] ?? 1_000_000)
const seed = Number(process.env['FACELANE_FUZZ_SEED'] ?? 20_261_123)
/** A parser that reads no thousand frames in this time has hung. */
const hungAfterMs = 30_000
/** The largest thing a parser may hold by design is one camera picture of 8 MiB, and its copy. */
const mostGrowthBytes = 24 * 1024 * 1024
/** The wait for a core included. */
const limitMs = 480_000
/** Parsers are slow for one core and share nothing: as many at once as there are cores. */
const cores = availableParallelism()
const waiting: (() => void)[] = []
let running = 0

async function onItsOwnCore<T>(work: () => Promise<T>): Promise<T> {
  if (running >= cores) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

/** Of the display only its state can be looked at; a spoilt length of vpcd swallows what follows. */
const readsLittle = new Set(['line display (emulator)', 'vpcd messages'])

/** In a thread of its own, so that a parser that hangs can be ended and named. */
function run(name: string): Promise<FuzzReport> {
  const beat = new SharedArrayBuffer(4)
  const order: FuzzOrder = { name, frames, seed, beat }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: order })
  return new Promise<FuzzReport>((resolve, reject) => {
    let before = -1
    const watch = setInterval(() => {
      const now = Atomics.load(new Int32Array(beat), 0)
      if (now === before) {
        reject(new Error(`${name} hangs within the 1024 frames from number ${now}, seed ${seed}`))
        void worker.terminate()
      }
      before = now
    }, hungAfterMs)
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => {
      clearInterval(watch)
      reject(new Error(`${name} ended without a report`))
    })
  })
}

test.concurrent.each(targets.map(({ name }) => name))(
  `%s: ${frames} spoiled frames (seed ${seed}) bring no untyped error, no hang and no growth, and cutting them changes nothing`,
  async (name) => {
    const report = await onItsOwnCore(() => run(name))
    expect(report.frames).toBe(frames)
    expect(report.read + report.refused).toBeGreaterThan(readsLittle.has(name) ? -1 : frames / 200)
    expect(report.grownBytes).toBeLessThan(mostGrowthBytes)
    expect(report.chunkedDiffers).toBeNull()
  },
  limitMs,
)
