import { copyFileSync, constants, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Dice } from '../../chaos/schedule/dice.ts'
import { runTool } from '../machine/tools.ts'
import { replayWrites } from '../machine/writeLog.ts'

/** Journal replayed with success, or nothing to do; 1 says that something was put right. */
const e2fsckFine = [0, 1]

/**
 * What a machine finds on its disk when the power is back. `before` is the disk as the machine got it, `log` what it wrote
 * until the cut, null when it wrote nothing. The file system's journal is replayed, its files are laid into `folder`.
 */
export async function afterPowerCut(options: {
  readonly before: string
  readonly log: string | null
  readonly chance: Dice
  readonly folder: string
}): Promise<{ readonly lostSectors: number }> {
  const { before, log, chance, folder } = options
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const disk = `${folder}.img`
  copyFileSync(before, disk, constants.COPYFILE_FICLONE)
  const replayed = log === null ? { lostSectors: 0 } : await replayWrites(disk, log, chance)
  runTool('e2fsck', ['-y', '-E', 'journal_only', disk], { fine: e2fsckFine })
  for (const part of ['lane', 'hub']) runTool('debugfs', ['-R', `rdump /${part} ${folder}`, disk])
  rmSync(disk)
  return replayed
}

export function makeDisk(file: string, contents: string, bytes: string): void {
  mkdirSync(path.dirname(file), { recursive: true })
  rmSync(file, { force: true })
  runTool('mke2fs', ['-q', '-t', 'ext4', '-d', contents, file, bytes])
}
