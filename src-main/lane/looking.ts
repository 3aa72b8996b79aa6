import type { CaptureView } from '../contract/laneView.ts'
import type { PaymentMode } from '../contract/payment.ts'
import type { Key } from '../contract/values.ts'
import { unreachable } from '../contract/result.ts'
import type { CheckoutInput, FaceCandidate, FaceTender } from '../domain/checkout/state.ts'
import type { ChallengeDemand } from '../domain/face/policy.ts'
import type {
  Candidate,
  CaptureMeasures,
  FaceCapturePort,
  IdentificationOutcome,
} from '../ports/faceCapture.ts'
import type { FaceBlock, LaneStorePort } from '../ports/store.ts'

export interface LookingDeps {
  readonly store: LaneStorePort
  readonly capture: FaceCapturePort
  /** Decided before the shopper confirms; null when this payment needs the hub and there is none. */
  readonly mode: (tender: FaceTender, accountId: Key) => PaymentMode | null
  /** Points an identity holds at the hub; null without an answer. */
  readonly points: (accountId: Key) => Promise<number | null>
  /** Decided before the look: what this payment asks of whoever is found. */
  readonly challenge: () => ChallengeDemand
  /** A bench lane: only there do scores leave the decision. */
  readonly scores: boolean
  /** The last digits were guessed too often under this face: it is told apart from nobody for now. */
  readonly mayGuess: (subjectKey: Key) => boolean
  /** Counts one look of this lane; false when there were too many lately. */
  readonly takeLook: () => boolean
  readonly dispatch: (input: CheckoutInput) => void
  readonly changed: () => void
  readonly trace: (fact: LookTrace) => void
}

/** Figures of one look, for logs, bench and demo: no vector, no picture, no name; scores on a bench lane only. */
export interface LookTrace {
  readonly outcome: IdentificationOutcome['kind']
  readonly comparisonScore: number | null
  readonly threshold: number | null
  readonly padScore: number | null
  readonly frameToDecisionMs: number | null
}

/** The lane's look at the shopper: on only between start and stop. */
export interface Looking {
  start(tender: FaceTender): void
  stop(): void
  view(): CaptureView
  /** A look is going on: the camera is wanted. */
  active(): boolean
}

const before: CaptureView = { camera: 'opening', guidance: 'lookHere', faceBox: null, progress: 0 }

