import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean, editDistance } from '../../../src-main/config/suggest.ts'

describe('did you mean', () => {
  it.each([
    ['laneid', ['laneId', 'language'], 'laneId'],
    ['prnter', ['printer', 'scanner'], 'printer'],
    ['zebra', ['printer', 'scanner'], null],
    ['x', [], null],
  ])('%s among %j is %s', (name, candidates, expected) => {
    expect(didYouMean(name, candidates)).toBe(expected)
  })

  it('measures letters inserted, deleted and changed', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
    const word = fc.string({ maxLength: 12 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
  })
})
