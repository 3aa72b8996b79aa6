import { createHash } from 'node:crypto'
import { Failure } from '../../contract/failure.ts'
import type { ScoredBox } from '../../domain/face/boxes.ts'
import type { FivePoints } from '../../domain/face/geometry.ts'
import { distance, fivePoints } from '../../domain/face/geometry.ts'
import type { FaceFacts, QualityLimits } from '../../domain/face/quality.ts'
import {
  countedFaceShare,
  estimatePose,
  eyeOpenness,
  judgeQuality,
  laplacianDeviation,
  qualityWeight,
} from '../../domain/face/quality.ts'
import type {
  EmbedMode,
  FaceFrame,
  FaceMeasure,
  FrameAnalysis,
  StageTimings,
} from '../../ports/faceEngine.ts'
import { decodeFrame } from './decode.ts'
import type { Raster } from './image.ts'
import { sampleToTensor, tapsFor } from './image.ts'
import type { LoadedPack } from './sessions.ts'
import { alignmentMap, detectFaces, detectorView, embedFace, findLandmarks, padScore } from './stages.ts'

export interface PipelineOptions {
  readonly pad: boolean
  readonly embed: EmbedMode
  readonly evenIfRejected: boolean
  readonly limits: QualityLimits
}

/**
 * Everything the engine does with one frame. Overwrites the frame's bytes and every picture made from it, whatever
 * happens. Throws `Failure` with code `face.badFrame` when it cannot be read.
 */
export async function analyseFrame(
  models: LoadedPack,
  frame: FaceFrame,
  options: PipelineOptions,
): Promise<FrameAnalysis> {
  const watch = stopwatch()
  const held: Uint8Array[] = [new Uint8Array(frame.data)]
  try {
    const raster = await decodeFrame(frame)
    held.push(raster.data)
    watch.lap('decodeMs')
    const view = await detectorView(models.detector, raster)
    held.push(view.data)
    const fingerprint = createHash('sha256').update(view.data).digest('hex').slice(0, 32)
    const found = await detectFaces(models.detector, view, raster)
    watch.lap('detectMs')
    const face = await analyseFace(models, raster, found, options, watch)
    return {
      sequence: frame.sequence,
      capturedAtMonotonicMs: frame.capturedAtMonotonicMs,
      widthPx: raster.width,
      heightPx: raster.height,
      fingerprint,
      ...face,
      timings: watch.timings(),
    }
  } finally {
    for (const bytes of held) bytes.fill(0)
  }
}

type FaceAnalysis = Pick<FrameAnalysis, 'faces' | 'face' | 'rejects' | 'padScore' | 'embedding'>

async function analyseFace(
  models: LoadedPack,
  raster: Raster,
  found: readonly ScoredBox[],
  options: PipelineOptions,
  watch: Stopwatch,
): Promise<FaceAnalysis> {
  const chosen = chooseFace(found, raster)
  if (chosen === undefined) return { faces: 0, rejects: ['noFace'] }
  const faces = found.filter((box) => widthOf(box) >= countedFaceShare * widthOf(chosen)).length
  const landmarks = await findLandmarks(models.landmarks, raster, chosen)
  const points = fivePoints(landmarks)
  const face = measureFace(raster, chosen, points, eyeOpenness(landmarks))
  const rejects = judgeQuality(face, faces, options.limits)
  watch.lap('landmarksMs')
  if (rejects.length > 0 && !options.evenIfRejected) return { faces, face, rejects }
  const score = options.pad ? await padScore(models.pad, raster, chosen) : undefined
  watch.lap('padMs')
  const embedding =
    options.embed === 'none'
      ? undefined
      : requireFinite(await embedFace(models.embedder, raster, points, options.embed))
  watch.lap('embedMs')
  return {
    faces,
    face,
    rejects,
    ...(score === undefined ? {} : { padScore: score }),
    ...(embedding === undefined ? {} : { embedding }),
  }
}

/** The face of whoever stands before the camera: large and near the middle. */
export function chooseFace(found: readonly ScoredBox[], raster: Raster): ScoredBox | undefined {
  const reach = Math.hypot(raster.width, raster.height) / 2
  const weight = (box: ScoredBox) => {
    const away = Math.hypot(
      (box.left + box.right - raster.width) / 2,
      (box.top + box.bottom - raster.height) / 2,
    )
    return widthOf(box) * (1 - away / reach / 2)
  }
  return found.reduce<ScoredBox | undefined>(
    (best, box) => (best === undefined || weight(box) > weight(best) ? box : best),
    undefined,
  )
}

function widthOf(box: ScoredBox): number {
  return box.right - box.left
}

const measuredSize = 112

function measureFace(raster: Raster, box: ScoredBox, points: FivePoints, openness: number): FaceMeasure {
  const map = alignmentMap(points)
  const grey = sampleToTensor(raster, map, {
    width: measuredSize,
    height: measuredSize,
    order: 'grey',
    subtract: 0,
    divide: 1,
    taps: tapsFor(map),
  })
  const facts: FaceFacts = {
    box: {
      x: box.left / raster.width,
      y: box.top / raster.height,
      width: (box.right - box.left) / raster.width,
      height: (box.bottom - box.top) / raster.height,
    },
    interEyePx: distance(points[0], points[1]),
    pose: estimatePose(points),
    eyeOpenness: openness,
    sharpness: laplacianDeviation(grey, measuredSize, measuredSize),
    luminance: grey.reduce((sum, value) => sum + value, 0) / grey.length,
  }
  grey.fill(0)
  return { ...facts, detectionScore: box.score, quality: qualityWeight(facts) }
}

function requireFinite(embedding: Float32Array): Float32Array {
  if (embedding.every((value) => Number.isFinite(value))) return embedding
  throw new Failure({
    code: 'face.badFrame',
    attempted: 'embed a face',
    remedy: 'retry',
    message: 'The embedding of this frame is not a number. The next frame is used instead.',
  })
}

type Stage = Exclude<keyof StageTimings, 'totalMs'>
interface Stopwatch {
  lap(stage: Stage): void
  timings(): StageTimings
}

function stopwatch(): Stopwatch {
  const started = performance.now()
  let last = started
  const stages = { decodeMs: 0, detectMs: 0, landmarksMs: 0, padMs: 0, embedMs: 0 }
  return {
    lap(stage) {
      const now = performance.now()
      stages[stage] += now - last
      last = now
    },
    timings: () => ({ ...stages, totalMs: performance.now() - started }),
  }
}
