import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

/** A till has few cores and the tests start databases, browsers and models: never more than four files at once. */
const workers = Math.max(1, Math.min(4, availableParallelism()))

interface Timeouts {
  readonly testTimeout: number
  readonly hookTimeout: number
}

/**
 * `order` makes the projects run one after the other, the quick ones first, so that a browser test never competes
 * with a property test for the same core.
 */
function project(
  name: string,
  order: number,
  pool: 'threads' | 'forks',
  maxWorkers: number,
  timeouts: Timeouts,
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [`tests/${name}/**/*.test.{ts,tsx}`],
      environment: 'node',
      pool,
      maxWorkers,
      sequence: { groupOrder: order },
      ...timeouts,
    },
  }
}

export default defineConfig({
  test: {
    projects: [
      project('unit', 0, 'threads', workers, { testTimeout: 20_000, hookTimeout: 20_000 }),
      project('conformance', 1, 'forks', workers, { testTimeout: 30_000, hookTimeout: 30_000 }),
      project('integration', 2, 'forks', Math.min(2, workers), { testTimeout: 90_000, hookTimeout: 90_000 }),
      project('e2e', 3, 'forks', 1, { testTimeout: 240_000, hookTimeout: 240_000 }),
    ],
    passWithNoTests: true,
    teardownTimeout: 20_000,
    reporters: ['default', './scripts/closing-line-reporter.ts'],
  },
})
