import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { unreachable } from '../../contract/result.ts'
import type { FaceBox } from '../../contract/face.ts'
import type { ScoredBox } from '../../domain/face/boxes.ts'
import { contextCrop } from '../../domain/face/boxes.ts'
import type { FivePoints, Point } from '../../domain/face/geometry.ts'
import { alignedSize, distance, fivePoints, meanPoints } from '../../domain/face/geometry.ts'
import { faceLight } from '../../domain/face/light.ts'
import type { FaceFacts, QualityLimits } from '../../domain/face/quality.ts'
import {
  countedFaceShare,
  estimatePose,
  eyeOpenness,
  judgeQuality,
  laplacianDeviation,
  qualityWeight,
} from '../../domain/face/quality.ts'
import { faceFollowed, surroundings } from '../../domain/face/tracking.ts'
import type { EmbedMode, FaceFrame, FaceMeasure, FrameAnalysis } from '../../ports/faceEngine.ts'
import { Canvas, type Planes } from './canvas.ts'
import { decodeFrame } from './decode.ts'
import type { Raster } from './image.ts'
import type { Affine } from './image.ts'
import { boxMap, mirror, partMap, transpose, zoomed } from './image.ts'
import type { LoadedModel, LoadedPack } from './sessions.ts'
import type { Square } from './stages.ts'
import {
  addEmbedding,
  alignerSquare,
  alignmentMap,
  bonaFideProbability,
  facesFound,
  fivePointsIn,
  grown,
  imageSize,
  landmarksIn,
  normalise,
  squareAround,
  squareMap,
} from './stages.ts'
import { Stopwatch } from './stopwatch.ts'

export interface PipelineOptions {
  readonly pad: boolean
  readonly embed: EmbedMode
  readonly evenIfRejected: boolean
  readonly limits: QualityLimits
  readonly near?: FaceBox | undefined
}

const warmUpRounds = 3

interface FoundFace {
  /** The aligner's. */
  readonly points: FivePoints
  /** 68, in iBUG order. */
  readonly landmarks: readonly Point[]
  /** Where each pixel of the aligned face lies in the frame, by either model's five points. */
  readonly alignments: { readonly aligner: Affine; readonly landmarks: Affine }
}

/** The sensor's noise differs in every one of them. */
const fingerprintRows = 12
/** Every view but that of attack detection lies in the detector's box grown so much. */
const focusScale = 1.6
/** With a little more around the face. */
const wideZoom = 1.05

type FaceAnalysis = Pick<FrameAnalysis, 'faces' | 'face' | 'near' | 'rejects' | 'padScore' | 'embedding'>
type Size = Pick<Raster, 'width' | 'height'>

/** Everything the engine does with one frame. One frame at a time: the memory it works in is used again. */
export class Pipeline {
  readonly #models: LoadedPack
  readonly #canvas = new Canvas()
  readonly #frameView: Planes
  readonly #nearView: Planes
  readonly #landmarksView: Planes
  readonly #alignerView: Planes
  readonly #padView: Planes
  readonly #aligned: Planes
  readonly #alignedGrey: Planes
  /** What the frame at hand came in, to be overwritten when its answer is on the way. */
  #spent: Uint8Array[] = []

  constructor(models: LoadedPack) {
    this.#models = models
    this.#frameView = this.#reserve(models.detector)
    this.#nearView = this.#reserve(models.nearDetector)
    this.#landmarksView = this.#reserve(models.landmarks)
    this.#alignerView = this.#reserve(models.aligner)
    this.#padView = this.#reserve(models.pad)
    this.#aligned = this.#reserve(models.embedder)
    const { width, height } = this.#aligned
    this.#alignedGrey = this.#canvas.reserve({ width, height, order: 'grey', subtract: 0, divide: 1 })
  }

