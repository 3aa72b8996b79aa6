import { writeFileSync } from 'node:fs'

/** What of this process may still be written to disk when it dies; empty when nothing is. */
export type DumpRisk = 'coreDumps' | 'heapSnapshots'

const coreFilter = '/proc/self/coredump_filter'
const heapOptions = [
  '--heapsnapshot-near-heap-limit',
  '--heapsnapshot-signal',
  '--heap-prof',
  '--abort-on-uncaught-exception',
]

/**
 * Keeps frames, probes and keys out of what a dying process leaves behind: Node's diagnostic reports are switched off,
 * and a Linux core dump of this process and its children has no memory in it (core(5): no segment is selected).
 * Returns what could not be prevented, for the log.
 */
export function keepMemoryOutOfDumps(execArgv: readonly string[] = process.execArgv): DumpRisk[] {
  const { report } = process
  report.reportOnFatalError = false
  report.reportOnUncaughtException = false
  report.reportOnSignal = false
  report.excludeEnv = true
  const options = [...execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  const heap = options.some((option) => heapOptions.some((name) => option.startsWith(name)))
  return [
    ...(emptyCoreDumps() ? [] : (['coreDumps'] as const)),
    ...(heap ? (['heapSnapshots'] as const) : []),
  ]
}

function emptyCoreDumps(): boolean {
  try {
    writeFileSync(coreFilter, '0')
    return true
  } catch {
    // No Linux, or a kernel without it: the caller is told, the service file has to say LimitCORE=0.
    return false
  }
}
