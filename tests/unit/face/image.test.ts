import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Raster } from '../../../src-main/face/engine/image.ts'
import { boxMap, sampleToTensor, tapsFor } from '../../../src-main/face/engine/image.ts'

const plain = { subtract: 0, divide: 1 } as const

function raster(
  width: number,
  height: number,
  channels: 3 | 4,
  colour: (x: number, y: number) => number[],
): Raster {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y).slice(0, channels), (y * width + x) * channels)
  }
  return { data, width, height, channels }
}

describe('resampling', () => {
  test('at full size gives back the pixels, planar, in the order asked for', () => {
    const source = raster(3, 2, 4, (x, y) => [10 * x, 20 * y, 7, 255])
    const sampling = { ...plain, width: 3, height: 2, taps: 1 }
    const rgb = sampleToTensor(source, [1, 0, 0, 0, 1, 0], { ...sampling, order: 'rgb' })
    const bgr = sampleToTensor(source, [1, 0, 0, 0, 1, 0], { ...sampling, order: 'bgr' })
    expect([...rgb]).toEqual([0, 10, 20, 0, 10, 20, 0, 0, 0, 20, 20, 20, 7, 7, 7, 7, 7, 7])
    expect([...bgr.subarray(0, 6)]).toEqual([7, 7, 7, 7, 7, 7])
    expect([...bgr.subarray(12)]).toEqual([...rgb.subarray(0, 6)])
  })

  test('keeps an even colour at every size and place, also outside the picture', () => {
    const source = raster(20, 20, 3, () => [100, 100, 100])
    const place = fc.double({ min: -50, max: 50, noNaN: true })
    const size = fc.double({ min: 1, max: 100, noNaN: true })
    fc.assert(
      fc.property(place, place, size, size, (left, top, width, height) => {
        const map = boxMap(left, top, width, height, 6)
        const sampling = {
          width: 6,
          height: 6,
          order: 'grey',
          subtract: 50,
          divide: 2,
          taps: tapsFor(map),
        } as const
        for (const value of sampleToTensor(source, map, sampling)) expect(value).toBeCloseTo(25, 3)
      }),
    )
  })

  test('averages fine detail when it shrinks, instead of picking some of it', () => {
    const stripes = raster(64, 64, 3, (x) => (x % 2 === 0 ? [0, 0, 0] : [200, 200, 200]))
    const map = boxMap(0, 0, 64, 64, 16)
    const shrunk = sampleToTensor(stripes, map, {
      ...plain,
      width: 16,
      height: 16,
      order: 'grey',
      taps: tapsFor(map),
    })
    for (const value of shrunk) expect(Math.abs(value - 100)).toBeLessThan(15)
  })

  test('a box is covered from edge to edge', () => {
    const ramp = raster(100, 100, 3, (x) => [x, x, x])
    const half = sampleToTensor(ramp, boxMap(20, 20, 40, 40, 2), {
      ...plain,
      width: 2,
      height: 2,
      order: 'grey',
      taps: 4,
    })
    expect(half[0]).toBeCloseTo(29.5, 0)
    expect(half[1]).toBeCloseTo(49.5, 0)
  })
})
