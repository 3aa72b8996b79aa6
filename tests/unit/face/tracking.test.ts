import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FaceBox } from '../../../src-main/contract/face.ts'
import type { ScoredBox } from '../../../src-main/domain/face/boxes.ts'
import type { FaceTrack, TrackedSight } from '../../../src-main/domain/face/tracking.ts'
import {
  boxToLookNear,
  faceFollowed,
  surroundings,
  trackAfter,
} from '../../../src-main/domain/face/tracking.ts'

const box: FaceBox = { x: 0.4, y: 0.3, width: 0.2, height: 0.3 }

function sight(atMs: number, facts: Partial<TrackedSight> = {}): TrackedSight {
  return { capturedAtMonotonicMs: atMs, faces: 1, face: { box }, rejects: ['tooFar'], ...facts }
}

/** Which of a stream's frames are looked at as a whole; each is refused, its face found wherever it is looked for. */
function wholeLooks(everyMs: number, frames: number): number[] {
  let track: FaceTrack | null = null
  const whole: number[] = []
  for (let frame = 0; frame < frames; frame++) {
    const near = boxToLookNear(track, frame * everyMs) !== null
    if (!near) whole.push(frame)
    track = trackAfter(track, sight(frame * everyMs, { near }))
  }
  return whole
}

describe('a face that is followed', () => {
  test('is looked for in every third frame as a whole', () => {
    expect(wholeLooks(66, 10)).toEqual([0, 3, 6, 9])
  })

  test('is looked for in whole frames alone where they come slowly', () => {
    expect(wholeLooks(260, 4)).toEqual([0, 1, 2, 3])
  })

  test.each([
    ['that is good enough', { rejects: [] }],
    ['with a second face', { faces: 2, rejects: ['severalFaces'] }],
  ])('is not followed from a frame %s', (_, facts) => {
    expect(trackAfter(null, sight(0, facts))).toBeNull()
  })

  test('is not followed from a frame without a face', () => {
    expect(trackAfter(null, { capturedAtMonotonicMs: 0, faces: 0, rejects: ['noFace'] })).toBeNull()
  })

  test('is followed from where it was last', () => {
    const moved = { ...box, x: 0.45 }
    const track = trackAfter(null, sight(0))
    expect(boxToLookNear(trackAfter(track, sight(60, { near: true, face: { box: moved } })), 120)).toEqual(
      moved,
    )
  })
})

describe('the surroundings of a face', () => {
  test('have the frame’s shape, lie inside it and hold the face', () => {
    const size = fc.double({ min: 0.02, max: 0.9, noNaN: true })
    const place = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(size, size, place, place, (width, height, x, y) => {
        const face = { x: x * (1 - width), y: y * (1 - height), width, height }
        const part = surroundings(face, 1280, 720)
        const tiny = 1e-6
        expect((part.right - part.left) / 1280).toBeCloseTo((part.bottom - part.top) / 720, 6)
        expect(part.left >= -tiny && part.top >= -tiny).toBe(true)
        expect(part.right <= 1280 + tiny && part.bottom <= 720 + tiny).toBe(true)
        expect(part.left <= face.x * 1280 + tiny && part.right >= (face.x + width) * 1280 - tiny).toBe(true)
        expect(part.top <= face.y * 720 + tiny && part.bottom >= (face.y + height) * 720 - tiny).toBe(true)
      }),
    )
  })
})

describe('who is found in the surroundings', () => {
  const frame = { width: 1000, height: 1000 }
  const part = { left: 200, top: 100, right: 800, bottom: 700 }
  const last = { left: 400, top: 300, right: 600, bottom: 600 }
  const there: ScoredBox = { left: 410, top: 310, right: 610, bottom: 600, score: 0.99 }
  const follow = (...found: ScoredBox[]) => faceFollowed(found, last, part, frame)

  test('is the face that was there', () => {
    expect(follow(there)).toBe(there)
    const smallBehind = { left: 700, top: 200, right: 750, bottom: 260, score: 1 }
    expect(follow(smallBehind, there)).toBe(there)
  })

  test.each([
    ['nobody', []],
    ['somebody elsewhere', [{ ...there, left: 620, right: 790 }]],
    ['hardly a face', [{ ...there, score: 0.7 }]],
    ['company', [there, { left: 640, top: 300, right: 780, bottom: 500, score: 0.7 }]],
    ['a face cut off', [{ ...there, left: 190 }]],
  ])('is nobody to follow when there is %s', (_, found: ScoredBox[]) => {
    expect(follow(...found)).toBeNull()
  })

  test('may reach beyond the frame’s own edge', () => {
    const atEdge = { left: -5, top: 300, right: 200, bottom: 600, score: 0.95 }
    const leftPart = { ...part, left: 0 }
    expect(faceFollowed([atEdge], { ...last, left: 0, right: 200 }, leftPart, frame)).toBe(atEdge)
  })
})
