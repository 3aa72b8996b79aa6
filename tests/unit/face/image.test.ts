import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Canvas } from '../../../src-main/face/engine/canvas.ts'
import type { Affine, ChannelOrder, Raster } from '../../../src-main/face/engine/image.ts'
import {
  boxMap,
  halvingsFor,
  mirror,
  shrunk,
  tapsFor,
  transpose,
} from '../../../src-main/face/engine/image.ts'
import { halve, sampleToTensor } from './support/slowSampler.ts'

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

interface View {
  readonly width: number
  readonly height: number
  readonly order: ChannelOrder
  readonly subtract?: number
  readonly divide?: number
}

function canvasOf(source: Raster, { subtract = 0, divide = 1, ...view }: View) {
  const canvas = new Canvas()
  const planes = canvas.reserve({ ...view, subtract, divide })
  canvas.hold(source)
  return { canvas, planes }
}

function sampled(source: Raster, map: Affine, view: View): Float32Array {
  const { canvas, planes } = canvasOf(source, view)
  return canvas.sample(planes, map)
}

/** A view that leaves much out looks at the picture halved, unless too little of it is there. */
function seenThrough(source: Raster, map: Affine): { readonly picture: Raster; readonly map: Affine } {
  const halvings = halvingsFor(map)
  const step = 2 ** (halvings + 1)
  if (halvings === 0 || source.width < step || source.height < step) return { picture: source, map }
  const wholeSteps = (size: number) => Math.floor(size / step) * step
  let picture = cut(source, wholeSteps(source.width), wholeSteps(source.height))
  for (let i = 0; i < halvings; i++) picture = halve(picture)
  return { picture, map: shrunk(map, 0, 0, 2 ** halvings) }
}

function cut({ data, width: stride, channels }: Raster, width: number, height: number): Raster {
  return raster(width, height, channels, (x, y) => [
    ...data.subarray((y * stride + x) * channels, (y * stride + x + 1) * channels),
  ])
}

const identity: Affine = [1, 0, 0, 0, 1, 0]
interface Noise {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly seed: number
}

const pixels: fc.Arbitrary<Noise> = fc.record({
  width: fc.integer({ min: 1, max: 40 }),
  height: fc.integer({ min: 1, max: 40 }),
  channels: fc.constantFrom(3 as const, 4 as const),
  seed: fc.nat(),
})
const noise = ({ width, height, channels, seed }: Noise) =>
  raster(width, height, channels, (x, y) =>
    [0, 1, 2, 3].map((k) => (Math.imul(x * 31 + y * 17 + k * 7 + seed, 2654435761) >>> 24) & 255),
  )

