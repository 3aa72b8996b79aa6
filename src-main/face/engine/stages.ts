import { Failure } from '../../contract/failure.ts'
import type { Corners, ScoredBox } from '../../domain/face/boxes.ts'
import { suppressOverlaps } from '../../domain/face/boxes.ts'
import type { FivePoints, Point } from '../../domain/face/geometry.ts'
import { alignmentTemplate, applySimilarity, fitSimilarity } from '../../domain/face/geometry.ts'
import type { Affine } from './image.ts'
import type { LoadedModel, Outputs } from './sessions.ts'

/** Detector scores below this are not faces (the detector's own reference value). */
const minDetectionScore = 0.6
const maxBoxOverlap = 0.4

/** The detector's outputs as faces in pixels of the frame, best first; it looked at this `part` of it. */
export function facesFound(outputs: Outputs, part: Corners): ScoredBox[] {
  const { left, top } = part
  const width = part.right - left
  const height = part.bottom - top
  const boxes = output(outputs, 'boxes')
  const confidence = output(outputs, 'scores')
  const found: ScoredBox[] = []
  for (let i = 0; i * 4 < boxes.length; i++) {
    const score = confidence[i * 2 + 1]!
    if (!(score >= minDetectionScore)) continue
    const box = {
      left: left + boxes[i * 4]! * width,
      top: top + boxes[i * 4 + 1]! * height,
      right: left + boxes[i * 4 + 2]! * width,
      bottom: top + boxes[i * 4 + 3]! * height,
      score,
    }
    if (box.right - box.left >= 1 && box.bottom - box.top >= 1) found.push(box)
  }
  return suppressOverlaps(found, maxBoxOverlap)
}

/** 68 points in iBUG order, in pixels of the frame, from the model's 0..1 of `crop`. Throws `face.badFrame`. */
export function landmarksIn(crop: Corners, outputs: Outputs): Point[] {
  const values = finite('landmarks', onlyOutput(outputs))
  const width = crop.right - crop.left
  const height = crop.bottom - crop.top
  return Array.from({ length: values.length / 2 }, (_, i) => ({
    x: crop.left + values[i * 2]! * width,
    y: crop.top + values[i * 2 + 1]! * height,
  }))
}

/** A square in the frame, turned by the angle whose cosine and sine it has. */
export interface Square {
  readonly centre: Point
  readonly side: number
  readonly cos: number
  readonly sin: number
}

/** The square that the aligner looks at, as wide as the box is high, times `scale`. */
export function alignerSquare(box: Corners, scale: number): Square {
  const centre = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }
  return { centre, side: (box.bottom - box.top) * scale, cos: 1, sin: 0 }
}

/** Where the five points stand in the detector's square, 0 is its centre; mean over 3,800 faces of LFW, 2026-11-23. */
const meanFace: FivePoints = [
  { x: -0.1748, y: -0.1029 },
  { x: 0.1546, y: -0.1114 },
  { x: -0.0089, y: 0.0837 },
  { x: -0.153, y: 0.2546 },
  { x: 0.1452, y: 0.2459 },
]

/** The square in which the five points stand as in the mean face, upright and centred, times `scale`. */
export function squareAround(points: FivePoints, scale: number): Square {
  const fit = fitSimilarity(meanFace, points)
  const side = Math.hypot(fit.a, fit.b)
  return {
    centre: applySimilarity(fit, { x: 0, y: 0 }),
    side: side * scale,
    cos: fit.a / side,
    sin: fit.b / side,
  }
}

/** The map that shrinks the square onto `out` by `out` pixels. */
export function squareMap({ centre, side, cos, sin }: Square, out: number): Affine {
  const step = side / out
  const first = (0.5 / out - 0.5) * side
  const [x, y] = [centre.x + (cos - sin) * first - 0.5, centre.y + (sin + cos) * first - 0.5]
  return [cos * step, -sin * step, x, sin * step, cos * step, y]
}

/** Five points in pixels of the frame, from the model's five x and five y, 0..1 of the square. Throws `face.badFrame`. */
export function fivePointsIn({ centre, side, cos, sin }: Square, outputs: Outputs): FivePoints {
  const values = finite('alignment', onlyOutput(outputs))
  const point = (i: number): Point => {
    const [x, y] = [(values[i]! - 0.5) * side, (values[i + 5]! - 0.5) * side]
    return { x: centre.x + cos * x - sin * y, y: centre.y + sin * x + cos * y }
  }
  return [point(0), point(1), point(2), point(3), point(4)]
}

/** Where each pixel of the 112x112 aligned face lies in the frame. */
export function alignmentMap(points: FivePoints): Affine {
  const { a, b, tx, ty } = fitSimilarity(alignmentTemplate, points)
  return [a, -b, tx, b, a, ty]
}

/** The sum of L2-normalised embeddings, itself L2-normalised. Throws `face.badFrame` when one is not a number. */
export function addEmbedding(sum: Float32Array, outputs: Outputs): void {
  const raw = finite('embedding', onlyOutput(outputs))
  const gain = 1 / norm(raw)
  for (let i = 0; i < sum.length; i++) sum[i]! += raw[i]! * gain
  raw.fill(0)
}

/** To length 1, in place. Throws `face.badFrame` when there is no direction. */
export function normalise(embedding: Float32Array): Float32Array {
  const gain = 1 / norm(embedding)
  for (let i = 0; i < embedding.length; i++) embedding[i]! *= gain
  return finite('embedding', embedding)
}

function norm(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return Math.sqrt(sum)
}

/** Probability of a bona fide presentation (softmax, class 0), 0..1. Throws `face.badFrame` when it is not a number. */
export function bonaFideProbability(outputs: Outputs): number {
  const logits = finite('attack detection score', onlyOutput(outputs))
  const top = Math.max(...logits)
  const powers = Array.from(logits, (logit) => Math.exp(logit - top))
  return powers[0]! / powers.reduce((sum, power) => sum + power, 0)
}

/** `box` grown `scale` times around its centre. */
export function grown(box: Corners, scale: number): Corners {
  const dx = ((box.right - box.left) * (scale - 1)) / 2
  const dy = ((box.bottom - box.top) * (scale - 1)) / 2
  return { left: box.left - dx, top: box.top - dy, right: box.right + dx, bottom: box.bottom + dy }
}

export function imageSize({ entry }: LoadedModel): { readonly width: number; readonly height: number } {
  const [, , height = 1, width = 1] = entry.input.shape
  return { width, height }
}

function output(outputs: Outputs, name: string): Float32Array {
  const values = outputs[name]
  if (values === undefined) throw new Error(`The model has no output "${name}"`)
  return values
}

function onlyOutput(outputs: Outputs): Float32Array {
  return Object.values(outputs)[0]!
}

function finite(what: string, values: Float32Array): Float32Array {
  // A sum is not finite when one of its parts is not.
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  if (Number.isFinite(sum)) return values
  throw new Failure({
    code: 'face.badFrame',
    attempted: 'analyse a camera frame',
    remedy: 'retry',
    message: `The ${what} of this frame is not a number. The next frame is used instead.`,
  })
}