export function createLooking(deps: LookingDeps): Looking {
  let view = before
  let current: AbortController | null = null
  let tender: FaceTender = 'face'

  async function look(controller: AbortController): Promise<void> {
    const outcome = await deps.capture.identify({
      signal: controller.signal,
      challenge: deps.challenge(),
      onProgress: (progress) => {
        if (current !== controller) return
        view = progress
        deps.changed()
      },
    })
    // A look that was stopped says nothing any more: the shopper is on another screen.
    if (current !== controller) return
    deps.trace(deps.scores ? traceOf(outcome) : withoutScores(traceOf(outcome)))
    answer(outcome)
  }

  function answer(outcome: IdentificationOutcome): void {
    switch (outcome.kind) {
      case 'match':
        return identified([outcome.candidate], outcome.measures, 'faceIdentified')
      case 'ambiguous':
        return identified(
          outcome.candidates.filter(({ subjectKey }) => deps.mayGuess(subjectKey)),
          outcome.measures,
          'faceAmbiguous',
        )
      case 'noMatch':
        return deps.dispatch({ type: 'faceRefused', refusal: 'notFound' })
      case 'attack':
        return deps.dispatch({ type: 'faceRefused', refusal: 'attack' })
      case 'challengeFailed':
        return deps.dispatch({ type: 'faceRefused', refusal: 'challenge' })
      case 'timeout':
        return deps.dispatch({ type: 'faceRefused', refusal: outcome.unclear ? 'notClear' : 'timeout' })
      case 'cameraUnavailable':
        return deps.dispatch({ type: 'faceRefused', refusal: 'cameraUnavailable' })
      case 'engineUnavailable':
        return deps.dispatch({ type: 'faceRefused', refusal: 'engineUnavailable' })
      case 'aborted':
        return
      default:
        return unreachable(outcome)
    }
  }

  function identified(
    found: readonly Candidate[],
    measures: CaptureMeasures,
    as: 'faceIdentified' | 'faceAmbiguous',
  ): void {
    const candidates = found.flatMap((candidate) => known(candidate, measures))
    const [first] = candidates
    if (tender === 'points' && first && as === 'faceIdentified') return void withPoints(first)
    if (!first) return deps.dispatch({ type: 'faceRefused', refusal: 'notFound' })
    const possible = candidates.map((candidate) => ({
      ...candidate,
      mode: deps.mode(tender, candidate.payer.accountId),
    }))
    if (possible.every(({ mode }) => mode === null)) return deps.dispatch({ type: 'hubNeeded' })
    if (as === 'faceAmbiguous') return deps.dispatch({ type: 'faceAmbiguous', candidates: possible })
    const mode = possible[0]?.mode ?? null
    deps.dispatch(mode === null ? { type: 'hubNeeded' } : { type: 'faceIdentified', candidate: first, mode })
  }

  /** What they hold is asked before it is offered; the camera's picture is not needed for that any more. */
  async function withPoints(candidate: FaceCandidate): Promise<void> {
    const looked = current
    const points = await deps.points(candidate.payer.accountId)
    if (current !== looked) return
    const mode = points === null ? null : deps.mode('points', candidate.payer.accountId)
    if (mode === null) return deps.dispatch({ type: 'hubNeeded' })
    deps.dispatch({ type: 'faceIdentified', candidate: { ...candidate, points }, mode })
  }

  function known(candidate: Candidate, measures: CaptureMeasures): FaceCandidate[] {
    const subject = deps.store.subject(candidate.subjectKey)
    if (!subject) return []
    const { subjectKey, accountId, maskedName, maskedAccount, phoneLast4 } = subject
    const { threshold, padScore, modelPackId } = measures
    const { comparisonScore } = candidate
    const measured = deps.scores ? { measured: { comparisonScore, threshold, padScore } } : {}
    return [
      {
        payer: { subjectKey, accountId, maskedName, maskedAccount, phoneLast4 },
        evidence: { subjectKey, ...measured, secondFactor: false, modelPackId },
        points: null,
        block: blockOf(deps.store.faceBlock(accountId)),
      },
    ]
  }

  return {
    start(chosen) {
      tender = chosen
      current?.abort()
      current = new AbortController()
      view = before
      if (deps.takeLook()) void look(current)
      else deps.dispatch({ type: 'faceRefused', refusal: 'engineUnavailable' })
    },
    stop() {
      current?.abort()
      current = null
      view = before
    },
    view: () => view,
    active: () => current !== null,
  }
}

function blockOf(block: FaceBlock | null): FaceCandidate['block'] {
  if (block === null) return null
  const { recoveryKey, amountMinor, currency, atMs } = block
  if (recoveryKey === null || amountMinor === null || currency === null) return { owing: null }
  return { owing: { recoveryKey, amountMinor, currency, atMs } }
}

function traceOf(outcome: IdentificationOutcome): LookTrace {
  const score = (() => {
    if (outcome.kind === 'match') return outcome.candidate.comparisonScore
    if (outcome.kind === 'ambiguous') return outcome.candidates[0]?.comparisonScore ?? null
    return outcome.kind === 'noMatch' ? outcome.bestScore : null
  })()
  const measures = 'measures' in outcome ? outcome.measures : null
  return {
    outcome: outcome.kind,
    comparisonScore: score,
    threshold: measures?.threshold ?? null,
    padScore: measures?.padScore ?? ('padScore' in outcome ? outcome.padScore : null),
    frameToDecisionMs: measures?.frameToDecisionMs ?? null,
  }
}

function withoutScores(trace: LookTrace): LookTrace {
  return { ...trace, comparisonScore: null, threshold: null, padScore: null }
}
