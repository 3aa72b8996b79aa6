import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare } from '../../../../src-main/domain/face/embedding.ts'
import { createTemplateTransform } from '../../../../src-main/face/protection/templateTransform.ts'
import { normalised, syntheticPeople } from './synthetic.ts'

const keyOf = (name: string) => createHash('sha256').update(name).digest()
const transformOf = (name: string, length = 512, modelPackId = 'pack-1') =>
  createTemplateTransform({ key: keyOf(name), keyId: name, modelPackId, length })

/** Template lengths in use and some that are not: even, from 2 to 600. */
const lengths = fc.integer({ min: 1, max: 300 }).map((half) => half * 2)
const pairOfTemplates = lengths.chain((length) => {
  const template = fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
    .filter((values) => Math.hypot(...values) > 0.01)
    .map(normalised)
  return fc.tuple(template, template)
})

describe('the template transform', () => {
  test('changes the score of two templates by less than 1e-4, whatever they are, and keeps their length', () => {
    fc.assert(
      fc.property(pairOfTemplates, fc.string(), ([a, b], keyName) => {
        const transform = transformOf(keyName, a.length)
        const [protectedA, protectedB] = [transform.protect(a), transform.protect(b)]
        expect(Math.abs(compare(protectedA, protectedB) - compare(a, b))).toBeLessThan(1e-4)
        expect(Math.abs(Math.hypot(...protectedA) - 1)).toBeLessThan(1e-5)
      }),
      { seed: 24745 },
    )
  })

  test('gives back what it protected, within rounding, and leaves its argument as it was', () => {
    fc.assert(
      fc.property(pairOfTemplates, ([template]) => {
        const before = Float32Array.from(template)
        const transform = transformOf('key', template.length)
        const back = transform.recover(transform.protect(template))
        expect(template).toEqual(before)
        for (const [index, value] of back.entries())
          expect(Math.abs(value - template[index]!)).toBeLessThan(1e-6)
      }),
      { seed: 24745 },
    )
  })

  test('still gives the same scores after a thousand re-issues', () => {
    const [[first, second]] = syntheticPeople(7, 1, 512) as [[Float32Array, Float32Array]]
    let [a, b] = [first, second]
    for (let round = 0; round < 1000; round += 1) {
      const transform = transformOf(`key ${round % 10}`, 512)
      a = round % 2 === 0 ? transform.protect(a) : transform.recover(a)
      b = round % 2 === 0 ? transform.protect(b) : transform.recover(b)
    }
    expect(Math.abs(compare(a, b) - compare(first, second))).toBeLessThan(1e-4)
  })

  test('is orthonormal: the images of the unit vectors have length 1 and stand at right angles', () => {
    const length = 64
    const transform = transformOf('key', length)
    const images = Array.from({ length }, (_, axis) => {
      const unit = new Float32Array(length)
      unit[axis] = 1
      return transform.protect(unit)
    })
    for (let i = 0; i < length; i += 1)
      for (let j = 0; j <= i; j += 1)
        expect(Math.abs(compare(images[i]!, images[j]!) - (i === j ? 1 : 0))).toBeLessThan(1e-5)
  })

  test('spreads every coordinate over all of them: no image has a tenth of its energy in one place', () => {
    const length = 512
    const transform = transformOf('key', length)
    let fullest = 0
    for (let axis = 0; axis < length; axis += 1) {
      const unit = new Float32Array(length)
      unit[axis] = 1
      const image = transform.protect(unit)
      expect(image.filter((value) => value === 0)).toHaveLength(0)
      fullest = Math.max(fullest, ...image.map((value) => value * value))
    }
    // 262,144 squares of a normal distribution with variance 1/512: about 25/512 is the largest by chance.
    expect(fullest).toBeLessThan(0.1)
  })

  test('is another one for another key, another model pack and another length', () => {
    const [[template]] = syntheticPeople(3, 1, 512) as [[Float32Array, Float32Array]]
    const reference = transformOf('key').protect(template)
    expect(transformOf('key').protect(template)).toEqual(reference)
    const others = [transformOf('other key'), transformOf('key', 512, 'pack-2')]
    for (const other of others)
      expect(Math.abs(compare(other.protect(template), reference))).toBeLessThan(0.2)
    const shorter = normalised(template.subarray(0, 256))
    const start = normalised(reference.subarray(0, 256))
    expect(Math.abs(compare(transformOf('key', 256).protect(shorter), start))).toBeLessThan(0.3)
  })

  test.each([
    [8, [0.1139122, -0.4605757, -0.2742808, -0.1734236, 0.4261937, -0.5830225, 0.1983965, 0.3296526]],
    [512, [0.0453315, -0.0149993, 0.0082881, -0.074184, 0.0698826, -0.0172251, 0.0458362, -0.0020509]],
  ])('is the one that references were stored under: a known answer of %i values', (length, expected) => {
    // Computed by an independent implementation (Python's hmac, OpenSSL's AES-256-CTR) from the written definition.
    const template = normalised(Array.from({ length }, (_, index) => ((index * 37) % 101) - 50))
    const key = Uint8Array.from({ length: 32 }, (_, index) => index)
    const options = { key, keyId: 'known', modelPackId: 'known-answer', length }
    const reference = createTemplateTransform(options).protect(template)
    expected.forEach((value, index) => expect(reference[index]).toBeCloseTo(value, 6))
  })

  test('refuses odd lengths, and templates of another length than its own', () => {
    for (const length of [0, 1, 3, 511, 2.5]) expect(() => transformOf('key', length)).toThrow('in pairs')
    expect(() => transformOf('key', 8).protect(new Float32Array(6))).toThrow('8 values')
  })
})
