import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../../src-main/contract/failure.ts'
import { compare } from '../../../src-main/domain/face/embedding.ts'
import { FaceGallery } from '../../../src-main/face/gallery.ts'
import type { GalleryRow } from '../../../src-main/ports/gallery.ts'
import type { VaultPort } from '../../../src-main/ports/vault.ts'

const length = 8
/** Keeps the contract of the vault (purpose and row are bound), without its secrecy. */
const vault: VaultPort = {
  seal: (purpose, boundTo, plaintext) => Buffer.from(JSON.stringify([purpose, boundTo, [...plaintext]])),
  open: (purpose, boundTo, sealed) => {
    const [p, b, bytes] = JSON.parse(Buffer.from(sealed).toString()) as [string, string, number[]]
    if (p === purpose && b === boundTo) return Uint8Array.from(bytes)
    throw new Failure({
      code: 'vault.cannotOpen',
      attempted: 'open',
      remedy: 'staff',
      message: 'Another row',
    })
  },
}
const makeGallery = () => new FaceGallery({ vault, packId: 'pack-1', embeddingLength: length })
const unit = (values: number[]) => {
  const size = Math.hypot(...values)
  return Float32Array.from(values, (value) => value / size)
}
const key = (index: number) => index.toString(16).padStart(32, '0')
const references = fc.array(
  fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
    .filter((values) => Math.hypot(...values) > 0.01)
    .map(unit),
  { minLength: 1, maxLength: 60 },
)

describe('the gallery', () => {
  test('finds exactly what comparing with every reference finds', async () => {
    await fc.assert(
      fc.asyncProperty(references, async (list) => {
        const gallery = makeGallery()
        list.forEach((reference, index) => gallery.admit(key(index), key(1000 + index), reference))
        const probe = list[0]!
        const expected = Math.max(...list.map((reference) => compare(probe, reference)))
        const found = await gallery.search(probe, 5)
        expect(found[0]?.comparisonScore).toBeCloseTo(expected, 5)
        expect(found).toHaveLength(Math.min(5, list.length))
        const scores = found.map(({ comparisonScore }) => comparisonScore)
        expect(scores).toEqual([...scores].sort((a, b) => b - a))
      }),
    )
  })

  test('lists a subject with several references once, with the best of them', async () => {
    const gallery = makeGallery()
    gallery.admit(key(1), key(9), unit([1, 0, 0, 0, 0, 0, 0, 0]))
    gallery.admit(key(2), key(9), unit([1, 1, 0, 0, 0, 0, 0, 0]))
    const found = await gallery.search(unit([1, 0, 0, 0, 0, 0, 0, 0]), 5)
    expect(found).toEqual([{ subjectKey: key(9), comparisonScore: expect.closeTo(1, 6) as number }])
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
      }),
    )
  })

  test('opens what it sealed, counts references of another pack, and reports rows that do not open', async () => {
    const made = makeGallery()
    const reference = unit([1, 2, 3, 4, 5, 6, 7, 8])
    const row = (index: number, boundTo: number, packId: string): GalleryRow => ({
      referenceKey: key(index),
      subjectKey: key(1000 + index),
      sealed: made.seal(key(boundTo), reference),
      packId,
      createdAtMs: 0,
    })
    const gallery = makeGallery()
    const report = gallery.load({
      loadAll: () => [row(1, 1, 'pack-1'), row(2, 2, 'pack-0'), row(3, 1, 'pack-1')],
    })
    expect(report).toMatchObject({ loaded: 1, otherPack: 1 })
    expect(report.unreadable).toEqual([
      { referenceKey: key(3), failure: expect.objectContaining({ code: 'vault.cannotOpen' }) as unknown },
    ])
    expect((await gallery.search(reference, 1))[0]).toEqual({
      subjectKey: key(1001),
      comparisonScore: expect.closeTo(1, 6) as number,
    })
  })

  test('refuses references that are no unit vectors of the right length', async () => {
    const gallery = makeGallery()
    expect(() => gallery.admit(key(1), key(2), new Float32Array(length))).toThrow(/normalised/)
    expect(() => gallery.admit(key(1), key(2), new Float32Array(length).fill(NaN))).toThrow(/normalised/)
    expect(() => gallery.admit(key(1), key(2), unit([1, 2]))).toThrow(/values/)
  })

  test('holds nothing after it is closed', async () => {
    const gallery = makeGallery()
    gallery.admit(key(1), key(2), unit([1, 2, 3, 4, 5, 6, 7, 8]))
    gallery.close()
    expect(gallery.size()).toBe(0)
    expect(await gallery.search(unit([1, 2, 3, 4, 5, 6, 7, 8]), 1)).toEqual([])
  })
})
