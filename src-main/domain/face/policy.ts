/** What a lane needs to see before it decides. Thresholds come from `models/thresholds.json` with their evidence. */
export interface CapturePolicy {
  /** Comparison score from which rank 1 may be a match. */
  readonly matchThreshold: number
  /** By how much rank 1 must lead rank 2, another subject, to be a match on its own. */
  readonly matchMargin: number
  /** Bona fide probability from which a frame counts as bona fide. */
  readonly padThreshold: number
  /** Frames before the first decision; all of them must be bona fide. */
  readonly minFrames: number
  /** Frames after which a doubtful burst is called an attack. */
  readonly padFrames: number
  /** Frames after which "not found" is the answer. At least `padFrames`. */
  readonly maxFrames: number
  readonly enrolmentFrames: number
  /** Comparison score under which two frames of a burst are not the same person. */
  readonly sameFaceScore: number
  /** False on a bench lane: temporal signals are reported, a replayed camera would always fail them. */
  readonly temporalDecides: boolean
  readonly timeoutMs: number
}

/** Everything but the thresholds, which belong to a model pack. */
export const defaultCaptureBehaviour = {
  minFrames: 3,
  padFrames: 5,
  maxFrames: 6,
  enrolmentFrames: 6,
  sameFaceScore: 0.5,
  temporalDecides: true,
  timeoutMs: 20_000,
} as const satisfies Partial<CapturePolicy>
