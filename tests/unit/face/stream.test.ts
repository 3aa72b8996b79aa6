import { describe, expect, test } from 'vitest'
import type { StreamFace, StreamSight } from '../../../src-main/domain/face/stream.ts'
import { isReplay, judgeStream } from '../../../src-main/domain/face/stream.ts'

const pictures = (...fingerprints: string[]): StreamSight[] =>
  fingerprints.map((fingerprint) => ({ fingerprint, face: null }))

/** A face whose measures move as a living one's do: `at` counts frames of a slow sway. */
function livingFace(at: number): StreamFace {
  const sway = Math.sin(at / 3)
  return {
    box: { x: 0.3 + 0.004 * sway, y: 0.2, width: 0.3, height: 0.5 },
    yaw: 3 * sway + at * 0.01,
    pitch: 1 + Math.cos(at / 5),
    roll: 0.4 * sway,
    eyeOpenness: 0.3 + 0.02 * Math.cos(at),
    interEyePx: 80 + sway + at * 0.02,
    sharpness: 12 + Math.sin(at * 7),
    luminance: 120 + Math.cos(at * 5),
  }
}
const sights = (faces: readonly StreamFace[]): StreamSight[] =>
  faces.map((face, index) => ({ fingerprint: `pixels ${index}`, face }))
const living = (frames: number) => Array.from({ length: frames }, (_, at) => livingFace(at))

describe('the stream', () => {
  test('says nothing before three frames', () => {
    expect(judgeStream(pictures('a', 'a')).verdict).toBe('tooShort')
  })

  test('is static when every frame has the same pixels', () => {
    expect(judgeStream(pictures('a', 'a', 'a', 'a'))).toEqual({
      frames: 4,
      identicalNeighbours: 3,
      repeats: 0,
      verdict: 'static',
    })
  })

  test('is looped when the pixels of an earlier frame come back', () => {
    expect(judgeStream(pictures('a', 'b', 'c', 'a'))).toMatchObject({ verdict: 'looped', repeats: 1 })
  })

  test('is moving when a camera merely sent one frame twice', () => {
    expect(judgeStream(pictures('a', 'b', 'b', 'c'))).toMatchObject({
      verdict: 'moving',
      identicalNeighbours: 1,
    })
  })

  test('is moving while the measures of a face sway, however long', () => {
    expect(judgeStream(sights(living(120))).verdict).toBe('moving')
  })

  test('is static when a picture was only touched up from frame to frame', () => {
    const touched = Array.from({ length: 6 }, (_, at) => {
      const face = livingFace(0)
      return { ...face, luminance: face.luminance + 0.01 * at }
    })
    expect(judgeStream(sights(touched)).verdict).toBe('static')
  })

  test('is looped when a touched-up recording begins again', () => {
    const round = living(20)
    const again = round.map((face) => ({ ...face, sharpness: face.sharpness + 0.02 }))
    expect(judgeStream(sights([...round, ...again])).verdict).toBe('looped')
  })

  test('forgives a face that comes back once to where it was', () => {
    const faces = [...living(20), livingFace(3), ...living(40).slice(25)]
    expect(judgeStream(sights(faces)).verdict).toBe('moving')
  })

  test('is no replay because its measures are not numbers', () => {
    const nothing = { ...livingFace(0), yaw: Number.NaN }
    expect(isReplay(judgeStream(sights([nothing, nothing, nothing, nothing])))).toBe(false)
  })
})
