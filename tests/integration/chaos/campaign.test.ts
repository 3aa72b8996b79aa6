import { spawn } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const main = path.resolve(import.meta.dirname, '..', '..', 'chaos', 'main.ts')
/** The campaign ends itself long before; a busy machine gets what it needs. */
const limitMs = 600_000

function chaos(
  ...args: string[]
): Promise<{ code: number | null; answer: Record<string, unknown>; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', main, '--json', ...args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let out = ''
    let said = ''
    child.stdout.on('data', (part: Buffer) => (out += part.toString()))
    child.stderr.on('data', (part: Buffer) => (said += part.toString()))
    child.once('close', (code) => {
      try {
        resolve({ code, answer: JSON.parse(out) as Record<string, unknown>, said })
      } catch {
        reject(new Error(`The campaign gave no answer:\n${said}`))
      }
    })
  })
}

const nothingWrong = {
  lost: 0,
  duplicated: 0,
  stuck: 0,
  orphanCharges: 0,
  parked: 0,
  unbalanced: 0,
  journalGaps: 0,
  chainBroken: false,
  hubEqualsLane: true,
  providerEqualsHub: true,
}

describe('a shop under fire', () => {
  it(
    'charges everybody exactly once over forty kills of lanes, hub and provider',
    { timeout: limitMs },
    async () => {
      const { code, answer, said } = await chaos('--kills', '40', '--minutes', '9', '--seed', 'ci')
      expect({ ...answer, said }).toMatchObject(nothingWrong)
      const kills = answer['kills'] as Record<string, number>
      expect(Object.values(kills).reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(40)
      for (const times of Object.values(answer['killsByPhase'] as Record<string, number>))
        expect(times).toBeGreaterThan(0)
      for (const name of ['sales', 'approved', 'charged', 'refunded', 'deferredExecuted', 'unknownResolved'])
        expect(answer[name], name).toBeGreaterThan(0)
      expect(code).toBe(0)
    },
  )

  it(
    'is caught charging twice when provider keys are made anew each time',
    { timeout: limitMs },
    async () => {
      const { code, answer } = await chaos(
        '--kills',
        '15',
        '--minutes',
        '9',
        '--seed',
        'ci',
        '--sabotage',
        'rekey',
      )
      expect(answer['duplicated']).toBeGreaterThan(0)
      expect(answer['providerEqualsHub']).toBe(false)
      expect(code).toBe(1)
    },
  )
})
