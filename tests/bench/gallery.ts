import os from 'node:os'
import { parseArgs } from 'node:util'
import { measureLoad } from './gallery/measureLoad.ts'
import { measureSearch } from './gallery/measureSearch.ts'

const help = `npm run bench -- gallery [options]

Exact search of the gallery against one reading of the bytes it scans and against usearch, in the same rounds, and the
loading of 100,000 sealed references. Progress goes to stderr, one JSON object to stdout.

  --sizes N,N,…   references (default 10000,100000,1000000; a million needs 5 GB of free memory)
  --runs N        rounds for each size (default 31)
  --threads N     threads of large galleries and of the reading (default: cores, at most 4)
  --json          on one line
  --help`

const dims = 512
/** As a look at the camera asks. */
const candidates = 5
const loadRuns = 3
/** The plain matrix for the peer, the gallery, and the bytes that are read and copied. */
const bytesAValue = 4 + 3.2 + 3
const gb = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    runs: { type: 'string', default: '31' },
    threads: { type: 'string', default: String(Math.min(4, os.availableParallelism())) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const say = (line: string): void => void process.stderr.write(`${line}\n`)

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} takes whole numbers from 1, not "${text}"`)
  return value
}

async function measure() {
  const sizes = values.sizes.split(',').map((size) => wholeNumber('sizes', size))
  const runs = wholeNumber('runs', values.runs)
  const threads = wholeNumber('threads', values.threads)
  const neededBytes = Math.max(...sizes) * dims * bytesAValue
  if (neededBytes > os.freemem())
    throw new Error(
      `${Math.max(...sizes)} references need ${gb(neededBytes)} of memory and ${gb(os.freemem())} are free. Choose smaller --sizes.`,
    )
  const rows = []
  for (const n of sizes) rows.push(await measureSearch({ n, dims, k: candidates, runs, threads, say }))
  const load = await measureLoad({ n: 100_000, dims, runs: loadRuns, say })
  return {
    rows,
    load100kMs: load.p50Ms,
    load,
    data: 'synthetic: directions drawn at random, one reference a subject',
    runs,
    machine: { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), node: process.versions.node },
    date: new Date().toISOString().slice(0, 10),
  }
}

if (values.help) process.stdout.write(`${help}\n`)
else {
  const result = await measure()
  process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`)
}
