import type { ChallengeFailure } from '../contract/face.ts'
import type { CaptureView } from '../contract/laneView.ts'
import type { Key } from '../contract/values.ts'
import type { ChallengeDemand } from '../domain/face/policy.ts'

export interface CaptureOptions {
  readonly signal: AbortSignal
  readonly onProgress: (view: CaptureView) => void
}

export interface IdentifyOptions extends CaptureOptions {
  /** When a person who was found is asked to move as well. */
  readonly challenge: ChallengeDemand
}

/** One member of the candidate list; comparison score in [-1, 1], larger is more similar, not a probability. */
export interface Candidate {
  readonly subjectKey: Key
  readonly comparisonScore: number
}

/** What was measured on the way to a decision; nothing from which a face could be rebuilt. */
export interface CaptureMeasures {
  readonly threshold: number
  /** Bona fide score over the burst, [0, 1], and the threshold it was held against. */
  readonly padScore: number
  readonly padThreshold: number
  readonly modelPackId: string
  /** A challenge was asked for, and passed. */
  readonly challengePassed: boolean
  /** First usable frame to decision, ms. */
  readonly frameToDecisionMs: number
}

export type CaptureFailure =
  | { readonly kind: 'attack'; readonly padScore: number; readonly padThreshold: number }
  | { readonly kind: 'timeout'; readonly unclear: boolean }
  | { readonly kind: 'cameraUnavailable'; readonly code: string }
  | { readonly kind: 'engineUnavailable'; readonly code: string }
  | { readonly kind: 'aborted' }

export type IdentificationOutcome =
  | { readonly kind: 'match'; readonly candidate: Candidate; readonly measures: CaptureMeasures }
  | {
      readonly kind: 'ambiguous'
      readonly candidates: readonly Candidate[]
      readonly measures: CaptureMeasures
    }
  | { readonly kind: 'noMatch'; readonly bestScore: number | null; readonly measures: CaptureMeasures }
  | {
      readonly kind: 'challengeFailed'
      readonly reason: ChallengeFailure
      readonly padScore: number
      readonly padThreshold: number
    }
  | CaptureFailure

export type EnrolmentOutcome =
  | {
      readonly kind: 'reference'
      /** Float32Array of 512, L2-normalised; the receiver zeroes it after use. */
      readonly reference: Float32Array
      readonly frames: number
      readonly padScore: number
      readonly modelPackId: string
      /** Someone in the gallery looks like this already: the best candidate at or above the threshold. */
      readonly alreadyKnown: Candidate | null
    }
  | { readonly kind: 'framesDisagree' }
  | CaptureFailure

/** One look at the camera. The camera is on only while one of these is pending, and off when it settles. */
export interface FaceCapturePort {
  identify(options: IdentifyOptions): Promise<IdentificationOutcome>
  enrol(options: CaptureOptions): Promise<EnrolmentOutcome>
}

/** The gallery as enrolment and the lane's view use it. */
export interface GalleryPort {
  size(): number
  /** Seals the reference, ready for the store; the plain vector joins the search only by `admit`. */
  seal(referenceKey: Key, reference: Float32Array): Uint8Array
  admit(referenceKey: Key, subjectKey: Key, reference: Float32Array): void
  forget(subjectKey: Key): void
}
