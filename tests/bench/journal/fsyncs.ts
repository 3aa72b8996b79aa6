import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { round } from '../measures/summary.ts'

const seller = path.join(import.meta.dirname, 'seller.ts')
const salesCounted = 100

/** How many times a sale waits for the disk, counted outside the process that sells. */
export interface Fsyncs {
  readonly fsyncsPerSale: number
  /** `strace` counts the system calls; `diskstats` the flushes that reached this machine's disks, everybody's. */
  readonly fsyncsCountedBy: 'strace' | 'diskstats'
}

/** A process that sells nothing is counted too and taken off: opening and closing wait for the disk as well. */
export function countFsyncs(folder: string): Fsyncs {
  const count = hasStrace() ? straced : flushed
  const none = count(path.join(folder, 'none'), 0)
  const some = count(path.join(folder, 'some'), salesCounted)
  return {
    fsyncsPerSale: round((some - none) / salesCounted, 2),
    fsyncsCountedBy: count === straced ? 'strace' : 'diskstats',
  }
}

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-f', '-c', '-e', 'trace=fsync,fdatasync', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function straced(dataDir: string, sales: number): number {
  const report = `${dataDir}.strace`
  const strace = ['-f', '-c', '-e', 'trace=fsync,fdatasync', '-o', report]
  execFileSync('strace', [...strace, process.execPath, seller, dataDir, String(sales)], { stdio: 'inherit' })
  // % time, seconds, usecs/call, calls, [errors], syscall
  const rows = [
    ...readFileSync(report, 'utf8').matchAll(
      /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+.*\b(?:fsync|fdatasync)$/gm,
    ),
  ]
  return rows.reduce((sum, [, calls]) => sum + Number(calls), 0)
}

function flushed(dataDir: string, sales: number): number {
  const before = diskFlushes()
  execFileSync(process.execPath, [seller, dataDir, String(sales)], { stdio: 'inherit' })
  return diskFlushes() - before
}

/** Field 18 of a device's line, Documentation/admin-guide/iostats.rst: flush requests completed. */
function diskFlushes(): number {
  return readFileSync('/proc/diskstats', 'utf8')
    .split('\n')
    .reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[18] ?? 0), 0)
}
