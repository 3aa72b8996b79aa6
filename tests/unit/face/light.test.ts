import { describe, expect, test } from 'vitest'
import { faceLight } from '../../../src-main/domain/face/light.ts'

const size = 112

/** A drawn face: skin, darker eyes and mouth, as the aligned picture has them. `change` repaints a pixel. */
function drawn(change: (value: number, x: number, y: number) => number = (value) => value): Float32Array {
  return Float32Array.from({ length: size * size }, (_, index) => {
    const x = (index % size) / size
    const y = Math.floor(index / size) / size
    const isEye = y > 0.43 && y < 0.5 && ((x > 0.26 && x < 0.42) || (x > 0.58 && x < 0.74))
    const isMouth = y > 0.78 && y < 0.86 && x > 0.36 && x < 0.64
    return change(isEye ? 60 : isMouth ? 90 : 150, x, y)
  })
}
const light = (change?: (value: number, x: number, y: number) => number) => faceLight(drawn(change), size)

describe('the light on a face', () => {
  test('is even and visible on a plain one', () => {
    const plain = light()
    expect(plain.unevenness).toBe(0)
    expect(plain.bright).toBe(0)
    expect(plain.eyeShade).toBeGreaterThan(0.6)
    // The eyes are less than a twentieth of the face, so its dark end is the mouth.
    expect(plain.range).toBe(150 - 90)
    expect(plain.luminance).toBeGreaterThan(130)
  })

  test('is uneven when one side lies in shadow, whichever it is', () => {
    const left = light((value, x) => (x < 0.5 ? value * 0.2 : value))
    const right = light((value, x) => (x < 0.5 ? value : value * 0.2))
    expect(left.unevenness).toBeCloseTo(0.8, 5)
    expect(right.unevenness).toBeCloseTo(left.unevenness, 5)
  })

  test('tells eyes behind sunglasses from eyes', () => {
    const dark = light((value, _, y) => (y > 0.38 && y < 0.55 ? 25 : value))
    expect(dark.eyeShade).toBeLessThan(0.2)
  })

  test('says how much of the face is burnt out, and how little contrast a smeared lens leaves', () => {
    expect(light((value, x) => (x > 0.5 ? 255 : value)).bright).toBeCloseTo(0.5, 1)
    expect(light((value) => 120 + value / 10).range).toBeLessThan(12)
  })

  test('does not hang on how bright the whole face is', () => {
    const half = light((value) => value / 2)
    expect(half.eyeShade).toBeCloseTo(light().eyeShade, 2)
    expect(half.unevenness).toBe(0)
  })

  test('of a black picture is dark and nothing worse', () => {
    const black = faceLight(new Float32Array(size * size), size)
    expect(black).toEqual({ luminance: 0, range: 0, bright: 0, unevenness: 1, eyeShade: 0 })
  })
})
