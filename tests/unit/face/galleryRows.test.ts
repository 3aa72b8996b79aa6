import { describe, expect, test } from 'vitest'
import { layOut, pagesFor, rowsPerBlock } from '../../../src-main/face/gallery/layout.ts'
import { ReferenceRows } from '../../../src-main/face/gallery/referenceRows.ts'
import { key, randomTemplate, seeded } from './support/gallery.ts'

const layout = layOut(64, 2)
const random = seeded(11)

function filled(count: number): ReferenceRows {
  const rows = new ReferenceRows(layout)
  for (let i = 0; i < count; i++)
    rows.add({ referenceKey: key(i), subjectKey: key(1000 + i) }, randomTemplate(random, 64))
  return rows
}

/** Bytes of the rows' blocks that are not zero. */
function usedBytes(rows: ReferenceRows): number {
  return new Uint8Array(rows.memory.buffer, layout.headerBytes).reduce(
    (sum, byte) => sum + Math.sign(byte),
    0,
  )
}

describe('the rows of the gallery', () => {
  test('are overwritten with zeros when their subject goes, in every column', () => {
    const rows = filled(rowsPerBlock + 3)
    for (let i = 0; i < rowsPerBlock + 3; i++) rows.removeSubject(key(1000 + i))
    expect(rows.count).toBe(0)
    expect(usedBytes(rows)).toBe(0)
  })

  test('leave no copy behind when the last one takes the place of a removed one', () => {
    const rows = filled(3)
    const three = usedBytes(rows)
    rows.removeSubject(key(1000))
    const two = usedBytes(rows)
    rows.removeSubject(key(1002))
    expect(rows.subjectKeyOf(0)).toBe(key(1001))
    expect(two).toBeLessThan(three * 0.75)
    expect(usedBytes(rows)).toBeLessThan(two * 0.6)
  })

  test('are all overwritten at once', () => {
    const rows = filled(rowsPerBlock * 2)
    rows.clear()
    expect(rows.count).toBe(0)
    expect(usedBytes(rows)).toBe(0)
  })

  test('are counted once when a key comes again, and the change is told', () => {
    const rows = filled(5)
    const { revision } = rows
    rows.put({ referenceKey: key(3), subjectKey: key(7) }, randomTemplate(random, 64))
    expect(rows.count).toBe(5)
    expect(rows.subjectKeyOf(3)).toBe(key(7))
    expect(rows.revision).not.toBe(revision)
  })

  test('added at the end change nothing for a search under way', () => {
    const rows = filled(5)
    const { revision } = rows
    rows.put({ referenceKey: key(77), subjectKey: key(7) }, randomTemplate(random, 64))
    expect(rows.count).toBe(6)
    expect(rows.revision).toBe(revision)
  })

  test('grow without being held twice, keys and working space included, to less than the plain matrix', () => {
    const wide = layOut(512, 3)
    for (const count of [10_000, 100_000, 1_000_000])
      expect(pagesFor(wide, count) * 65_536).toBeLessThan(count * 512 * 4 * 0.8)
  })

  test('are refused with a reason when the memory is full, and those held stay', () => {
    const wide = layOut(512, 2)
    const rows = new ReferenceRows(wide, pagesFor(wide, rowsPerBlock))
    for (let i = 0; i < rowsPerBlock; i++)
      rows.add({ referenceKey: key(i), subjectKey: key(i) }, randomTemplate(random, 512))
    const one = { referenceKey: key(9999), subjectKey: key(9999) }
    const full = expect.objectContaining({ code: 'face.galleryFull' }) as Error
    expect(() => rows.add(one, randomTemplate(random, 512))).toThrow(full)
    expect(rows.count).toBe(rowsPerBlock)
  })
})
