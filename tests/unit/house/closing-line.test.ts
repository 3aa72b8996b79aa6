import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestCase, TestModule } from 'vitest/node'
import ClosingLineReporter, { closingLine } from '../../../scripts/closing-line-reporter.ts'

const variable = 'FACELANE_TEST_COUNTS'

describe('the counts of a test run', () => {
  let folder: string
  let before: string | undefined

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'facelane-counts-'))
    before = process.env[variable]
    process.env[variable] = path.join(folder, 'counts.json')
  })
  afterEach(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, variable)
    else process.env[variable] = before
    rmSync(folder, { recursive: true, force: true })
  })

  const test = (state: string): TestCase => ({ result: () => ({ state }) }) as unknown as TestCase
  const module = (errors: number): TestModule =>
    ({ errors: () => Array(errors).fill({}) }) as unknown as TestModule
  const counts = (): unknown => JSON.parse(readFileSync(path.join(folder, 'counts.json'), 'utf8'))

  it('are what people count: tests passed and failed', () => {
    const reporter = new ClosingLineReporter()
    for (const state of ['passed', 'passed', 'failed', 'skipped']) reporter.onTestCaseResult(test(state))
    reporter.onTestRunEnd([], [], 'failed')
    expect(counts()).toEqual({ passed: 2, failed: 1 })
  })

  it('hold a file that could not be loaded and an error outside any test as failures', () => {
    const reporter = new ClosingLineReporter()
    reporter.onTestModuleEnd(module(1))
    reporter.onTestRunEnd([], [{ message: 'unhandled' }], 'failed')
    expect(counts()).toEqual({ passed: 0, failed: 2 })
  })

  it('are never green when the run failed for a reason of its own', () => {
    const reporter = new ClosingLineReporter()
    reporter.onTestCaseResult(test('passed'))
    reporter.onTestRunEnd([], [], 'failed')
    expect(counts()).toEqual({ passed: 1, failed: 1 })
  })

  it('read as one plain line', () => {
    expect(closingLine({ passed: 412, failed: 0 })).toBe('412 passed, 0 failed')
  })
})
