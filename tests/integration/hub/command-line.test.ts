import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const main = new URL('../../../src-hub/main.ts', import.meta.url).pathname

function run(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', input: '' })
}

describe('the hub’s command line', () => {
  it('explains itself', () => {
    const { status, stdout } = run('--help')
    expect(status).toBe(0)
    for (const option of ['--data', '--port', '--public-url', '--database-url', '--json-ready']) {
      expect(stdout).toContain(option)
    }
  })

  it.each([
    ['no data folder', [], '--data is missing'],
    ['a port beyond 65535', ['--data', 'x', '--port', '70000'], '--port must be 0 to 65535'],
    ['a port that is no number', ['--data', 'x', '--port', 'http'], '--port must be 0 to 65535'],
    ['an option nobody knows', ['--bogus'], '--bogus'],
  ])('refuses %s with exit code 2 and a reason', (_title, args, reason) => {
    const { status, stderr, stdout } = run(...args)
    expect(status).toBe(2)
    expect(stderr).toContain(reason)
    expect(stdout).toBe('')
  })
})
