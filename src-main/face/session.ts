import { burstPadScore, decideBurst, isReplay, judgePad } from '../domain/face/burst.ts'
import type { TemporalSignals } from '../contract/face.ts'
import { fuse, fuseReference } from '../domain/face/embedding.ts'
import type {
  CaptureMeasures,
  EnrolmentOutcome,
  FaceCapturePort,
  IdentificationOutcome,
} from '../ports/faceCapture.ts'
import type { Burst } from './burstBuffer.ts'
import type { CaptureLoopDeps } from './captureLoop.ts'
import { look } from './captureLoop.ts'
import type { FaceGallery } from './gallery.ts'

export interface FaceCaptureDeps extends CaptureLoopDeps {
  readonly gallery: FaceGallery
  readonly modelPackId: string
  /** What the streams showed of replay, after each look: for the log; decides nothing on a bench lane. */
  readonly onTemporal?: (signals: TemporalSignals) => void
}

/** Rank 1, rank 2 and what else is close: enough for the second factor. */
const candidateListLength = 5

/** Looks at the camera on behalf of the lane. One look at a time: a second one finds the camera busy. */
export function createFaceCapture(deps: FaceCaptureDeps): FaceCapturePort {
  return {
    identify: (options) =>
      look<IdentificationOutcome>(deps, options, {
        framesNeeded: deps.policy.minFrames,
        restartOnOtherFace: true,
        decide: (burst) => decideIdentification(deps, burst),
      }),
    enrol: (options) =>
      look<EnrolmentOutcome>(deps, options, {
        framesNeeded: deps.policy.enrolmentFrames,
        restartOnOtherFace: false,
        decide: (burst) => decideEnrolment(deps, burst),
      }),
  }
}

async function decideIdentification(
  deps: FaceCaptureDeps,
  burst: Burst,
): Promise<IdentificationOutcome | undefined> {
  const { policy, gallery } = deps
  if (burst.length < policy.minFrames) return undefined
  const probe = fuse(burst.frames)
  if (probe === undefined) return undefined
  const candidates = await gallery.search(probe, candidateListLength)
  probe.fill(0)
  const temporal = burst.temporal
  const decision = decideBurst({ padScores: burst.padScores, temporal, candidates }, policy)
  if (decision.kind === 'needMore') return undefined
  deps.onTemporal?.(temporal)
  const measures = measure(deps, burst)
  const { padScore, padThreshold } = measures
  return decision.kind === 'attack' ? { kind: 'attack', padScore, padThreshold } : { ...decision, measures }
}

function measure({ policy, clock, modelPackId }: FaceCaptureDeps, burst: Burst): CaptureMeasures {
  return {
    threshold: policy.matchThreshold,
    padScore: burstPadScore(burst.padScores),
    padThreshold: policy.padThreshold,
    modelPackId,
    frameToDecisionMs: clock.monotonicMs() - (burst.beganAtMonotonicMs ?? clock.monotonicMs()),
  }
}

async function decideEnrolment(deps: FaceCaptureDeps, burst: Burst): Promise<EnrolmentOutcome | undefined> {
  const { policy, gallery, modelPackId } = deps
  const pad = judgePad(burst.padScores, policy)
  const padScore = burstPadScore(burst.padScores)
  if (pad === 'attack' || (policy.temporalDecides && isReplay(burst.temporal))) {
    return { kind: 'attack', padScore, padThreshold: policy.padThreshold }
  }
  if (burst.length < policy.enrolmentFrames || pad === 'doubtful') return undefined
  deps.onTemporal?.(burst.temporal)
  const reference = fuseReference(burst.frames, policy.sameFaceScore)
  if (reference === 'framesDisagree') return { kind: 'framesDisagree' }
  const [best] = await gallery.search(reference, 1)
  const alreadyKnown = best !== undefined && best.comparisonScore >= policy.matchThreshold ? best : null
  return { kind: 'reference', reference, frames: burst.length, padScore, modelPackId, alreadyKnown }
}
