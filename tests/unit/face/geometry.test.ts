import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contextCrop, overlap, suppressOverlaps } from '../../../src-main/domain/face/boxes.ts'
import { alignmentTemplate, applySimilarity, fitSimilarity } from '../../../src-main/domain/face/geometry.ts'

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true })

describe('alignment', () => {
  test('finds the turn, scale and shift that made the points', () => {
    fc.assert(
      fc.property(
        finite(-3, 3),
        finite(0.2, 5),
        finite(-500, 500),
        finite(-500, 500),
        (turn, scale, tx, ty) => {
          const made = { a: scale * Math.cos(turn), b: scale * Math.sin(turn), tx, ty }
          const found = fitSimilarity(
            alignmentTemplate,
            alignmentTemplate.map((point) => applySimilarity(made, point)),
          )
          expect(found.a).toBeCloseTo(made.a, 6)
          expect(found.b).toBeCloseTo(made.b, 6)
          expect(found.tx).toBeCloseTo(tx, 4)
          expect(found.ty).toBeCloseTo(ty, 4)
        },
      ),
    )
  })
})

describe('boxes', () => {
  const box = fc
    .record({ left: finite(0, 500), top: finite(0, 300), width: finite(20, 140), height: finite(20, 180) })
    .map(({ left, top, width, height }) => ({ left, top, right: left + width, bottom: top + height }))

  test('the crop for attack detection stays inside the frame and keeps about the shape of the box', () => {
    fc.assert(
      fc.property(box, (face) => {
        const crop = contextCrop(face, 2.7, 640, 480)
        expect(Math.min(crop.left, crop.top)).toBeGreaterThanOrEqual(0)
        expect(crop.right).toBeLessThanOrEqual(640 + 1e-6)
        expect(crop.bottom).toBeLessThanOrEqual(480 + 1e-6)
        const across = (crop.right - crop.left) / (face.right - face.left)
        const down = (crop.bottom - crop.top) / (face.bottom - face.top)
        expect(Math.max(across, down)).toBeLessThanOrEqual(2.7 + 1e-9)
        expect(Math.max(across / down, down / across)).toBeLessThanOrEqual(1.1 + 1e-9)
        // It is never smaller than the frame, or the other side, makes it.
        const room = Math.min(2.7, 640 / (face.right - face.left), 480 / (face.bottom - face.top))
        expect(Math.min(across, down)).toBeCloseTo(room, 6)
      }),
    )
  })

  test('of overlapping boxes only the best stays', () => {
    const scored = fc.tuple(box, finite(0.6, 1)).map(([corners, score]) => ({ ...corners, score }))
    fc.assert(
      fc.property(fc.array(scored, { maxLength: 12 }), (boxes) => {
        const kept = suppressOverlaps(boxes, 0.4)
        for (const [index, one] of kept.entries()) {
          for (const other of kept.slice(index + 1)) expect(overlap(one, other)).toBeLessThanOrEqual(0.4)
        }
        const best = Math.max(...boxes.map(({ score }) => score))
        if (boxes.length > 0) expect(kept[0]?.score).toBe(best)
      }),
    )
  })

  test('a box overlaps itself wholly and a far one not at all', () => {
    const one = { left: 0, top: 0, right: 10, bottom: 10 }
    expect(overlap(one, one)).toBe(1)
    expect(overlap(one, { left: 20, top: 0, right: 30, bottom: 10 })).toBe(0)
  })
})
