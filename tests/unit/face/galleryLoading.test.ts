import { describe, expect, test } from 'vitest'
import { FaceGallery } from '../../../src-main/face/gallery/gallery.ts'
import type { ReferenceChunk, ReferenceSourcePort } from '../../../src-main/ports/gallery.ts'
import { key, unit, vault } from './support/gallery.ts'

const length = 8
const makeGallery = () =>
  new FaceGallery({ vault, transform: { keyId: 'none', protect: (template) => template.slice() }, length })

/** A face along one axis, with a trace of the next. */
const face = (index: number) =>
  unit(Array.from({ length }, (_, i) => (i === index ? 1 : i === index + 1 ? 0.1 : 0)))
const owner = (index: number) => ({ referenceKey: key(index), subjectKey: key(1000 + index) })
const never = new AbortController().signal
/** A busy machine takes its time. */
const patience = { timeout: 10_000 }

function chunk(indices: readonly number[], over: Partial<ReferenceChunk> = {}): ReferenceChunk {
  const rows = Float32Array.from(indices.flatMap((index) => [...face(index)]))
  return { owners: indices.map(owner), rows, unreadable: [], notComparable: 0, ...over }
}

/** A source that waits for the test before each chunk. */
function steps(chunks: readonly ReferenceChunk[]) {
  const waiting: (() => void)[] = []
  let granted = 0
  const source: ReferenceSourcePort = {
    async *load(signal) {
      for (const [index, next] of chunks.entries()) {
        if (index >= granted) await new Promise<void>((resolve) => (waiting[index] = resolve))
        if (signal.aborted) return
        yield next
      }
    },
  }
  return {
    source,
    next() {
      waiting[granted]?.()
      granted += 1
    },
  }
}

const found = async (gallery: FaceGallery, index: number) => (await gallery.search(face(index), 1))[0]

describe('loading the gallery', () => {
  test('takes in every chunk, overwrites it, and reports what could not be compared', async () => {
    const gallery = makeGallery()
    const failure = { code: 'vault.cannotOpen', attempted: 'open', remedy: 'staff', message: 'no' } as const
    const chunks = [
      chunk([0, 1], { notComparable: 3 }),
      chunk([2], { unreadable: [{ referenceKey: key(77), failure }] }),
    ]
    const { source, next } = steps(chunks)
    next()
    next()
    const report = await gallery.load(source, never)
    expect(report).toEqual({ loaded: 3, notComparable: 3, unreadable: [{ referenceKey: key(77), failure }] })
    expect(chunks.flatMap(({ rows }) => [...rows])).toEqual(new Array(3 * length).fill(0))
    expect(await found(gallery, 2)).toMatchObject({ subjectKey: key(1002) })
    expect(gallery.state()).toEqual({ kind: 'ready' })
  })

  test.each([
    ['not a number', Number.NaN],
    ['no unit', 3],
  ])('parks a row that is %s and says which, without losing its neighbours', async (_, value) => {
    const gallery = makeGallery()
    const bad = chunk([0, 1, 2])
    bad.rows[length + 1] = value
    const { source, next } = steps([bad])
    next()
    const report = await gallery.load(source, never)
    expect(report.loaded).toBe(2)
    expect(report.unreadable).toMatchObject([
      { referenceKey: key(1), failure: { code: 'face.badReference' } },
    ])
    expect((await gallery.search(face(1), 5)).map(({ subjectKey }) => subjectKey)).not.toContain(key(1001))
  })

  test('makes a search wait until it is complete: nobody enrolled is told that they are not', async () => {
    const gallery = makeGallery()
    const { source, next } = steps([chunk([0]), chunk([1])])
    const loading = gallery.load(source, never)
    const searching = found(gallery, 1)
    next()
    await expect.poll(() => gallery.size(), patience).toBe(1)
    expect(gallery.state()).toEqual({ kind: 'loading' })
    next()
    await loading
    expect(await searching).toMatchObject({ subjectKey: key(1001) })
  })

  test('lets go of a waiting search that is called off', async () => {
    const gallery = makeGallery()
    const { source, next } = steps([chunk([0])])
    const loading = gallery.load(source, never)
    const calledOff = new AbortController()
    const searching = gallery.search(face(0), 1, calledOff.signal)
    calledOff.abort()
    await expect(searching).rejects.toMatchObject({ code: 'face.aborted' })
    next()
    await loading
    await expect(gallery.search(face(0), 1, calledOff.signal)).rejects.toMatchObject({ code: 'face.aborted' })
  })

  test('does not bring back who withdrew meanwhile, nor an older face of who enrolled meanwhile', async () => {
    const gallery = makeGallery()
    const { source, next } = steps([chunk([0, 1]), chunk([2, 3])])
    const loading = gallery.load(source, never)
    next()
    await expect.poll(() => gallery.size(), patience).toBe(2)
    gallery.forget(key(1000))
    gallery.forget(key(1002))
    gallery.admit(key(3), key(1003), face(5))
    next()
    expect(await loading).toMatchObject({ loaded: 2 })
    const everybody = await gallery.search(face(5), 10)
    expect(everybody.map(({ subjectKey }) => subjectKey).sort()).toEqual([key(1001), key(1003)])
    expect(everybody[0]).toEqual({ subjectKey: key(1003), comparisonScore: expect.closeTo(1, 6) as number })
  })

  test('that fails refuses searches with the cause, and a second one makes up for it', async () => {
    const gallery = makeGallery()
    const broken: ReferenceSourcePort = {
      async *load() {
        throw new Error('the disk is gone')
      },
    }
    await expect(gallery.load(broken, never)).rejects.toMatchObject({
      code: 'face.galleryUnavailable',
      cause: { message: 'the disk is gone' },
    })
    await expect(gallery.search(face(0), 1)).rejects.toMatchObject({ code: 'face.galleryUnavailable' })
    expect(gallery.state()).toMatchObject({ kind: 'failed', failure: { message: 'the disk is gone' } })
    const { source, next } = steps([chunk([0])])
    next()
    await gallery.load(source, never)
    expect(await found(gallery, 0)).toMatchObject({ subjectKey: key(1000) })
  })

  test('reads everything anew: what an interrupted one left is there once', async () => {
    const gallery = makeGallery()
    const calledOff = new AbortController()
    const first = steps([chunk([0]), chunk([1])])
    const interrupted = gallery.load(first.source, calledOff.signal)
    first.next()
    await expect.poll(() => gallery.size(), patience).toBe(1)
    calledOff.abort()
    first.next()
    await expect(interrupted).rejects.toMatchObject({ cause: { code: 'face.aborted' } })
    const second = steps([chunk([0]), chunk([1])])
    second.next()
    second.next()
    await gallery.load(second.source, never)
    expect(gallery.size()).toBe(2)
  })

  test('ends when the gallery is closed, with nothing kept and the waiting search told at once', async () => {
    const gallery = makeGallery()
    const last = chunk([1])
    const { source, next } = steps([chunk([0]), last])
    const loading = gallery.load(source, never)
    const searching = gallery.search(face(0), 1)
    next()
    await expect.poll(() => gallery.size(), patience).toBe(1)
    void gallery.close()
    expect(gallery.size()).toBe(0)
    await expect(searching).rejects.toMatchObject({ code: 'face.closed' })
    next()
    await expect(loading).rejects.toMatchObject({ code: 'face.closed' })
    expect(gallery.size()).toBe(0)
    expect([...last.rows]).toEqual(new Array(length).fill(0))
  })
})
