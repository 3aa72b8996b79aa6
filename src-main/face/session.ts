import type { TemporalSignals } from '../contract/face.ts'
import type { RandomPort } from '../ports/random.ts'
import type { EnrolmentOutcome, FaceCapturePort, IdentificationOutcome } from '../ports/faceCapture.ts'
import type { CaptureLoopDeps } from './captureLoop.ts'
import { look } from './captureLoop.ts'
import { EnrolmentGoal } from './enrolmentGoal.ts'
import type { FaceGallery } from './gallery/gallery.ts'
import { IdentificationGoal } from './identificationGoal.ts'

export interface FaceCaptureDeps extends CaptureLoopDeps {
  readonly gallery: FaceGallery
  readonly modelPackId: string
  /** Draws the order of a challenge. */
  readonly random: Pick<RandomPort, 'unit'>
  /** What the streams showed of replay, after each look: for the log; decides nothing on a bench lane. */
  readonly onTemporal?: (signals: TemporalSignals) => void
}

/** Looks at the camera on behalf of the lane. One look at a time: a second one finds the camera busy. */
export function createFaceCapture(deps: FaceCaptureDeps): FaceCapturePort {
  return {
    identify: (options) =>
      look<IdentificationOutcome>(deps, options, new IdentificationGoal(deps, options.challenge)),
    enrol: (options) => look<EnrolmentOutcome>(deps, options, new EnrolmentGoal(deps)),
  }
}
