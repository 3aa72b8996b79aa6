import { existsSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { keepMemoryOutOfDumps } from '../../../src-main/platform/crashDumps.ts'

const filter = '/proc/self/coredump_filter'
const onLinux = existsSync(filter)

describe('a process that holds faces', () => {
  const { reportOnFatalError, reportOnSignal, reportOnUncaughtException } = process.report
  afterEach(() => {
    Object.assign(process.report, { reportOnFatalError, reportOnSignal, reportOnUncaughtException })
  })

  it('writes no diagnostic report, whatever it was started with', () => {
    Object.assign(process.report, {
      reportOnFatalError: true,
      reportOnSignal: true,
      reportOnUncaughtException: true,
    })
    keepMemoryOutOfDumps([])
    const { report } = process
    expect([
      report.reportOnFatalError,
      report.reportOnSignal,
      report.reportOnUncaughtException,
      report.excludeEnv,
    ]).toEqual([false, false, false, true])
  })

  it(
    onLinux
      ? 'leaves no memory in a core dump'
      : 'says that it cannot keep memory out of a core dump on this machine',
    () => {
      const risks = keepMemoryOutOfDumps([])
      expect(risks.includes('coreDumps')).toBe(!onLinux)
      expect(onLinux ? readFileSync(filter, 'utf8').trim() : '').toBe(onLinux ? '00000000' : '')
    },
  )

  it.each(['--heap-prof', '--heapsnapshot-near-heap-limit=2', '--heapsnapshot-signal=SIGUSR2'])(
    'says that %s would write its memory',
    (option) => {
      expect(keepMemoryOutOfDumps([option])).toContain('heapSnapshots')
    },
  )
})
