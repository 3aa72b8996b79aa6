import { burstPadScore, judgePad } from '../domain/face/burst.ts'
import { candidateListLength, effectiveThreshold } from '../domain/face/candidates.ts'
import { fuseReference } from '../domain/face/embedding.ts'
import { guidanceFor } from '../domain/face/guidance.ts'
import { isReplay } from '../domain/face/stream.ts'
import type { EnrolmentOutcome } from '../ports/faceCapture.ts'
import type { EmbedMode, FrameAnalysis } from '../ports/faceEngine.ts'
import { Burst } from './burstBuffer.ts'
import type { CaptureGoal, Seen } from './captureLoop.ts'
import { lookUp } from './lookUp.ts'
import type { FaceCaptureDeps } from './session.ts'

/** A look that ends with a reference, made of frames that all show one person, or with why there is none. */
export class EnrolmentGoal implements CaptureGoal<EnrolmentOutcome> {
  readonly #deps: FaceCaptureDeps
  readonly #burst = new Burst()

  constructor(deps: FaceCaptureDeps) {
    this.#deps = deps
  }

  /** Enrolled once, compared for years: both orientations of every frame, at twice the time. */
  embed(): EmbedMode {
    return 'both'
  }

  mayFollow(): boolean {
    return true
  }

  async take(analysis: FrameAnalysis, signal: AbortSignal): Promise<Seen<EnrolmentOutcome>> {
    const used = this.#burst.take(analysis, -1)
    const answer = used ? await this.#decide(signal) : undefined
    if (answer !== undefined) return { answer, view: { guidance: 'checking', progress: 1 } }
    const progress = Math.min(0.95, this.#burst.length / this.#deps.policy.enrolmentFrames)
    return { view: { guidance: guidanceFor(analysis.rejects), progress } }
  }

  timedOut() {
    return { kind: 'timeout', unclear: this.#burst.sawSomebody } as const
  }

  erase(): void {
    this.#burst.erase()
  }

  async #decide(signal: AbortSignal): Promise<EnrolmentOutcome | undefined> {
    const burst = this.#burst
    const { policy, gallery, modelPackId, onTemporal } = this.#deps
    const pad = judgePad(burst.padScores, policy)
    const padScore = burstPadScore(burst.padScores)
    const { temporal } = burst
    if (pad === 'attack' || (policy.temporalDecides && isReplay(temporal))) {
      return { kind: 'attack', padScore, padThreshold: policy.padThreshold }
    }
    if (burst.length < policy.enrolmentFrames || pad === 'doubtful') return undefined
    onTemporal?.(temporal)
    const reference = fuseReference(burst.frames, policy.sameFaceScore)
    if (reference === 'framesDisagree') return { kind: 'framesDisagree' }
    const candidates = await lookUp(gallery, reference, candidateListLength(policy), signal)
    const [best] = candidates
    const known = best !== undefined && best.comparisonScore >= effectiveThreshold(candidates, policy)
    const alreadyKnown = known ? best : null
    return { kind: 'reference', reference, frames: burst.length, padScore, modelPackId, alreadyKnown }
  }
}
