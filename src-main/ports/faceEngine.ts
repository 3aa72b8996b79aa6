import type { FaceBox, QualityReject } from '../contract/face.ts'
import type { FailureData } from '../contract/failure.ts'
import type { Result } from '../contract/result.ts'
import type { FaceFacts } from '../domain/face/quality.ts'

/** One picture for the engine. `data` is transferred away: after `analyse` the caller's buffer is detached. */
export interface FaceFrame {
  readonly sequence: number
  /** From the lane's monotonic clock. */
  readonly capturedAtMonotonicMs: number
  readonly encoding: 'jpeg' | 'rgba'
  readonly widthPx: number
  readonly heightPx: number
  readonly data: ArrayBuffer
}

export interface FaceMeasure extends FaceFacts {
  /** The detector's score, 0.6..1. */
  readonly detectionScore: number
  /** 0..1: how much this frame should weigh when frames are fused. */
  readonly quality: number
}

/** Where a frame's time went; `totalMs` also counts what lies between the stages. */
export interface StageTimings {
  readonly decodeMs: number
  /** Pixels into the engine's own memory. */
  readonly copyMs: number
  /** The detector's view of the whole frame. */
  readonly resizeMs: number
  readonly detectMs: number
  readonly landmarksMs: number
  /** Crops for landmarks, embedding and attack detection. */
  readonly warpMs: number
  /** Quality gate. */
  readonly measureMs: number
  readonly padMs: number
  readonly embedMs: number
  readonly totalMs: number
}

/** What the engine found in one frame. Stays in the main process: embeddings never cross to the renderer. */
export interface FrameAnalysis {
  readonly sequence: number
  readonly capturedAtMonotonicMs: number
  readonly widthPx: number
  readonly heightPx: number
  /** Faces that count: the chosen one, and others at least 0.4 times as wide. */
  readonly faces: number
  readonly face?: FaceMeasure
  /** Only the surroundings of the last face were looked at: a frame with rejects. Absent when the whole frame was. */
  readonly near?: true
  /** Empty when the frame is good enough to be used. */
  readonly rejects: readonly QualityReject[]
  /** Probability of a bona fide presentation, 0..1; only of frames without rejects. */
  readonly padScore?: number
  /** Float32Array, length 512, L2-normalised; only of frames without rejects. The receiver overwrites it after use. */
  readonly embedding?: Float32Array
  /** Hex digest of the frame's pixels, for the temporal signals; says nothing about the face. */
  readonly fingerprint: string
  readonly timings: StageTimings
}

/**
 * Which views of the face are embedded: as seen, its mirror image (aligned by the other landmark model), or the fusion
 * of both under four alignments, eight runs of the model: for enrolment and for stills.
 */
export type EmbedMode = 'none' | 'plain' | 'mirrored' | 'both'

export interface AnalyseOptions {
  readonly pad: boolean
  readonly embed: EmbedMode
  /** Go on to PAD and embedding although the quality gate rejects the frame: for evaluation, never for a decision. */
  readonly evenIfRejected?: boolean
  /**
   * Where the one face of the last frame was: when it is surely there again, and alone, and the frame is refused as it is,
   * the rest of the frame is not looked at (`domain/face/tracking.ts`).
   */
  readonly near?: FaceBox
  readonly signal?: AbortSignal
}

export interface FaceEngineInfo {
  readonly packId: string
  readonly startedInMs: number
}

export interface FaceEnginePort {
  /**
   * Settles when the models are verified, loaded and warm, or with what is wrong: `models.missing`,
   * `models.integrity`, `models.shape`, `face.engineLost`, `face.closed`. May be called at any time, any number of times.
   */
  ready(): Promise<Result<FaceEngineInfo, FailureData>>
  /**
   * Takes `frame.data` over (detached at once, overwritten after use). One frame is analysed at a time and one
   * waits: a newer frame replaces the waiting one, which settles with `face.frameDropped`. Never rejects.
   * Other errors: `face.badFrame`, `face.aborted`, `face.engineLost`, `face.closed`, or why the engine cannot start.
   */
  analyse(frame: FaceFrame, options: AnalyseOptions): Promise<Result<FrameAnalysis, FailureData>>
  /** Ends the worker; every outstanding promise settles with `face.closed`. Idempotent. */
  close(): Promise<void>
}
