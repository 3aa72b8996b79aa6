import { lstatSync, readdirSync } from 'node:fs'
import path from 'node:path'

/** Bytes on disk below a folder (whole blocks, as `du` counts), a hard link once; 0 when it is not there. */
export function diskUsage(folder: string, seen = new Set<string>()): number {
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  const identity = `${stat.dev}:${stat.ino}`
  if (seen.has(identity)) return 0
  seen.add(identity)
  const own = stat.blocks * 512
  if (!stat.isDirectory()) return own
  return readdirSync(folder).reduce((total, name) => total + diskUsage(path.join(folder, name), seen), own)
}
