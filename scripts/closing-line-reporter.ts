import { writeFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule, TestRunEndReason } from 'vitest/node'

type SerialisedError = Parameters<NonNullable<Reporter['onTestRunEnd']>>[1][number]

/** The plain last line of a test run, for people and for CI: "412 passed, 0 failed". */
export function closingLine(counts: { readonly passed: number; readonly failed: number }): string {
  return `${String(counts.passed)} passed, ${String(counts.failed)} failed`
}

/**
 * Counts tests as people do. A file that could not be loaded, and an error outside any test, count as one failure
 * each: a run is never green because its tests were not reached.
 */
export default class ClosingLineReporter implements Reporter {
  private passed = 0
  private failed = 0

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result()
    if (state === 'passed') this.passed += 1
    if (state === 'failed') this.failed += 1
  }

  onTestModuleEnd(module: TestModule): void {
    this.failed += module.errors().length
  }

  onTestRunEnd(
    _modules: readonly TestModule[],
    unhandled: readonly SerialisedError[],
    reason: TestRunEndReason,
  ): void {
    this.failed += unhandled.length
    if (reason === 'failed' && this.failed === 0) this.failed = 1
    const counts = { passed: this.passed, failed: this.failed }
    // The launcher prints the line itself when it started us: only it knows which line is the last.
    const countsFile = process.env['FACELANE_TEST_COUNTS']
    if (countsFile === undefined) process.stdout.write(`\n${closingLine(counts)}\n`)
    else writeFileSync(countsFile, JSON.stringify(counts))
  }
}
