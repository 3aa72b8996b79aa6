import type { Picture } from './picture.ts'
import { look, toSharp } from './picture.ts'

export interface StreamShape {
  readonly width: number
  readonly height: number
  readonly framesPerSecond: number
  readonly frames: number
}

/** Standard deviation of the sensor's noise, in grey levels. */
const noiseDeviation = 1
const noiseLength = 1 << 18

/**
 * A camera's view of a still: slow pan, zoom and roll, light that changes a little, noise that never repeats within
 * the stream. The movement ends where it began, so that the stream loops without a jump. One JPEG for each frame.
 */
export async function renderStream(still: Picture, shape: StreamShape, seed: number): Promise<Buffer[]> {
  const noise = makeNoise(seed)
  const frames: Buffer[] = []
  for (let index = 0; index < shape.frames; index++) {
    const turn = (index / shape.frames) * 2 * Math.PI
    const frame = look(still, moved(still, shape, turn), shape.width, shape.height)
    addLightAndNoise(frame.data, 1 + 0.05 * Math.sin(turn + 2), noise, index * 7919)
    frames.push(await toSharp(frame).jpeg({ quality: 88, chromaSubsampling: '4:2:0' }).toBuffer())
  }
  return frames
}

function moved(still: Picture, shape: StreamShape, turn: number) {
  return {
    centreX: still.width / 2 + still.width * 0.02 * Math.sin(turn),
    centreY: still.height / 2 + still.height * 0.015 * Math.sin(2 * turn),
    widthPx: shape.width * (1.02 + 0.03 * Math.sin(turn + 1)),
    turnDegrees: 1.2 * Math.sin(turn + 3),
  }
}

function addLightAndNoise(pixels: Uint8Array, light: number, noise: Float32Array, offset: number): void {
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]! * light + noise[(i + offset) & (noiseLength - 1)]!
    pixels[i] = value < 0 ? 0 : value > 255 ? 255 : value
  }
}

/** About normal: the sum of four uniform values of a small seeded generator (mulberry32). */
function makeNoise(seed: number): Float32Array {
  let state = seed >>> 0
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const gain = noiseDeviation * Math.sqrt(3)
  return Float32Array.from({ length: noiseLength }, () => (unit() + unit() + unit() + unit() - 2) * gain)
}
