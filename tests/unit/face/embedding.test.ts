import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare, fuse, fuseReference } from '../../../src-main/domain/face/embedding.ts'

const unit = (values: number[]) => {
  const length = Math.hypot(...values)
  return Float32Array.from(values, (value) => value / length)
}
const vectors = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 })
  .filter((values) => Math.hypot(...values) > 0.01)
  .map(unit)

describe('fusing embeddings', () => {
  test('one embedding fused alone is itself', () => {
    fc.assert(
      fc.property(vectors, fc.double({ min: 0.05, max: 1, noNaN: true }), (embedding, weight) => {
        const fused = fuse([{ embedding, weight }])
        expect(fused && compare(fused, embedding)).toBeCloseTo(1, 5)
      }),
    )
  })

  test('the result has length one', () => {
    const weighed = fc.record({ embedding: vectors, weight: fc.double({ min: 0.05, max: 1, noNaN: true }) })
    fc.assert(
      fc.property(fc.array(weighed, { minLength: 1, maxLength: 8 }), (frames) => {
        const fused = fuse(frames)
        if (fused !== undefined) expect(Math.hypot(...fused)).toBeCloseTo(1, 4)
      }),
    )
  })

  test('a heavier frame pulls the result towards itself', () => {
    const a = unit([1, 0])
    const b = unit([0, 1])
    const fused = fuse([
      { embedding: a, weight: 3 },
      { embedding: b, weight: 1 },
    ])!
    expect(compare(fused, a)).toBeGreaterThan(compare(fused, b))
  })

  test('frames that cancel each other out or are missing give no embedding', () => {
    const a = unit([1, 0])
    expect(fuse([])).toBeUndefined()
    expect(
      fuse([
        { embedding: a, weight: 1 },
        { embedding: unit([-1, 0]), weight: 1 },
      ]),
    ).toBeUndefined()
  })

  test('an enrolment with somebody else in one frame is refused', () => {
    const a = { embedding: unit([1, 0.1, 0]), weight: 1 }
    const other = { embedding: unit([0, 0, 1]), weight: 1 }
    expect(fuseReference([a, a, a], 0.5)).toBeInstanceOf(Float32Array)
    expect(fuseReference([a, a, a, other], 0.5)).toBe('framesDisagree')
    expect(fuseReference([], 0.5)).toBe('framesDisagree')
  })

  test('embeddings of different lengths are a mistake of the caller', () => {
    expect(() => compare(new Float32Array(4), new Float32Array(5))).toThrow(/cannot be compared/)
  })
})
