import { readFileSync, readdirSync } from 'node:fs'

/** Parent of every process of this machine, from /proc (Linux). */
function parents(): Map<number, number> {
  const found = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      // The program's name stands in brackets and may hold spaces; the parent is the second word after it.
      found.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It ended meanwhile.
    }
  }
  return found
}

/** The process and everything it started, directly or not. */
export function processTree(pid: number): number[] {
  const parentOf = parents()
  const tree = [pid]
  for (const candidate of tree) {
    for (const [child, parent] of parentOf) if (parent === candidate) tree.push(child)
  }
  return tree
}

function kilobytes(file: string, field: string): number {
  try {
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

export interface Memory {
  /** Resident pages, those shared between processes counted in each: what `top` adds up to. */
  readonly rssMb: number
  /** The same with shared pages divided among those who share them: what the machine really gave. */
  readonly pssMb: number
  readonly processes: number
}

export function memoryOf(pids: readonly number[]): Memory {
  const sum = (read: (pid: number) => number): number =>
    Math.round(pids.reduce((total, pid) => total + read(pid), 0) / 1024)
  return {
    rssMb: sum((pid) => kilobytes(`/proc/${pid}/status`, 'VmRSS')),
    pssMb: sum((pid) => kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss')),
    processes: pids.length,
  }
}
