import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../../src-hub/store/embedded.ts'
import { percentile } from './measures/percentile.ts'
import { round } from './measures/summary.ts'
import { insertBare } from './sync/bare.ts'
import { startHub } from './sync/hub.ts'
import { drain, openFullLane } from './sync/lane.ts'

const help = `npm run bench -- sync [options]

How fast a lane that was offline brings its journal to the hub: the product's own replicator, HTTP and hub into
PostgreSQL, every entry verified, kept and applied; against batched inserts of the same bytes into one plain table of
the same PostgreSQL, in the same rounds. Progress goes to stderr, one JSON object to stdout.

  --entries N   entries that wait at the lane (default 10000)
  --rounds N    lanes that drain, one after the other (default 5); one more comes before them, because a shop's hub has
                been running for long, and is not counted
  --json        on one line
  --help`

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const say = (line: string): void => void process.stderr.write(`${line}\n`)

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new Error(`--${name} takes a whole number from 1, not "${text}"`)
}

async function measure(folder: string) {
  const wanted = wholeNumber('entries', values.entries)
  const rounds = wholeNumber('rounds', values.rounds)
  await using undo = new AsyncDisposableStack()
  mkdirSync(path.join(folder, 'postgres'), { mode: 0o711 })
  const postgres = await startEmbeddedPostgres(path.join(folder, 'postgres'))
  undo.defer(() => postgres.close())
  const databaseUrl = postgres.url('postgres')
  const hub = await startHub(path.join(folder, 'hub'), databaseUrl)
  undo.defer(() => hub.stop())
  const ours: number[] = []
  const bare: number[] = []
  const counts: number[] = []
  for (let count = 0; count <= rounds; count += 1) {
    const isWarmUp = count === 0
    const laneId = `lane-${count + 1}`
    say(`${laneId} sells while its hub is away`)
    const lane = await openFullLane(path.join(folder, laneId), laneId, wanted)
    try {
      const entries = lane.store.journal.pending({ maxEntries: Number.MAX_SAFE_INTEGER, maxBytes: Infinity })
      const bareMs = await insertBare(databaseUrl, count, entries)
      const drainMs = await drain(lane, laneId, hub)
      say(
        `${entries.length} entries in ${(drainMs / 1000).toFixed(2)} s, bare ${(bareMs / 1000).toFixed(2)} s`,
      )
      if (isWarmUp) continue
      counts.push(entries.length)
      ours.push(drainMs / 1000)
      bare.push(bareMs / 1000)
    } finally {
      lane.store.close()
    }
  }
  const ratios = ours.map((seconds, index) => (bare[index] ?? Number.NaN) / seconds)
  const seconds = percentile(ours, 50)
  return {
    entries: percentile(counts, 50),
    seconds: round(seconds),
    bareSeconds: round(percentile(bare, 50)),
    ratio: round(percentile(ratios, 50)),
    ratios: ratios.map((ratio) => round(ratio)),
    entriesPerSecond: Math.round(percentile(counts, 50) / seconds),
    rounds,
    machine: { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), node: process.versions.node },
    date: new Date().toISOString().slice(0, 10),
  }
}

if (values.help) process.stdout.write(`${help}\n`)
else {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-bench-sync-'))
  // The database runs as a user of its own, who has to pass through.
  chmodSync(folder, 0o711)
  try {
    process.stdout.write(`${JSON.stringify(await measure(folder), null, values.json ? 0 : 2)}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
