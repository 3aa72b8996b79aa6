import type { ChallengeFailure, ChallengeAction } from '../contract/face.ts'
import type { CaptureView } from '../contract/laneView.ts'
import { unreachable } from '../contract/result.ts'
import type { ChallengeRules, ChallengeState } from '../domain/face/challenge.ts'
import { abandonChallenge, advanceChallenge, beginChallenge } from '../domain/face/challenge.ts'
import { drawActions } from '../domain/face/challengeMoves.ts'
import { compare } from '../domain/face/embedding.ts'
import { guidanceFor } from '../domain/face/guidance.ts'
import { streamFace } from '../domain/face/stream.ts'
import type { FrameAnalysis } from '../ports/faceEngine.ts'
import type { FaceCaptureDeps } from './session.ts'

/** One challenge before the camera: holds the probe that every frame is compared with, and overwrites it in the end. */
export class ChallengeRun {
  readonly #rules: ChallengeRules
  readonly #probe: Float32Array
  #state: ChallengeState
  #blocked: CaptureView['guidance'] | null = null

  /** `probe`: of the person found, Float32Array, L2-normalised; taken over. `atMs`: monotonic. */
  constructor({ policy, random }: FaceCaptureDeps, probe: Float32Array, atMs: number) {
    const { challenge, padThreshold, temporalDecides } = policy
    this.#rules = { ...challenge, padThreshold, streamDecides: temporalDecides }
    this.#probe = probe
    this.#state = beginChallenge(drawActions(random.unit), atMs)
  }

  take(analysis: FrameAnalysis): ChallengeState {
    const { embedding, face, faces, fingerprint, capturedAtMonotonicMs, padScore } = analysis
    const comparisonScore = embedding === undefined ? null : compare(this.#probe, embedding)
    embedding?.fill(0)
    this.#blocked = faces === 1 ? null : guidanceFor(analysis.rejects)
    this.#state = advanceChallenge(
      this.#state,
      {
        capturedAtMonotonicMs,
        fingerprint,
        faces,
        face: face === undefined ? null : streamFace(face),
        comparisonScore,
        padScore: padScore ?? null,
      },
      this.#rules,
    )
    return this.#state
  }

  abandon(): ChallengeFailure {
    const ended = abandonChallenge(this.#state)
    return ended.kind === 'failed' ? ended.reason : 'tooSlow'
  }

  view(): Pick<CaptureView, 'guidance' | 'progress' | 'challenge'> {
    const state = this.#state
    if (state.kind !== 'moving') return { guidance: this.#blocked ?? 'lookStraight', progress: 0 }
    const { step, order, move } = state
    const { action, back } = move
    return {
      guidance: this.#blocked ?? (back ? askBack(action) : action),
      progress: (step + (back ? 0.5 : 0)) / order.length,
      challenge: { action, back, step: step + 1, of: order.length },
    }
  }

  erase(): void {
    this.#probe.fill(0)
  }
}

function askBack(action: ChallengeAction): CaptureView['guidance'] {
  switch (action) {
    case 'turnLeft':
    case 'turnRight':
    case 'blink':
      return 'lookStraight'
    case 'comeCloser':
      return 'moveBack'
    default:
      return unreachable(action)
  }
}
