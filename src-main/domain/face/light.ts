/**
 * How light lies on an aligned face, from its luminance 0..255, in the spirit of ISO/IEC 29794-5 (names of OFIQ's
 * components). Measured and left out, because on LFW it singled out people and not pictures: under exposure as a share of
 * dark pixels (dark skin, beards), lid distance (narrow eyes, laughter), detail around the mouth (no masks found by it).
 */
export interface FaceLight {
  /** Mean luminance, 0..255. */
  readonly luminance: number
  /** "Dynamic range": between the 5th and the 95th percentile, 0..255. */
  readonly range: number
  /** "Over exposure": the share of pixels over 247, 0..1. */
  readonly bright: number
  /** "Illumination uniformity": how much darker the darker cheek is, 0 (even) to 1. */
  readonly unevenness: number
  /** "Eyes visible": luminance around the eyes over that of the cheeks; low behind sunglasses or under a deep cap. */
  readonly eyeShade: number
}

interface Region {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Places in the 112x112 aligned face, as shares of its side. */
const eyes: readonly Region[] = [
  { left: 0.22, right: 0.45, top: 0.4, bottom: 0.53 },
  { left: 0.55, right: 0.78, top: 0.4, bottom: 0.53 },
]
const leftCheek: Region = { left: 0.2, right: 0.36, top: 0.58, bottom: 0.74 }
const rightCheek: Region = { left: 0.64, right: 0.8, top: 0.58, bottom: 0.74 }
const face: Region = { left: 0.15, right: 0.85, top: 0.2, bottom: 0.95 }

/** `grey`: luminance 0..255 of the aligned face, `size` x `size`, row by row. */
export function faceLight(grey: Float32Array, size: number): FaceLight {
  const all = statistics(grey, size, [face])
  const left = statistics(grey, size, [leftCheek]).mean
  const right = statistics(grey, size, [rightCheek]).mean
  return {
    luminance: mean(grey),
    range: all.percentile(0.95) - all.percentile(0.05),
    bright: all.shareFrom(248),
    unevenness: 1 - Math.min(left, right) / Math.max(left, right, 1),
    eyeShade: statistics(grey, size, eyes).mean / Math.max((left + right) / 2, 1),
  }
}

function mean(values: Float32Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

function statistics(grey: Float32Array, size: number, regions: readonly Region[]) {
  const histogram = new Uint32Array(256)
  let count = 0
  let sum = 0
  for (const { left, right, top, bottom } of regions) {
    for (let y = Math.round(top * size); y < Math.round(bottom * size); y++) {
      for (let x = Math.round(left * size); x < Math.round(right * size); x++) {
        const value = grey[y * size + x]!
        // Truncated to a whole number: values are 0 or more.
        histogram[Math.min(255, Math.max(0, value + 0.5)) | 0]! += 1
        count += 1
        sum += value
      }
    }
  }
  return {
    mean: sum / count,
    percentile(share: number): number {
      let below = 0
      return histogram.findIndex((pixels) => (below += pixels) >= share * count)
    },
    shareFrom(lowest: number): number {
      return histogram.subarray(lowest).reduce((held, pixels) => held + pixels, 0) / count
    },
  }
}
