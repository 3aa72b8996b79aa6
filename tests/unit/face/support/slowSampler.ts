import type { Affine, ChannelOrder, Raster } from '../../../../src-main/face/engine/image.ts'

/** The resampling the engine's kernel is held against: one pixel after the other, in double precision. */
export interface Sampling {
  readonly width: number
  readonly height: number
  readonly order: ChannelOrder
  /** Tensor value = (pixel - subtract) / divide. */
  readonly subtract: number
  readonly divide: number
  /** Samples along each side of an output pixel, averaged; more than 1 keeps fine detail from aliasing when shrinking. */
  readonly taps: number
}

/**
 * Resamples `source` through `map` into a planar tensor [channels, height, width], bilinear, edges repeated.
 * `grey` is Rec. 601 luma.
 */
export function sampleToTensor(source: Raster, map: Affine, sampling: Sampling): Float32Array {
  const { width, height, order, taps } = sampling
  const plane = width * height
  const tensor = new Float32Array(order === 'grey' ? plane : plane * 3)
  const pixel = new Float64Array(3)
  const gain = 1 / (taps * taps * sampling.divide)
  const offset = sampling.subtract / sampling.divide
  for (let v = 0, index = 0; v < height; v++) {
    for (let u = 0; u < width; u++, index++) {
      pixel.fill(0)
      accumulate(source, map, u, v, taps, pixel)
      const r = pixel[0]!
      const g = pixel[1]!
      const b = pixel[2]!
      if (order === 'grey') {
        tensor[index] = (0.299 * r + 0.587 * g + 0.114 * b) * gain - offset
      } else {
        tensor[index] = (order === 'rgb' ? r : b) * gain - offset
        tensor[plane + index] = g * gain - offset
        tensor[2 * plane + index] = (order === 'rgb' ? b : r) * gain - offset
      }
    }
  }
  return tensor
}

/** The rounded means of 2 x 2 pixels; the sides are even. */
export function halve({ data, width, height, channels }: Raster): Raster {
  const half = new Uint8Array((width / 2) * (height / 2) * channels)
  const at = (x: number, y: number, k: number) => data[(y * width + x) * channels + k]!
  let index = 0
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      for (let k = 0; k < channels; k++) {
        const sum = at(x, y, k) + at(x + 1, y, k) + at(x, y + 1, k) + at(x + 1, y + 1, k)
        half[index++] = (sum + 2) >> 2
      }
    }
  }
  return { data: half, width: width / 2, height: height / 2, channels }
}

function accumulate(
  source: Raster,
  map: Affine,
  u: number,
  v: number,
  taps: number,
  sum: Float64Array,
): void {
  const right = source.width - 1
  const bottom = source.height - 1
  for (let j = 0; j < taps; j++) {
    const dv = v + (j + 0.5) / taps - 0.5
    for (let i = 0; i < taps; i++) {
      const du = u + (i + 0.5) / taps - 0.5
      const x = clamp(map[0] * du + map[1] * dv + map[2], right)
      const y = clamp(map[3] * du + map[4] * dv + map[5], bottom)
      addPixel(source, x, y, sum)
    }
  }
}

function addPixel({ data, width, height, channels }: Raster, x: number, y: number, sum: Float64Array): void {
  const x0 = x | 0
  const y0 = y | 0
  const fx = x - x0
  const fy = y - y0
  const at = (y0 * width + x0) * channels
  const right = x0 + 1 < width ? channels : 0
  const down = y0 + 1 < height ? width * channels : 0
  const w11 = fx * fy
  const w01 = fx - w11
  const w10 = fy - w11
  const w00 = 1 - fx - w10
  for (let k = 0; k < 3; k++) {
    sum[k]! +=
      data[at + k]! * w00 +
      data[at + right + k]! * w01 +
      data[at + down + k]! * w10 +
      data[at + down + right + k]! * w11
  }
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value
}
