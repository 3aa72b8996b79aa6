import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LAST_CEILING_MS, backOffMs } from '../../../src-main/journal/back-off.ts'

describe('the back-off', () => {
  it('doubles its ceiling from half a second to half a minute', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => backOffMs(failures, 0.999_999))
    expect(ceilings).toEqual([499, 999, 1999, 3999, 7999, 15999, 29999, 29999, 29999])
  })

  it('waits anywhere between nothing and its ceiling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, unit) => {
          const wait = backOffMs(n, unit)
          expect(wait).toBeGreaterThanOrEqual(0)
          expect(wait).toBeLessThan(LAST_CEILING_MS)
        },
      ),
    )
    expect(backOffMs(3, 0)).toBe(0)
  })
})
