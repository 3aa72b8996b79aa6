import { chmodSync, copyFileSync, constants, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dice } from '../../chaos/schedule/dice.ts'
import type { Kernel } from '../machine/kernel.ts'
import { makeContents } from './contents.ts'
import { afterPowerCut, makeDisk } from './disk.ts'
import { putToSleep, within } from './sleeper.ts'
import { survivorsOf } from './survivors.ts'

export interface PowerCutOptions {
  readonly what: 'lane' | 'hub'
  readonly cuts: number
  readonly seed: string
  readonly kernel: Kernel
  readonly rootImage: string
  readonly workDir: string
  readonly root: string
  readonly say: (line: string) => void
  /** Everything the guest says. */
  readonly onLine: (line: string) => void
}

export interface PowerCutResult {
  readonly what: 'lane' | 'hub'
  readonly cuts: number
  /** What was promised between waking up and the cut, over all cuts: sales, and at the hub journal entries too. */
  readonly acknowledged: number
  /** Of these, what was not on the disk. */
  readonly lost: number
  /** Times the journal's chain, or the hub's books, did not verify. */
  readonly broken: number
  /** Physical sectors written, never flushed, and gone with the power. */
  readonly lostSectors: number
  readonly seconds: number
}

const diskBytes = '700M'
const fewestPromises = 3
const sellLimitMs = 300_000

/**
 * Cuts the power of a machine that sells, again and again. The machine is loaded once and put to sleep; every cut wakes
 * it, lets it sell by an order of its own, and takes its power at an instant of its own. Then only what it had flushed is
 * on its disk, and of the rest what chance keeps; what it promised over the console must be there.
 */
export async function runPowerCuts(options: PowerCutOptions): Promise<PowerCutResult> {
  const { what, cuts, seed, workDir, say } = options
  const begunAt = performance.now()
  const contents = path.join(workDir, 'contents')
  mkdirSync(contents, { recursive: true })
  // The hub's PostgreSQL runs as somebody else and has to get through.
  chmodSync(workDir, 0o755)
  const args = await makeContents(contents, what)
  const disk = path.join(workDir, 'disk.img')
  makeDisk(disk, contents, diskBytes)
  const sleeper = await putToSleep({ ...options, disk, args })
  const folder = path.join(workDir, 'after')
  await afterPowerCut({ before: disk, log: null, chance: dice(seed, what), folder })
  const { keys: before } = await survivorsOf(what, folder)
  say(`  ${what}: loaded and asleep after ${Math.round((performance.now() - begunAt) / 1000)} s`)
  const sum = { acknowledged: 0, lost: 0, broken: 0, lostSectors: 0 }
  for (let cut = 1; cut <= cuts; cut += 1) {
    const chance = dice(seed, `power ${what} ${cut}`)
    const own = path.join(workDir, 'own.img')
    const log = path.join(workDir, 'writes.log')
    copyFileSync(disk, own, constants.COPYFILE_FICLONE)
    rmSync(log, { force: true })
    copyFileSync('/dev/null', log)
    const promised = new Set<string>()
    const enough = Promise.withResolvers<null>()
    const guest = await sleeper.wake(own, log, (line) => {
      options.onLine(line)
      const [, key] = /ACK (\S+)\s*$/.exec(line) ?? []
      // A hub may speak late of what it had before it slept.
      if (key !== undefined && !before.has(key)) promised.add(key)
      if (promised.size >= fewestPromises) enough.resolve(null)
    })
    try {
      guest.type(`GO ${cut}`)
      await within(sellLimitMs, 'to sell', guest, enough.promise)
      await sleep(chance.between(0, 5_000))
    } finally {
      await guest.cutPower()
    }
    const { lostSectors } = await afterPowerCut({ before: disk, log, chance, folder })
    const { keys, whole } = await survivorsOf(what, folder)
    const lost = [...promised].filter((key) => !keys.has(key))
    for (const key of lost) say(`  ${what}: cut ${cut} lost ${key}`)
    sum.acknowledged += promised.size
    sum.lost += lost.length
    sum.broken += whole ? 0 : 1
    sum.lostSectors += lostSectors
    say(
      `  ${what}: cut ${cut} of ${cuts}, ${promised.size} promised, ${lost.length} lost, ` +
        `${lostSectors} unflushed sectors gone, ${Math.round((performance.now() - begunAt) / 1000)} s`,
    )
  }
  return { what, cuts, ...sum, seconds: Math.round((performance.now() - begunAt) / 1000) }
}