describe('resampling', () => {
  test('at full size gives back the pixels, planar, in the order asked for', () => {
    const source = raster(4, 2, 4, (x, y) => [10 * x, 20 * y, 7, 255])
    const view = { width: 4, height: 2 }
    const red = [0, 10, 20, 30, 0, 10, 20, 30]
    const green = [0, 0, 0, 0, 20, 20, 20, 20]
    const blue = [7, 7, 7, 7, 7, 7, 7, 7]
    expect([...sampled(source, identity, { ...view, order: 'rgb' })]).toEqual([...red, ...green, ...blue])
    expect([...sampled(source, identity, { ...view, order: 'bgr' })]).toEqual([...blue, ...green, ...red])
  })

  test('agrees with one pixel after the other in double precision, on any picture and through any map', () => {
    const factor = fc.double({ min: -6, max: 6, noNaN: true })
    const place = fc.double({ min: -60, max: 60, noNaN: true })
    const order = fc.constantFrom<ChannelOrder>('rgb', 'bgr', 'grey')
    fc.assert(
      fc.property(
        pixels,
        fc.tuple(factor, factor, place, factor, factor, place),
        order,
        (shape, map, channelOrder) => {
          const source = noise(shape)
          const view = { width: 4, height: 5, order: channelOrder, subtract: 127.5, divide: 128 }
          const seen = seenThrough(source, map)
          const slow = sampleToTensor(seen.picture, seen.map, { ...view, taps: tapsFor(seen.map) })
          const fast = sampled(source, map, view)
          // Half a grey level in 255: samples are placed and weighed in 1/16384ths of a pixel.
          fast.forEach((value, index) => expect(Math.abs(value - slow[index]!)).toBeLessThan(0.004))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('keeps an even colour at every size and place, also outside the picture', () => {
    const source = raster(20, 20, 3, () => [100, 100, 100])
    const place = fc.double({ min: -50, max: 50, noNaN: true })
    const size = fc.double({ min: 1, max: 100, noNaN: true })
    fc.assert(
      fc.property(place, place, size, size, (left, top, width, height) => {
        const map = boxMap(left, top, width, height, 6)
        const view = { width: 6, height: 6, order: 'grey', subtract: 50, divide: 2 } as const
        for (const value of sampled(source, map, view)) expect(value).toBeCloseTo(25, 3)
      }),
    )
  })

  test('averages fine detail when it shrinks, instead of picking some of it', () => {
    const stripes = raster(64, 64, 3, (x) => (x % 2 === 0 ? [0, 0, 0] : [200, 200, 200]))
    const shrunk = sampled(stripes, boxMap(0, 0, 64, 64, 16), { width: 16, height: 16, order: 'grey' })
    for (const value of shrunk) expect(Math.abs(value - 100)).toBeLessThan(15)
  })

  test('a box is covered from edge to edge', () => {
    const ramp = raster(100, 100, 3, (x) => [x, x, x])
    const half = sampled(ramp, boxMap(20, 20, 40, 40, 4), { width: 4, height: 4, order: 'grey' })
    expect([...half.subarray(0, 4)].map(Math.round)).toEqual([25, 35, 45, 55])
  })

  test('a map that is not a number looks at a pixel of the picture', () => {
    const source = raster(8, 8, 3, () => [9, 9, 9])
    const map: Affine = [NaN, NaN, NaN, NaN, NaN, NaN]
    for (const value of sampled(source, map, { width: 4, height: 4, order: 'rgb' })) {
      expect(Number.isNaN(value) || value === 9).toBe(true)
    }
  })
})

describe('the whole frame shrunk', () => {
  test('is the mean of the area under each pixel, also where pixels are cut', () => {
    fc.assert(
      fc.property(pixels, (shape) => {
        const source = noise(shape)
        const view = { width: 4, height: 2, order: 'rgb' } as const
        fc.pre(source.width >= view.width && source.height >= view.height)
        const { canvas, planes } = canvasOf(source, view)
        const expected = areaMeans(source, view.width, view.height)
        canvas.wholeFrame(planes).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 2))
      }),
    )
  })

  test('is the same mean where each pixel covers whole pixels, up to the largest sum', () => {
    const scale = fc.integer({ min: 1, max: 16 })
    fc.assert(
      fc.property(scale, scale, fc.constantFrom(3 as const, 4 as const), (scaleX, scaleY, channels) => {
        const white = raster(4 * scaleX, 2 * scaleY, channels, () => [255, 255, 255])
        const source = noise({ width: 4 * scaleX, height: 2 * scaleY, channels, seed: scaleX })
        const view = { width: 4, height: 2, order: 'rgb' } as const
        for (const picture of [white, source]) {
          const { canvas, planes } = canvasOf(picture, view)
          const expected = areaMeans(picture, view.width, view.height)
          canvas.wholeFrame(planes).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 2))
        }
      }),
    )
  })

  test('of a picture that is smaller than the view is stretched', () => {
    const { canvas, planes } = canvasOf(
      raster(2, 1, 3, (x) => [x * 100, 0, 0]),
      { width: 4, height: 4, order: 'rgb' },
    )
    const rows = [...canvas.wholeFrame(planes).subarray(0, 4)]
    expect(rows).toEqual([0, 25, 75, 100])
  })

  function areaMeans(source: Raster, width: number, height: number): number[] {
    const share = (pixel: number, from: number, to: number) =>
      Math.max(0, Math.min(to, pixel + 1) - Math.max(from, pixel))
    const scaleX = source.width / width
    const scaleY = source.height / height
    const means: number[] = []
    for (let k = 0; k < 3; k++) {
      for (let v = 0; v < height; v++) {
        for (let u = 0; u < width; u++) {
          let sum = 0
          for (let y = 0; y < source.height; y++) {
            for (let x = 0; x < source.width; x++) {
              const weight = share(x, u * scaleX, (u + 1) * scaleX) * share(y, v * scaleY, (v + 1) * scaleY)
              sum += weight * source.data[(y * source.width + x) * source.channels + k]!
            }
          }
          means.push(sum / (scaleX * scaleY))
        }
      }
    }
    return means
  }
})

describe('a canvas', () => {
  test('gives the luma of a picture made in colour', () => {
    const canvas = new Canvas()
    const shape = { width: 4, height: 4 }
    const colour = canvas.reserve({ ...shape, order: 'bgr', subtract: 127.5, divide: 128 })
    const grey = canvas.reserve({ ...shape, order: 'grey', subtract: 0, divide: 1 })
    canvas.hold(raster(4, 4, 3, () => [200, 100, 50]))
    canvas.sample(colour, identity)
    for (const value of canvas.luma(colour, grey)) {
      expect(value).toBeCloseTo(0.299 * 200 + 0.587 * 100 + 0.114 * 50, 2)
    }
  })

  test('holds a larger frame after a smaller one, and forgets both', () => {
    const canvas = new Canvas()
    const planes = canvas.reserve({ width: 4, height: 4, order: 'rgb', subtract: 0, divide: 1 })
    for (const size of [8, 900]) {
      canvas.hold(raster(size, size, 4, () => [1, 2, 3, 255]))
      expect(new Set(canvas.wholeFrame(planes))).toEqual(new Set([1, 2, 3]))
    }
    const everything = canvas.view(planes).buffer
    canvas.erase()
    expect(new Uint8Array(everything).every((byte) => byte === 0)).toBe(true)
  })

  test('shows the same whether it was told where to look or not, wherever the views then lie', () => {
    const place = fc.double({ min: -40, max: 200, noNaN: true })
    const size = fc.double({ min: 10, max: 200, noNaN: true })
    const channels = fc.constantFrom(3 as const, 4 as const)
    const box = fc.tuple(place, place, size, size)
    fc.assert(
      fc.property(
        box,
        fc.array(box, { minLength: 1, maxLength: 4 }),
        channels,
        fc.nat(),
        (told, boxes, of, seed) => {
          const source = noise({ width: 170, height: 133, channels: of, seed })
          const { canvas, planes } = canvasOf(source, { width: 8, height: 8, order: 'rgb' })
          const [left, top, width, height] = told
          canvas.focus({ left, top, right: left + width, bottom: top + height })
          for (const seen of boxes) {
            const map = boxMap(...seen, 8)
            const fresh = sampled(source, map, { width: 8, height: 8, order: 'rgb' })
            expect([...canvas.sample(planes, map)]).toEqual([...fresh])
          }
        },
      ),
    )
  })

  test('gives rows spread over the frame', () => {
    const { canvas } = canvasOf(
      raster(5, 40, 3, (_, y) => [y, y, y]),
      { width: 4, height: 4, order: 'rgb' },
    )
    expect(canvas.rows(4).map((row) => [row.length, row[0]])).toEqual([
      [15, 5],
      [15, 15],
      [15, 25],
      [15, 35],
    ])
  })

  test('turns a map as a mirror does, and swaps rows and columns', () => {
    const at = ([a, b, c, d, e, f]: Affine, u: number, v: number) => [a * u + b * v + c, d * u + e * v + f]
    const map: Affine = [1.5, 0.25, 7, -0.5, 2, 11]
    for (const [u, v] of [
      [0, 0],
      [3, 1],
      [9, 4],
    ] as const) {
      expect(at(mirror(map, 10), u, v)).toEqual(at(map, 9 - u, v))
      expect(at(transpose(map), u, v)).toEqual(at(map, v, u))
    }
  })
})
