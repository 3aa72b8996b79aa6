import { burstPadScore, decideBurst, isPadInDoubt } from '../domain/face/burst.ts'
import type { RankedCandidate } from '../domain/face/candidates.ts'
import { candidateListLength, effectiveThreshold } from '../domain/face/candidates.ts'
import { fuse } from '../domain/face/embedding.ts'
import { guidanceFor } from '../domain/face/guidance.ts'
import type { ChallengeDemand } from '../domain/face/policy.ts'
import type { CaptureMeasures, IdentificationOutcome } from '../ports/faceCapture.ts'
import type { EmbedMode, FrameAnalysis } from '../ports/faceEngine.ts'
import { Burst } from './burstBuffer.ts'
import type { CaptureGoal, Seen } from './captureLoop.ts'
import { ChallengeRun } from './challengeRun.ts'
import { lookUp } from './lookUp.ts'
import type { FaceCaptureDeps } from './session.ts'

type Found = Extract<IdentificationOutcome, { kind: 'match' | 'ambiguous' }>

/** A look that ends with who it is: a burst of frames, and where the lane demands it a challenge of the person found. */
export class IdentificationGoal implements CaptureGoal<IdentificationOutcome> {
  readonly #deps: FaceCaptureDeps
  readonly #demand: ChallengeDemand
  readonly #burst = new Burst()
  #challenge: { readonly run: ChallengeRun; readonly found: Found } | null = null

  constructor(deps: FaceCaptureDeps, demand: ChallengeDemand) {
    this.#deps = deps
    this.#demand = demand
  }

  /** By turns: fused, the burst has seen both orientations, and every frame costs one run of the model. */
  embed(): EmbedMode {
    return this.#challenge === null && this.#burst.length % 2 === 1 ? 'mirrored' : 'plain'
  }

  /** A movement is judged by how one frame differs from the next: all of them are looked at alike. */
  mayFollow(): boolean {
    return this.#challenge === null
  }

  async take(analysis: FrameAnalysis, signal: AbortSignal): Promise<Seen<IdentificationOutcome>> {
    if (this.#challenge !== null) return this.#takeChallenged(this.#challenge, analysis)
    const { policy } = this.#deps
    const used = this.#burst.take(analysis, policy.sameFaceScore)
    const answer = used ? await this.#decide(analysis, signal) : undefined
    if (answer !== undefined) return { answer, view: { guidance: 'checking', progress: 1 } }
    const begun = this.#challenge as { readonly run: ChallengeRun } | null
    if (begun !== null) return { view: begun.run.view(), newLimitMs: policy.challenge.totalMs }
    const progress = Math.min(0.95, this.#burst.length / policy.minFrames)
    return { view: { guidance: guidanceFor(analysis.rejects), progress } }
  }

  timedOut() {
    const challenge = this.#challenge
    if (challenge === null) return { kind: 'timeout', unclear: this.#burst.sawSomebody } as const
    return this.#challengeFailed(challenge.run.abandon())
  }

  erase(): void {
    this.#burst.erase()
    this.#challenge?.run.erase()
  }

  async #decide(analysis: FrameAnalysis, signal: AbortSignal): Promise<IdentificationOutcome | undefined> {
    const { policy, gallery, onTemporal } = this.#deps
    const { padScores, temporal } = this.#burst
    if (padScores.length < policy.minFrames) return undefined
    const probe = fuse(this.#burst.frames)
    if (probe === undefined) return undefined
    const candidates = await lookUp(gallery, probe, candidateListLength(policy), signal)
    const decision = decideBurst({ padScores, temporal, candidates }, policy)
    const found = decision.kind === 'match' || decision.kind === 'ambiguous'
    if (found && this.#demandsChallenge(padScores)) {
      const run = new ChallengeRun(this.#deps, probe, analysis.capturedAtMonotonicMs)
      this.#challenge = { run, found: { ...decision, measures: this.#measure(candidates, true) } }
      return undefined
    }
    probe.fill(0)
    if (decision.kind === 'needMore') return undefined
    onTemporal?.(temporal)
    const measures = this.#measure(candidates, false)
    const { padScore, padThreshold } = measures
    return decision.kind === 'attack' ? { kind: 'attack', padScore, padThreshold } : { ...decision, measures }
  }

  #demandsChallenge(padScores: readonly number[]): boolean {
    if (this.#demand === 'whenInDoubt') return isPadInDoubt(padScores, this.#deps.policy)
    return this.#demand === 'always'
  }

  #takeChallenged({ run, found }: { run: ChallengeRun; found: Found }, analysis: FrameAnalysis) {
    const state = run.take(analysis)
    if (state.kind === 'passed') {
      return { answer: found, view: { guidance: 'checking', progress: 1 } } as const
    }
    if (state.kind === 'failed') {
      return { answer: this.#challengeFailed(state.reason), view: run.view() }
    }
    return { view: run.view() }
  }

  #challengeFailed(reason: Extract<IdentificationOutcome, { kind: 'challengeFailed' }>['reason']) {
    const { padScore, padThreshold } = this.#measure([], false)
    return { kind: 'challengeFailed', reason, padScore, padThreshold } as const
  }

  #measure(candidates: readonly RankedCandidate[], challengePassed: boolean): CaptureMeasures {
    const { policy, clock, modelPackId } = this.#deps
    const nowMs = clock.monotonicMs()
    return {
      threshold: effectiveThreshold(candidates, policy),
      padScore: burstPadScore(this.#burst.padScores),
      padThreshold: policy.padThreshold,
      modelPackId,
      challengePassed,
      frameToDecisionMs: nowMs - (this.#burst.beganAtMonotonicMs ?? nowMs),
    }
  }
}
