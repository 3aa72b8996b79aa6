import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Failure } from '../../../src-main/contract/failure.ts'
import { compare } from '../../../src-main/domain/face/embedding.ts'
import { FaceGallery } from '../../../src-main/face/gallery/gallery.ts'
import { createTemplateTransform } from '../../../src-main/face/protection/templateTransform.ts'
import { key, unit, vault } from './support/gallery.ts'

const length = 8
const transform = createTemplateTransform({
  key: new Uint8Array(32).fill(5),
  keyId: 'test',
  modelPackId: 'pack-1',
  length,
})
const makeGallery = () => new FaceGallery({ vault, transform, length })
const references = fc.array(
  fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
    .filter((values) => Math.hypot(...values) > 0.01)
    .map(unit),
  { minLength: 1, maxLength: 60 },
)

describe('the gallery', () => {
  test('finds exactly what comparing with every reference finds, though it holds only transformed ones', async () => {
    await fc.assert(
      fc.asyncProperty(references, fc.nat(), async (list, pick) => {
        const gallery = makeGallery()
        list.forEach((reference, index) => gallery.admit(key(index), key(1000 + index), reference))
        const noise = unit(Array.from(list[pick % list.length]!, (value, index) => value + (index % 3) * 0.1))
        const found = await gallery.search(noise, 5)
        const expected = list.map((reference) => compare(noise, reference)).sort((a, b) => b - a)
        expect(found).toHaveLength(Math.min(5, list.length))
        for (const [rank, { comparisonScore }] of found.entries())
          expect(comparisonScore).toBeCloseTo(expected[rank]!, 5)
        await gallery.close()
      }),
      { numRuns: 40 },
    )
  })

  test('lists a subject with several references once, with the best of them', async () => {
    const gallery = makeGallery()
    gallery.admit(key(1), key(9), unit([1, 0, 0, 0, 0, 0, 0, 0]))
    gallery.admit(key(2), key(9), unit([1, 1, 0, 0, 0, 0, 0, 0]))
    const found = await gallery.search(unit([1, 0, 0, 0, 0, 0, 0, 0]), 5)
    expect(found).toEqual([{ subjectKey: key(9), comparisonScore: expect.closeTo(1, 6) as number }])
  })

  test('orders equal scores by the subject, so that the same look has the same answer', async () => {
    const gallery = makeGallery()
    const twin = unit([1, 2, 3, 4, 5, 6, 7, 8])
    for (const index of [7, 3, 5]) gallery.admit(key(index), key(index), twin)
    const found = await gallery.search(twin, 2)
    expect(found.map(({ subjectKey }) => subjectKey)).toEqual([key(3), key(5)])
  })

  test('forgets every reference of a subject and keeps the others', async () => {
    await fc.assert(
      fc.asyncProperty(references, fc.integer({ min: 1, max: 3 }), async (list, subjects) => {
        const gallery = makeGallery()
        list.forEach((reference, index) =>
          gallery.admit(key(index), key(1000 + (index % subjects)), reference),
        )
        gallery.forget(key(1000))
        const left = list.filter((_, index) => index % subjects !== 0)
        expect(gallery.size()).toBe(left.length)
        const found = await gallery.search(list[0]!, 100)
        expect(found.map(({ subjectKey }) => subjectKey)).not.toContain(key(1000))
        const best = Math.max(...left.map((reference) => compare(list[0]!, reference)))
        if (left.length > 0) expect(found[0]?.comparisonScore).toBeCloseTo(best, 5)
        await gallery.close()
      }),
      { numRuns: 40 },
    )
  })

  test('replaces a reference of the same key', async () => {
    const gallery = makeGallery()
    gallery.admit(key(1), key(8), unit([1, 0, 0, 0, 0, 0, 0, 0]))
    gallery.admit(key(1), key(9), unit([0, 1, 0, 0, 0, 0, 0, 0]))
    expect(gallery.size()).toBe(1)
    const found = await gallery.search(unit([0, 1, 0, 0, 0, 0, 0, 0]), 5)
    expect(found).toEqual([{ subjectKey: key(9), comparisonScore: expect.closeTo(1, 6) as number }])
  })

  test('seals the reference under its transform, bound to the row, as little-endian float32', () => {
    const reference = unit([1, 2, 3, 4, 5, 6, 7, 8])
    const sealed = makeGallery().seal(key(1), reference)
    const opened = Buffer.from(vault.open('faceReference', key(1), sealed))
    const values = Array.from({ length }, (_, index) => opened.readFloatLE(index * 4))
    expect(values).toEqual([...transform.protect(reference)])
    expect(() => vault.open('faceReference', key(2), sealed)).toThrow(/Another row/)
  })

  test.each([
    ['zeros', new Float32Array(length)],
    ['not a number', new Float32Array(length).fill(NaN)],
    ['infinite', new Float32Array(length).fill(Infinity)],
    ['too long to be a unit', new Float32Array(length).fill(1)],
    ['of another length', unit([1, 2])],
  ])('refuses a reference and a probe that are %s', async (_, template) => {
    const gallery = makeGallery()
    gallery.admit(key(1), key(2), unit([1, 2, 3, 4, 5, 6, 7, 8]))
    const badReference = expect.objectContaining({ code: 'face.badReference' }) as Failure
    expect(() => gallery.admit(key(3), key(4), template)).toThrow(badReference)
    expect(() => gallery.seal(key(3), template)).toThrow(badReference)
    await expect(gallery.search(template, 1)).rejects.toMatchObject({ code: 'face.badProbe' })
    expect(gallery.size()).toBe(1)
  })

  test('leaves reference and probe as they were: their owners overwrite them', async () => {
    const gallery = makeGallery()
    const reference = unit([1, 2, 3, 4, 5, 6, 7, 8])
    gallery.admit(key(1), key(2), reference)
    await gallery.search(reference, 1)
    expect(reference).toEqual(unit([1, 2, 3, 4, 5, 6, 7, 8]))
  })

  test('holds nothing after it is closed, and says so', async () => {
    const gallery = makeGallery()
    const reference = unit([1, 2, 3, 4, 5, 6, 7, 8])
    gallery.admit(key(1), key(2), reference)
    await gallery.close()
    expect(gallery.size()).toBe(0)
    expect(gallery.state()).toEqual({ kind: 'closed' })
    await expect(gallery.search(reference, 1)).rejects.toMatchObject({ code: 'face.closed' })
    expect(() => gallery.admit(key(1), key(2), reference)).toThrow(/closed/)
    await gallery.close()
  })
})
