import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isNormalised, packProbe, packRow, unpackValue } from '../../../src-main/face/gallery/packing.ts'
import { randomTemplate, seeded, unit } from './support/gallery.ts'

const length = 64
/** From one large value to all alike, so that every kind of rounding occurs. */
const templates = fc
  .array(fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(0, 1e-6, -1e-6, 1)), {
    minLength: length,
    maxLength: length,
  })
  .filter((values) => Math.hypot(...values) > 1e-3)
  .map(unit)

function packed(template: Float32Array) {
  const high = new Int8Array(length)
  const low = new Int16Array(length)
  return { high, low, terms: packRow(template, high, 0, low, 0) }
}

describe('a packed reference', () => {
  test('gives back every value to 24 bits of its largest', () => {
    fc.assert(
      fc.property(templates, (template) => {
        const { high, low, terms } = packed(template)
        const largest = Math.max(...template.map(Math.abs))
        for (const [i, value] of template.entries()) {
          const unpacked = unpackValue(high[i]!, low[i]!, terms.scale)
          expect(Math.abs(unpacked - value)).toBeLessThanOrEqual(largest / 2 ** 23.9)
        }
      }),
    )
  })

  test('keeps comparison scores to seven digits at full length', () => {
    const random = seeded(7)
    const high = new Int8Array(512)
    const low = new Int16Array(512)
    for (let round = 0; round < 200; round++) {
      const reference = randomTemplate(random, 512)
      const probe = randomTemplate(random, 512)
      const { scale } = packRow(reference, high, 0, low, 0)
      let exact = 0
      let stored = 0
      for (let i = 0; i < 512; i++) {
        exact += probe[i]! * reference[i]!
        stored += probe[i]! * unpackValue(high[i]!, low[i]!, scale)
      }
      expect(Math.abs(exact - stored)).toBeLessThan(1e-7)
    }
  })

  test('is never scored above the bound that its high bits alone give: no row can be missed', () => {
    fc.assert(
      fc.property(templates, templates, (reference, probe) => {
        const { high, low, terms } = packed(reference)
        const bytes = new Uint8Array(length)
        const values = new Float64Array(length)
        const { scale, errorWeight, margin } = packProbe(probe, bytes, values)
        expect(Math.max(...bytes)).toBeLessThanOrEqual(127)
        expect([...values]).toEqual([...probe])
        let dot = 0
        let exact = 0
        for (let i = 0; i < length; i++) {
          dot += high[i]! * bytes[i]!
          exact += unpackValue(high[i]!, low[i]!, terms.scale) * probe[i]!
        }
        const bound = (dot + terms.offset) * terms.scale * scale + terms.error * errorWeight + margin
        expect(bound).toBeGreaterThanOrEqual(exact)
        expect(bound - exact).toBeLessThan(0.3)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a template that can be compared', () => {
  test.each([
    [true, 'a unit vector', unit([1, 2, 3])],
    [true, 'a unit vector after float32 rounding', Float32Array.of(0.6, 0.8, 1e-4)],
    [false, 'zeros', new Float32Array(4)],
    [false, 'not a number', Float32Array.of(1, Number.NaN)],
    [false, 'infinite', Float32Array.of(Infinity, 0)],
    [false, 'of length two', Float32Array.of(2, 0)],
  ])('is %s for %s', (expected, _, template) => {
    expect(isNormalised(template)).toBe(expected)
  })
})
