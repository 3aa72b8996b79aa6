import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { emulateScale } from '../../drivers/scale/emulator/scale-emulator.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { prepareKernel, type Kernel } from './machine/kernel.ts'
import { makeRootImage } from './machine/rootImage.ts'
import { missingTools } from './machine/tools.ts'
import { runPowerCuts, type PowerCutResult } from './power-cut/loop.ts'
import { cameraTarget } from './targets/camera.ts'
import { runTarget, targetNames, type Target, type TargetName } from './targets/rig.ts'
import { serialTarget } from './targets/serial.ts'
import { usbTarget } from './targets/usb.ts'

const help = `npm run hil -- power-cut | usb | serial | camera [options]

  A machine of its own (QEMU, Debian's kernel). Opt-in: it needs a few Debian packages.

  power-cut    it sells on a disk of its own; its power is cut again and again, and whatever it had promised must be there
  usb          a printer and two scanners on its USB, pulled out while they work
  serial       a scale behind a USB serial converter, with 7E1 and modem lines
  camera       /dev/video0, taken away while it looks

  --cuts N     power-cut: how often                     20
  --lane       power-cut: only the lane's store (SQLite)          both
  --hub        power-cut: only the hub's database (PostgreSQL)
  --seed S     power-cut: when to cut                   power
  --verbose    everything the machine says, on stderr
  --json       the result as one JSON object on stdout
`
const say = (line: string): void => void process.stderr.write(`${line}\n`)

type Values = Readonly<Record<'cuts' | 'seed', string> & Record<'lane' | 'hub' | 'json' | 'verbose', boolean>>

interface Place {
  readonly root: string
  readonly kernel: Kernel
  readonly cacheDir: string
  /** A fresh folder that goes when the run is over. */
  readonly folder: string
  readonly onLine: (line: string) => void
}

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
  const [what = ''] = positionals
  const target = targetNames.find((name) => name === what)
  const isKnown = target !== undefined || (what === 'power-cut' && /^[1-9]\d{0,4}$/.test(values.cuts))
  if (values.help || !isKnown) {
    process.stdout.write(help)
    return values.help ? 0 : 2
  }
  const missing = missingTools(target ?? 'power-cut')
  if (missing !== null) {
    say(missing)
    if (values.json)
      process.stdout.write(
        `${JSON.stringify({ ok: false, error: { code: 'hil.tools', message: missing } })}\n`,
      )
    return 1
  }
  const root = path.resolve(import.meta.dirname, '..', '..')
  const cacheDir = path.join(root, 'tests', '.cache', 'hil')
  const kernel = prepareKernel(cacheDir, say)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-hil-'))
  const onLine = (line: string): void => {
    if (values.verbose) say(line)
  }
  try {
    const place = { root, kernel, cacheDir, folder, onLine }
    const result = await (target === undefined ? powerCuts(values, place) : lookAt(target, place))
    process.stdout.write(`${JSON.stringify(result, null, values.json ? 0 : 2)}\n`)
    return result.ok ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function powerCuts(values: Values, place: Place) {
  const { root, kernel, folder, onLine } = place
  const both = values.lane === values.hub
  const cuts = Number(values.cuts)
  // The hub's PostgreSQL runs as somebody else and has to get through.
  chmodSync(folder, 0o755)
  const rootImage = path.join(folder, 'root.img')
  makeRootImage(rootImage, { root, workDir: folder })
  const results: PowerCutResult[] = []
  for (const what of ['lane', 'hub'] as const) {
    if (!both && !values[what]) continue
    const workDir = path.join(folder, what)
    results.push(
      await runPowerCuts({ what, cuts, seed: values.seed, kernel, rootImage, workDir, root, say, onLine }),
    )
    rmSync(workDir, { recursive: true, force: true })
  }
  const ok = results.every(({ lost, broken, acknowledged }) => lost === 0 && broken === 0 && acknowledged > 0)
  return { ok, seed: values.seed, results }
}

async function lookAt(name: TargetName, { root, kernel, cacheDir, folder, onLine }: Place) {
  const options = {
    kernel,
    kernelRoot: path.join(cacheDir, 'kernel'),
    workDir: path.join(folder, 'machine'),
    root,
    onLine,
  }
  const result = await withTarget(name, (target) => runTarget(target, options))
  for (const { name: what, ok, detail } of result.checks) say(`  ${ok ? 'ok ' : 'NOT'} ${what} (${detail})`)
  return result
}

async function withTarget<T>(name: TargetName, run: (target: Target) => Promise<T>): Promise<T> {
  switch (name) {
    case 'usb':
      return run(usbTarget())
    case 'camera':
      return run(cameraTarget())
    case 'serial': {
      const scale = await emulateScale({ protocol: 'toledo-8217', kinds: ['tcp'] })
      try {
        return await run(serialTarget(scale))
      } finally {
        await scale.close()
      }
    }
    default:
      return unreachable(name)
  }
}

process.exitCode = await main(process.argv.slice(2))
