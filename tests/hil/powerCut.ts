import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { planEnvironment } from '../chaos/hooks/plan.ts'
import { dice } from '../chaos/schedule/dice.ts'
import { startGuest } from './machine/guest.ts'
import { guestDisk, makeInitrd } from './machine/initrd.ts'
import type { Kernel } from './machine/kernel.ts'
import { runTool } from './machine/tools.ts'

export interface PowerCutOptions {
  readonly what: 'lane' | 'hub'
  readonly cuts: number
  readonly seed: string
  readonly kernel: Kernel
  /** Populates the guest's disk before the first boot. */
  readonly contents: string
  readonly workDir: string
  readonly root: string
  readonly say: (line: string) => void
}

export interface PowerCutResult {
  readonly what: 'lane' | 'hub'
  readonly cuts: number
  /** What was promised before some cut: sales, and at the hub journal entries too. */
  readonly acknowledged: number
  /** Of these, what was not there after a later boot. */
  readonly lost: number
  /** The journal's chain, or the hub's books, did not verify after a boot. */
  readonly broken: number
  readonly seconds: number
}

const bootLimitMs = 900_000
const diskBytes = '700M'

/**
 * Cuts the power of a machine that sells, again and again. What it promised over the serial console before the cut must
 * be on its disk after the next boot; what its kernel had not flushed by then is gone for good.
 */
export async function runPowerCuts(options: PowerCutOptions): Promise<PowerCutResult> {
  const { what, cuts, kernel, workDir, say } = options
  const begunAt = performance.now()
  rmSync(workDir, { recursive: true, force: true })
  mkdirSync(workDir, { recursive: true })
  const disk = path.join(workDir, 'disk.img')
  runTool('mke2fs', ['-q', '-t', 'ext4', '-d', options.contents, disk, diskBytes])
  const chance = dice(options.seed, `power ${what}`)
  const promised = new Set<string>()
  const lost = new Set<string>()
  let broken = 0
  // The last boot only looks: what the last cut left.
  for (let boot = 0; boot <= cuts; boot += 1) {
    const task = boot === cuts ? 'look' : 'sell'
    const initrd = makeInitrd(workDir, kernel, guestScript(options, boot, task))
    const seen = {
      have: new Set<string>(),
      fresh: 0,
      ready: Promise.withResolvers<null>(),
      enough: Promise.withResolvers<null>(),
    }
    const before = new Set(promised)
    const lines: string[] = []
    const verdicts: string[] = []
    const guest = startGuest({
      image: kernel.image,
      initrd,
      disk,
      onLine: (line) => {
        lines.push(line)
        // Whatever the firmware left on the screen may stand before it.
        const [, word, key = ''] = /(HAVE|CHAIN|READY|ACK)(?: (\S+))?\s*$/.exec(line) ?? []
        if (word === 'HAVE') seen.have.add(key)
        if (word === 'CHAIN') verdicts.push(key)
        if (word === 'READY') seen.ready.resolve(null)
        if (word === 'ACK') {
          promised.add(key)
          seen.fresh += 1
          if (seen.fresh >= 3) seen.enough.resolve(null)
        }
      },
    })
    const limit = AbortSignal.timeout(bootLimitMs)
    const tooLong = new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () =>
        reject(new Error(`The guest came to nothing:\n${lines.slice(-40).join('\n')}`)),
      )
    })
    const died = guest.off.then(() =>
      Promise.reject(new Error(`The guest ended:\n${lines.slice(-40).join('\n')}`)),
    )
    died.catch(() => undefined)
    tooLong.catch(() => undefined)
    try {
      await Promise.race([seen.ready.promise, tooLong, died])
      for (const key of before) if (!seen.have.has(key)) lost.add(key)
      if (verdicts[0] !== 'whole') broken += 1
      if (task === 'sell') {
        await Promise.race([seen.enough.promise, tooLong, died])
        await sleep(chance.between(0, 6_000))
        await guest.cutPower()
        say(`  ${what}: cut ${boot + 1} of ${cuts}, ${promised.size} promised, ${lost.size} lost`)
      } else {
        await Promise.race([guest.off, tooLong])
      }
    } finally {
      await guest.cutPower()
    }
  }
  rmSync(workDir, { recursive: true, force: true })
  const seconds = Math.round((performance.now() - begunAt) / 1000)
  return { what, cuts, acknowledged: promised.size, lost: lost.size, broken, seconds }
}

function guestScript({ what, root }: PowerCutOptions, boot: number, task: 'sell' | 'look'): string {
  const script = path.join(root, 'tests', 'hil', 'guest', `${what}.ts`)
  const hooks = path.join(root, 'tests', 'chaos', 'hooks', 'register.ts')
  const plan = planEnvironment({ quick: true, faces: true, sabotage: null, clockFile: null, leash: false })
  const env = Object.entries(plan).map(([name, value]) => `export ${name}='${value}'`)
  const cache = process.env['NODE_COMPILE_CACHE']
  return [
    'echo',
    'export HOME=/run PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    ...(cache === undefined ? [] : [`export NODE_COMPILE_CACHE='${cache}'`]),
    ...env,
    `cd '${root}'`,
    `'${process.execPath}' --disable-warning=ExperimentalWarning --import '${hooks}' '${script}' ` +
      `${guestDisk}/${what} ${guestDisk}/goods.csv ${boot} ${task} 2>&1`,
    '',
  ].join('\n')
}
