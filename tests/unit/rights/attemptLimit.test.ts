import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayTry, stillCounting } from '../../../src-main/domain/rights/attemptLimit.ts'
import { countAttempts } from '../../../src-main/members/attempts.ts'

const limit = { most: 3, withinMs: 1_000 }

describe('a limit of attempts', () => {
  it('never lets more than its number through in any window of its length', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(600), { maxLength: 60 }), (gaps) => {
        let nowMs = 0
        const attempts = countAttempts(limit, { monotonicMs: () => nowMs })
        const taken: number[] = []
        for (const gap of gaps) {
          nowMs += gap
          if (attempts.take()) taken.push(nowMs)
        }
        for (const at of taken) {
          expect(
            taken.filter((other) => other >= at && other < at + limit.withinMs).length,
          ).toBeLessThanOrEqual(3)
        }
      }),
    )
  })

  it('forgets an attempt when its window is over, and not before', () => {
    expect(stillCounting(limit, [0, 1, 999], 1_000)).toEqual([1, 999])
    expect(mayTry(limit, [0, 1, 999], 999)).toBe(false)
    expect(mayTry(limit, [0, 1, 999], 1_000)).toBe(true)
  })

  it('is not made longer by whoever goes on trying', () => {
    let nowMs = 0
    const attempts = countAttempts(limit, { monotonicMs: () => nowMs })
    const answers = [0, 1, 2, 500, 900, 1_000].map((atMs) => {
      nowMs = atMs
      return attempts.take()
    })
    expect(answers).toEqual([true, true, true, false, false, true])
  })
})
