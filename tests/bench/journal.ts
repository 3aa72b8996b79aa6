import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { countFsyncs } from './journal/fsyncs.ts'
import { measureGrowth } from './journal/growth.ts'
import { measureRounds } from './journal/rounds.ts'

const help = `npm run bench -- journal [options]

How fast the lane's journal takes sales, against bare better-sqlite3 commits of as many bytes in the same run. A sale is
the product's own path from the confirmed amount to the printed paper; every commit is on the disk before the next step.
Progress goes to stderr, one JSON object to stdout.

  --rounds N      turns of both, the median counts (default 40)
  --round-sales N sales in a turn (default 20)
  --sales N       instead: so many sales over many days, acknowledged, backed up and tidied up every night, and how
                  large the lane's files get (100000 take some minutes)
  --folder DIR    a folder on the disk to measure (default: the system's for temporary files)
  --json          on one line
  --help`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    'round-sales': { type: 'string', default: '20' },
    sales: { type: 'string' },
    folder: { type: 'string', default: os.tmpdir() },
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

async function measure() {
  const rounds = wholeNumber('rounds', values.rounds)
  const salesARound = wholeNumber('round-sales', values['round-sales'])
  const folder = mkdtempSync(path.join(values.folder, 'facelane-bench-journal-'))
  try {
    if (values.sales !== undefined)
      return await measureGrowth({ folder, sales: wholeNumber('sales', values.sales), say })
    const fsyncs = countFsyncs(folder)
    say(`${fsyncs.fsyncsPerSale} fsyncs a sale, counted by ${fsyncs.fsyncsCountedBy}`)
    return { ...(await measureRounds({ folder, rounds, salesARound, say })), ...fsyncs }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (values.help) process.stdout.write(`${help}\n`)
else {
  const result = {
    ...(await measure()),
    machine: { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), node: process.versions.node },
    date: new Date().toISOString().slice(0, 10),
  }
  process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`)
}
