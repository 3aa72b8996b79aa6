import { afterEach, describe, expect, test } from 'vitest'
import { failureData } from '../../../src-main/contract/failure.ts'
import { compare } from '../../../src-main/domain/face/embedding.ts'
import { FaceGallery, type GalleryOptions } from '../../../src-main/face/gallery/gallery.ts'
import type { Candidate } from '../../../src-main/ports/faceCapture.ts'
import { key, randomTemplate, seeded, unit, vault } from '../../unit/face/support/gallery.ts'

const length = 64
const transform = { keyId: 'none', protect: (template: Float32Array) => template.slice() }
const never = new AbortController().signal
const random = seeded(2026)
const people = Array.from({ length: 6000 }, () => randomTemplate(random, length))
const subjects = 4000
const subjectOf = (row: number) => key(10_000 + (row % subjects))

let opened: FaceGallery[] = []

/** A gallery whose every search goes to its threads, once they are up. */
async function onThreads(over: Partial<GalleryOptions> = {}): Promise<FaceGallery> {
  const gallery = new FaceGallery({ vault, transform, length, threads: 2, rowsSearchedHere: 0, ...over })
  opened.push(gallery)
  const rows = Float32Array.from(people.flatMap((template) => [...template]))
  const owners = people.map((_, row) => ({ referenceKey: key(row), subjectKey: subjectOf(row) }))
  await gallery.load(
    {
      async *load() {
        yield { owners, rows, unreadable: [], notComparable: 0 }
      },
    },
    never,
  )
  return gallery
}

afterEach(async () => {
  await Promise.all(opened.map((gallery) => gallery.close()))
  opened = []
})

/** Comparing with every reference, in double precision. */
function bruteForce(
  probe: Float32Array,
  k: number,
  templates: readonly Float32Array[] = people,
): Candidate[] {
  const best = new Map<string, number>()
  for (const [row, template] of templates.entries()) {
    const score = template.reduce((sum, value, i) => sum + value * probe[i]!, 0)
    best.set(subjectOf(row), Math.max(score, best.get(subjectOf(row)) ?? -1))
  }
  return [...best]
    .map(([subjectKey, comparisonScore]) => ({ subjectKey, comparisonScore }))
    .sort((a, b) => b.comparisonScore - a.comparisonScore)
    .slice(0, k)
}

function expectSame(found: readonly Candidate[], expected: readonly Candidate[]): void {
  expect(found.map(({ subjectKey }) => subjectKey)).toEqual(expected.map(({ subjectKey }) => subjectKey))
  for (const [rank, { comparisonScore }] of found.entries())
    expect(Math.abs(comparisonScore - expected[rank]!.comparisonScore)).toBeLessThan(1e-6)
}

const near = (template: Float32Array, noise: number) =>
  unit(Array.from(template, (value) => value + noise * (random() - 0.5)))

describe('a gallery searched on threads', () => {
  test('finds what comparing with every reference finds: subjects, order and scores', async () => {
    const gallery = await onThreads()
    for (let round = 0; round < 30; round++) {
      const probe = near(people[Math.floor(random() * people.length)]!, round / 30)
      expectSame(await gallery.search(probe, 5), bruteForce(probe, 5))
    }
    const probe = randomTemplate(random, length)
    expectSame(await gallery.search(probe, 300), bruteForce(probe, 300))
  })

  test('answers the same on one thread, on three, and on the caller’s own', async () => {
    const galleries = [
      await onThreads({ threads: 1 }),
      await onThreads({ threads: 3 }),
      await onThreads({ rowsSearchedHere: people.length }),
    ]
    const probe = near(people[42]!, 0.2)
    const answers = await Promise.all(galleries.map((gallery) => gallery.search(probe, 7)))
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test('answers many searches at once, each its own', async () => {
    const gallery = await onThreads()
    const rows = [3, 999, 1777, 2500, 3999, 17, 256]
    const found = await Promise.all(rows.map((row) => gallery.search(people[row]!, 1)))
    expect(found.map(([best]) => best?.subjectKey)).toEqual(rows.map(subjectOf))
  })

  test('sees a change wholly or not at all while it happens under a search', async () => {
    const gallery = await onThreads()
    const first = unit(Array.from({ length }, (_, i) => (i < 8 ? 1 : 0)))
    const second = unit(Array.from({ length }, (_, i) => (i < 8 && i % 2 === 0 ? 1 : 0)))
    const probe = first
    const allowed = [compare(probe, first), compare(probe, second)]
    const seen = new Set<string>()
    for (let round = 0; round < 60; round++) {
      gallery.admit(key(77_777), key(88_888), round % 2 === 0 ? first : second)
      const searching = gallery.search(probe, 1)
      await new Promise(setImmediate)
      if (round % 3 === 0) gallery.forget(key(88_888))
      else gallery.admit(key(77_777), key(88_888), round % 2 === 0 ? second : first)
      const [best] = await searching
      if (best?.subjectKey !== key(88_888)) {
        seen.add('gone')
        continue
      }
      const which = allowed.findIndex((score) => Math.abs(score - best.comparisonScore) < 1e-6)
      expect(which).toBeGreaterThanOrEqual(0)
      seen.add(String(which))
    }
    expect(gallery.size()).toBeLessThanOrEqual(people.length + 1)
    expect(seen.size).toBeGreaterThan(1)
  })

  test('forgets a subject for every search that begins afterwards', async () => {
    const gallery = await onThreads()
    gallery.forget(subjectOf(42))
    expect(gallery.size()).toBe(people.length - 2)
    const found = await gallery.search(people[42]!, 10)
    expect(found.map(({ subjectKey }) => subjectKey)).not.toContain(subjectOf(42))
  })

  test('grown under its threads, is searched whole', async () => {
    const gallery = await onThreads()
    const newcomers = Array.from({ length: 3000 }, () => randomTemplate(random, length))
    for (const [index, template] of newcomers.entries())
      gallery.admit(key(50_000 + index), key(60_000 + index), template)
    const [best] = await gallery.search(newcomers[2999]!, 1)
    expect(best).toEqual({ subjectKey: key(62_999), comparisonScore: expect.closeTo(1, 5) as number })
  })

  test.each(['dying', 'hanging', 'broken'])('answers although its threads are %s', async (kind) => {
    const workerUrl = new URL(`./support/${kind}Thread.ts`, import.meta.url)
    const gallery = await onThreads({ workerUrl, hangMs: 200 })
    const probe = near(people[5]!, 0.1)
    for (let round = 0; round < 3; round++) expectSame(await gallery.search(probe, 3), bruteForce(probe, 3))
  })

  test('is closed in the middle of a search, and says so', async () => {
    const gallery = await onThreads()
    const searching = gallery.search(people[1]!, 1)
    const outcome = searching.then(
      () => 'answered',
      (failure: unknown) => failureData(failure).code,
    )
    await Promise.resolve()
    await gallery.close()
    expect(await outcome).toBe('face.closed')
    expect(gallery.size()).toBe(0)
  })
})
