import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { prepareKernel } from './machine/kernel.ts'
import { makeRootImage } from './machine/rootImage.ts'
import { missingTools } from './machine/tools.ts'
import { runPowerCuts, type PowerCutResult } from './power-cut/loop.ts'

const help = `npm run hil -- power-cut [options]

  A machine of its own (QEMU, Debian's kernel) sells on a disk of its own; its power is cut again and again. Whatever it had
  promised must be there after the next boot. Opt-in: it needs a few Debian packages and about 20 seconds a cut.

  --cuts N     how often                                20
  --lane       only the lane's store (SQLite)           both
  --hub        only the hub's database (PostgreSQL)
  --seed S     when to cut                              power
  --json       the result as one JSON object on stdout
`
const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      cuts: { type: 'string', default: '20' },
      lane: { type: 'boolean', default: false },
      hub: { type: 'boolean', default: false },
      seed: { type: 'string', default: 'power' },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const cuts = Number(values.cuts)
  if (values.help || positionals[0] !== 'power-cut' || !Number.isInteger(cuts) || cuts < 1) {
    process.stdout.write(help)
    return values.help ? 0 : 2
  }
  const missing = missingTools()
  if (missing !== null) {
    say(missing)
    if (values.json)
      process.stdout.write(
        `${JSON.stringify({ ok: false, error: { code: 'hil.tools', message: missing } })}\n`,
      )
    return 1
  }
  const root = path.resolve(import.meta.dirname, '..', '..')
  const kernel = prepareKernel(path.join(root, 'tests', '.cache', 'hil'), say)
  const both = values.lane === values.hub
  const results: PowerCutResult[] = []
  const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-hil-'))
  // The hub's PostgreSQL runs as somebody else and has to get through.
  chmodSync(folder, 0o755)
  const rootImage = path.join(folder, 'root.img')
  try {
    makeRootImage(rootImage, { root, workDir: folder })
    for (const what of ['lane', 'hub'] as const) {
      if (!both && !values[what]) continue
      const workDir = path.join(folder, what)
      const onLine = (line: string): void => {
        if (values.verbose) say(line)
      }
      results.push(
        await runPowerCuts({ what, cuts, seed: values.seed, kernel, rootImage, workDir, root, say, onLine }),
      )
      rmSync(workDir, { recursive: true, force: true })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const ok = results.every(({ lost, broken, acknowledged }) => lost === 0 && broken === 0 && acknowledged > 0)
  process.stdout.write(`${JSON.stringify({ ok, seed: values.seed, results }, null, values.json ? 0 : 2)}\n`)
  return ok ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
