import type { Corners, ScoredBox } from '../../domain/face/boxes.ts'
import { contextCrop, suppressOverlaps } from '../../domain/face/boxes.ts'
import type { FivePoints, Point } from '../../domain/face/geometry.ts'
import { alignmentTemplate, fitSimilarity } from '../../domain/face/geometry.ts'
import type { EmbedMode } from '../../ports/faceEngine.ts'
import { shrinkFrame } from './decode.ts'
import type { Affine, Raster } from './image.ts'
import { boxMap, sampleToTensor, tapsFor } from './image.ts'
import type { LoadedModel } from './sessions.ts'

/** Detector scores below this are not faces (the detector's own reference value). */
const minDetectionScore = 0.6
const maxBoxOverlap = 0.4

/** The detector's view of a frame: RGB at the detector's input size. */
export async function detectorView(model: LoadedModel, raster: Raster): Promise<Raster> {
  const [, , height, width] = imageShape(model)
  return await shrinkFrame(raster, width, height)
}

/** Faces in pixels of the frame, best first. */
export async function detectFaces(model: LoadedModel, view: Raster, raster: Raster): Promise<ScoredBox[]> {
  const outputs = await run(model, view, [1, 0, 0, 0, 1, 0], 1)
  const boxes = output(outputs, 'boxes')
  const confidence = output(outputs, 'scores')
  const found: ScoredBox[] = []
  for (let i = 0; i * 4 < boxes.length; i++) {
    const score = confidence[i * 2 + 1]!
    if (!(score >= minDetectionScore)) continue
    const box = {
      left: boxes[i * 4]! * raster.width,
      top: boxes[i * 4 + 1]! * raster.height,
      right: boxes[i * 4 + 2]! * raster.width,
      bottom: boxes[i * 4 + 3]! * raster.height,
      score,
    }
    if (box.right - box.left >= 1 && box.bottom - box.top >= 1) found.push(box)
  }
  return suppressOverlaps(found, maxBoxOverlap)
}

/** 68 points in iBUG order, in pixels of the frame. */
export async function findLandmarks(model: LoadedModel, raster: Raster, box: Corners): Promise<Point[]> {
  const [, , , size] = imageShape(model)
  const crop = grown(box, model.entry.preprocessing.cropScale)
  const width = crop.right - crop.left
  const height = crop.bottom - crop.top
  const map = boxMap(crop.left, crop.top, width, height, size)
  const points = onlyOutput(model, await run(model, raster, map))
  return Array.from({ length: points.length / 2 }, (_, i) => ({
    x: crop.left + points[i * 2]! * width,
    y: crop.top + points[i * 2 + 1]! * height,
  }))
}

/** Where each pixel of the 112x112 aligned face lies in the frame. */
export function alignmentMap(points: FivePoints): Affine {
  const { a, b, tx, ty } = fitSimilarity(alignmentTemplate, points)
  return [a, -b, tx, b, a, ty]
}

/** L2-normalised embedding of the aligned face; `both` is the normalised sum of the face and its mirror image. */
export async function embedFace(
  model: LoadedModel,
  raster: Raster,
  points: FivePoints,
  mode: Exclude<EmbedMode, 'none'>,
): Promise<Float32Array> {
  const [, , , width] = imageShape(model)
  const seen = alignmentMap(points)
  const maps = { plain: [seen], mirrored: [mirror(seen, width)], both: [seen, mirror(seen, width)] }[mode]
  const sum = new Float32Array(model.entry.outputs[0]!.shape.reduce((product, size) => product * size, 1))
  for (const map of maps) {
    const raw = onlyOutput(model, await run(model, raster, map))
    const gain = 1 / norm(raw)
    for (let i = 0; i < sum.length; i++) sum[i]! += raw[i]! * gain
    raw.fill(0)
  }
  const gain = 1 / norm(sum)
  for (let i = 0; i < sum.length; i++) sum[i]! *= gain
  return sum
}

/** The same picture seen in a mirror: its column u is column width - 1 - u. */
function mirror([a, b, c, d, e, f]: Affine, width: number): Affine {
  return [-a, b, c + a * (width - 1), -d, e, f + d * (width - 1)]
}

function norm(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return Math.sqrt(sum)
}

/** Probability of a bona fide presentation (softmax, class 0), 0..1. */
export async function padScore(model: LoadedModel, raster: Raster, box: Corners): Promise<number> {
  const [, , , size] = imageShape(model)
  const crop = contextCrop(box, model.entry.preprocessing.cropScale, raster.width, raster.height)
  const map = boxMap(crop.left, crop.top, crop.right - crop.left, crop.bottom - crop.top, size)
  const logits = onlyOutput(model, await run(model, raster, map))
  const top = Math.max(...logits)
  const powers = Array.from(logits, (logit) => Math.exp(logit - top))
  return powers[0]! / powers.reduce((sum, power) => sum + power, 0)
}

function output(outputs: Outputs, name: string): Float32Array {
  const values = outputs[name]
  if (values === undefined) throw new Error(`The model has no output "${name}"`)
  return values
}

function onlyOutput(model: LoadedModel, outputs: Outputs): Float32Array {
  return output(outputs, model.entry.outputs[0]!.name)
}

type Outputs = Readonly<Record<string, Float32Array>>

async function run(model: LoadedModel, raster: Raster, map: Affine, taps = tapsFor(map)): Promise<Outputs> {
  const [, , height, width] = imageShape(model)
  const { order, subtract, divide } = model.entry.preprocessing
  const tensor = sampleToTensor(raster, map, { width, height, order, subtract, divide, taps })
  try {
    return await model.run(tensor)
  } finally {
    tensor.fill(0)
  }
}

function imageShape(model: LoadedModel): [number, number, number, number] {
  return model.entry.input.shape as [number, number, number, number]
}

function grown(box: Corners, scale: number): Corners {
  const dx = ((box.right - box.left) * (scale - 1)) / 2
  const dy = ((box.bottom - box.top) * (scale - 1)) / 2
  return { left: box.left - dx, top: box.top - dy, right: box.right + dx, bottom: box.bottom + dy }
}