  /**
   * The frame's bytes and the pictures made from them wait for `erase`, so that nobody waits for the erasing. Throws
   * `Failure` with code `face.badFrame` when it cannot be read, or when a model's answer is not a number.
   */
  async analyse(frame: FaceFrame, options: PipelineOptions): Promise<FrameAnalysis> {
    const watch = new Stopwatch()
    const size = await this.#take(frame, watch)
    const refused =
      options.near === undefined ? null : await this.#refusedNear(options.near, size, options, watch)
    const face = refused ?? (await this.#analyseFaces(size, options, watch))
    return {
      sequence: frame.sequence,
      capturedAtMonotonicMs: frame.capturedAtMonotonicMs,
      widthPx: size.width,
      heightPx: size.height,
      fingerprint: watch.time('measureMs', () => this.#fingerprint()),
      ...face,
      timings: watch.timings(),
    }
  }

  /** Overwrites the last frame and every picture made from it: to be called after each `analyse`, however it ended. */
  erase(): void {
    for (const bytes of this.#spent) bytes.fill(0)
    this.#spent = []
    this.#canvas.erase()
  }

  /** Runs every stage a few times on a grey picture, so that the first shopper is looked at as quickly as the tenth. */
  async warmUp(limits: QualityLimits): Promise<void> {
    const size = { width: 640, height: 480 }
    const grey = sharp({ create: { ...size, channels: 3, background: '#808080' } })
    const box = { left: 220, top: 140, right: 420, bottom: 340, score: 1 }
    const options = { pad: true, embed: 'plain', evenIfRejected: true, limits } as const
    for (let round = 0; round < warmUpRounds; round++) {
      const data = toArrayBuffer(await grey.clone().jpeg().toBuffer())
      const frame = { sequence: 0, capturedAtMonotonicMs: 0, encoding: 'jpeg', data } as const
      await this.analyse({ ...frame, widthPx: size.width, heightPx: size.height }, options)
      const watch = new Stopwatch()
      await this.#lookNear({ x: 0.4, y: 0.4, width: 0.2, height: 0.3 }, size, watch)
      await this.#analyseFace(size, [box], options, watch)
      this.erase()
    }
  }

  async #take(frame: FaceFrame, watch: Stopwatch): Promise<Size> {
    this.#spent.push(new Uint8Array(frame.data))
    const raster = await watch.timeAsync('decodeMs', () => decodeFrame(frame))
    if (raster.data.buffer !== frame.data) this.#spent.push(raster.data)
    watch.time('copyMs', () => this.#canvas.hold(raster))
    return raster
  }

  /** The face that was at `box`, when it is there again and cannot be used; else null: the whole frame is to be seen. */
  async #refusedNear(
    box: FaceBox,
    size: Size,
    { limits }: PipelineOptions,
    watch: Stopwatch,
  ): Promise<FaceAnalysis | null> {
    const face = await this.#lookNear(box, size, watch)
    if (face === null) return null
    const { measure } = await this.#measured(face, size, watch)
    const rejects = judgeQuality(measure, 1, limits)
    return rejects.length === 0 ? null : { faces: 1, face: measure, rejects, near: true }
  }

  async #analyseFaces(size: Size, options: PipelineOptions, watch: Stopwatch): Promise<FaceAnalysis> {
    const view = watch.time('resizeMs', () => this.#canvas.wholeFrame(this.#frameView))
    const detected = await watch.timeAsync('detectMs', () => this.#models.detector.run(view))
    const found = facesFound(detected, { left: 0, top: 0, right: size.width, bottom: size.height })
    return await this.#analyseFace(size, found, options, watch)
  }

  /** Null when the face is not surely there, and alone. */
  async #lookNear(box: FaceBox, size: Size, watch: Stopwatch): Promise<ScoredBox | null> {
    const { width, height } = size
    const part = surroundings(box, width, height)
    const { left, top, right, bottom } = part
    const view = watch.time('resizeMs', () => {
      if (right - left >= width) return this.#canvas.wholeFrame(this.#nearView)
      this.#canvas.focus(part)
      return this.#canvas.sample(
        this.#nearView,
        partMap(left, top, right - left, bottom - top, this.#nearView),
      )
    })
    const detected = await watch.timeAsync('detectMs', () => this.#models.nearDetector.run(view))
    const last = {
      left: box.x * width,
      top: box.y * height,
      right: (box.x + box.width) * width,
      bottom: (box.y + box.height) * height,
    }
    return faceFollowed(facesFound(detected, part), last, part, size)
  }

  async #analyseFace(
    size: Size,
    found: readonly ScoredBox[],
    options: PipelineOptions,
    watch: Stopwatch,
  ): Promise<FaceAnalysis> {
    const chosen = chooseFace(found, size)
    if (chosen === undefined) return { faces: 0, rejects: ['noFace'] }
    const faces = found.filter((box) => widthOf(box) >= countedFaceShare * widthOf(chosen)).length
    const { measure: face, ...where } = await this.#measured(chosen, size, watch)
    const rejects = judgeQuality(face, faces, options.limits)
    if (rejects.length > 0 && !options.evenIfRejected) return { faces, face, rejects }
    const padScore = options.pad ? await this.#padScore(size, chosen, watch) : undefined
    const views = await this.#views(options.embed, where, watch)
    const embedding =
      views.length === 0 ? undefined : await this.#embed(views, where.alignments.aligner, watch)
    return {
      faces,
      face,
      rejects,
      ...(padScore === undefined ? {} : { padScore }),
      ...(embedding === undefined ? {} : { embedding }),
    }
  }

  /** Where everything in the face is, and what the quality gate asks; the canvas then holds the aligned face. */
  async #measured(
    box: ScoredBox,
    size: Size,
    watch: Stopwatch,
  ): Promise<FoundFace & { readonly measure: FaceMeasure }> {
    this.#canvas.focus(grown(box, focusScale))
    const landmarks = await this.#findLandmarks(box, watch)
    const square = alignerSquare(box, this.#models.aligner.entry.preprocessing.cropScale)
    const points = await this.#pointsIn(square, watch)
    const alignments = { aligner: alignmentMap(points), landmarks: alignmentMap(fivePoints(landmarks)) }
    watch.time('warpMs', () => this.#canvas.sample(this.#aligned, alignments.aligner))
    const measure = watch.time('measureMs', () => this.#measure(size, box, landmarks))
    return { points, landmarks, alignments, measure }
  }

  /** The aligner's five points of the face in the square. */
  async #pointsIn(square: Square, watch: Stopwatch): Promise<FivePoints> {
    const { aligner } = this.#models
    const map = squareMap(square, this.#alignerView.width)
    const view = watch.time('warpMs', () =>
      this.#canvas.sample(this.#alignerView, aligner.entry.preprocessing.transposed ? transpose(map) : map),
    )
    return fivePointsIn(square, await watch.timeAsync('landmarksMs', () => aligner.run(view)))
  }

  /** The same points once more, from squares that stand upright around those found before. */
  async #refined(points: FivePoints, watch: Stopwatch): Promise<FivePoints> {
    const second = await this.#pointsIn(squareAround(points, 1), watch)
    const closer = await this.#pointsIn(squareAround(second, 0.92), watch)
    const wider = await this.#pointsIn(squareAround(second, 1.08), watch)
    return meanPoints([second, closer, wider])
  }

  async #findLandmarks(box: ScoredBox, watch: Stopwatch): Promise<Point[]> {
    const { landmarks } = this.#models
    const crop = grown(box, landmarks.entry.preprocessing.cropScale)
    const map = boxMap(
      crop.left,
      crop.top,
      crop.right - crop.left,
      crop.bottom - crop.top,
      this.#landmarksView.width,
    )
    const view = watch.time('warpMs', () => this.#canvas.sample(this.#landmarksView, map))
    return landmarksIn(crop, await watch.timeAsync('landmarksMs', () => landmarks.run(view)))
  }

  #measure(size: Size, box: ScoredBox, landmarks: readonly Point[]): FaceMeasure {
    const points = fivePoints(landmarks)
    const grey = this.#canvas.luma(this.#aligned, this.#alignedGrey)
    const facts: FaceFacts = {
      box: {
        x: box.left / size.width,
        y: box.top / size.height,
        width: (box.right - box.left) / size.width,
        height: (box.bottom - box.top) / size.height,
      },
      interEyePx: distance(points[0], points[1]),
      pose: estimatePose(points),
      eyeOpenness: eyeOpenness(landmarks),
      sharpness: laplacianDeviation(grey, this.#alignedGrey.width, this.#alignedGrey.height),
      ...faceLight(grey, this.#alignedGrey.width),
    }
    return { ...facts, detectionScore: box.score, quality: qualityWeight(facts) }
  }

  /**
   * Two models seldom misplace the same face, and a mirrored face is another sample of it: what is fused of frames that
   * alternate, or of one still seen eight ways, misses fewer people (models/README.md, "What was tried").
   */
  async #views(mode: EmbedMode, found: FoundFace, watch: Stopwatch): Promise<readonly Affine[]> {
    const { aligner, landmarks } = found.alignments
    switch (mode) {
      case 'none':
        return []
      case 'plain':
        return [aligner]
      case 'mirrored':
        return [mirror(landmarks, alignedSize)]
      case 'both': {
        const refined = await this.#refined(found.points, watch)
        const between = alignmentMap(meanPoints([refined, fivePoints(found.landmarks)]))
        const wide = zoomed(alignmentMap(refined), wideZoom, alignedSize)
        return [aligner, landmarks, between, wide].flatMap((map) => [map, mirror(map, alignedSize)])
      }
      default:
        return unreachable(mode)
    }
  }

  /** L2-normalised embedding: the normalised sum over the views of the face; `held` is the view the canvas holds. */
  async #embed(views: readonly Affine[], held: Affine, watch: Stopwatch): Promise<Float32Array> {
    const { embedder } = this.#models
    const sum = new Float32Array(
      embedder.entry.outputs[0]!.shape.reduce((product, side) => product * side, 1),
    )
    for (const map of views) {
      const face =
        map === held
          ? this.#canvas.view(this.#aligned)
          : watch.time('warpMs', () => this.#canvas.sample(this.#aligned, map))
      addEmbedding(sum, await watch.timeAsync('embedMs', () => embedder.run(face)))
    }
    return normalise(sum)
  }

  async #padScore(size: Size, box: ScoredBox, watch: Stopwatch): Promise<number> {
    const { pad } = this.#models
    const crop = contextCrop(box, pad.entry.preprocessing.cropScale, size.width, size.height)
    const map = boxMap(
      crop.left,
      crop.top,
      crop.right - crop.left,
      crop.bottom - crop.top,
      this.#padView.width,
    )
    // Halved first, attack detection is less sure of people: what it looks for is in the finest detail.
    const view = watch.time('warpMs', () => this.#canvas.sampleFinely(this.#padView, map))
    return bonaFideProbability(await watch.timeAsync('padMs', () => pad.run(view)))
  }

  /** Of some rows of the frame itself: a frame that comes again has the same, two of a camera never. */
  #fingerprint(): string {
    const digest = createHash('sha256')
    for (const row of this.#canvas.rows(fingerprintRows)) digest.update(row)
    return digest.digest('hex').slice(0, 32)
  }

  #reserve(model: LoadedModel): Planes {
    const { order, subtract, divide } = model.entry.preprocessing
    return this.#canvas.reserve({ ...imageSize(model), order, subtract, divide })
  }
}

/** The face of whoever stands before the camera: surely a face, large, and near the middle. */
function chooseFace(found: readonly ScoredBox[], size: Size): ScoredBox | undefined {
  const reach = Math.hypot(size.width, size.height) / 2
  const weight = (box: ScoredBox) => {
    const away = Math.hypot((box.left + box.right - size.width) / 2, (box.top + box.bottom - size.height) / 2)
    return widthOf(box) * box.score ** 2 * (1 - away / reach) ** 2
  }
  return found.reduce<ScoredBox | undefined>(
    (best, box) => (best === undefined || weight(box) > weight(best) ? box : best),
    undefined,
  )
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const data = new ArrayBuffer(bytes.length)
  new Uint8Array(data).set(bytes)
  return data
}

function widthOf(box: ScoredBox): number {
  return box.right - box.left
}
