import type { ChallengeAction, ChallengeFailure } from '../../contract/face.ts'
import { unreachable } from '../../contract/result.ts'
import type { ChallengeMove, RestingFace } from './challengeMoves.ts'
import { isPossible, judgeMove, restingFace } from './challengeMoves.ts'
import type { ChallengeTrack } from './challengeTrack.ts'
import { beginTrack, follow, looksBonaFide } from './challengeTrack.ts'
import type { StreamFace } from './stream.ts'

/** What a challenge sees of one frame; no picture and no embedding. */
export interface ChallengeFrame {
  /** From the lane's monotonic clock. */
  readonly capturedAtMonotonicMs: number
  /** Hex digest of the frame's pixels. */
  readonly fingerprint: string
  /** Faces that count; the measures are of the chosen one. */
  readonly faces: number
  readonly face: StreamFace | null
  /** Comparison score against the person whose burst led to the challenge; null when the frame was not embedded. */
  readonly comparisonScore: number | null
  /** Bona fide probability; null when it was not judged. */
  readonly padScore: number | null
}

export interface ChallengeRules {
  /** Movements asked for. */
  readonly actions: number
  /** For one movement and back. */
  readonly actionMs: number
  readonly totalMs: number
  /** Still, frontal frames that say how this face rests. */
  readonly restingFrames: number
  /** How long the face may be out of sight, or not alone. */
  readonly maxUnseenMs: number
  /** How long the face may go uncompared: while it turns beyond the quality gate, or its eyes are shut. */
  readonly maxUncomparedMs: number
  /** Under it, a frame shows another person than the burst did. Below `sameFaceScore`: the face is turned. */
  readonly minComparisonScore: number
  /** Movements the other way that are forgiven: people mix up left and right. */
  readonly wrongMovesForgiven: number
  readonly padThreshold: number
  /** False on a bench lane, whose camera is a recording. */
  readonly streamDecides: boolean
}

export const defaultChallengeRules = {
  actions: 2,
  actionMs: 8_000,
  totalMs: 25_000,
  restingFrames: 3,
  maxUnseenMs: 800,
  maxUncomparedMs: 2_500,
  minComparisonScore: 0.35,
  wrongMovesForgiven: 1,
} as const satisfies Partial<ChallengeRules>

interface Following {
  /** Movements in the order they will be asked for, as far as this face and place allow them. */
  readonly order: readonly ChallengeAction[]
  readonly track: ChallengeTrack
}

export type ChallengeState =
  | (Following & { readonly kind: 'resting'; readonly seen: readonly StreamFace[] })
  | (Following & {
      readonly kind: 'moving'
      readonly resting: RestingFace
      readonly step: number
      readonly move: ChallengeMove
      readonly askedAtMs: number
      readonly wrongMoves: number
    })
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: ChallengeFailure }

/**
 * A challenge that begins at `atMs`. `order`: movements drawn at random, more than
 * will be asked for, because not every face and place allows every movement.
 */
export function beginChallenge(order: readonly ChallengeAction[], atMs: number): ChallengeState {
  return { kind: 'resting', order, seen: [], track: beginTrack(atMs) }
}

/** The challenge after one more frame. A passed or failed one stays as it is. */
export function advanceChallenge(
  state: ChallengeState,
  frame: ChallengeFrame,
  rules: ChallengeRules,
): ChallengeState {
  switch (state.kind) {
    case 'passed':
    case 'failed':
      return state
    case 'resting':
    case 'moving': {
      const nowMs = frame.capturedAtMonotonicMs
      if (nowMs - state.track.beganAtMs > rules.totalMs) return failed('tooSlow')
      if (state.kind === 'moving' && nowMs - state.askedAtMs > rules.actionMs) return failed('tooSlow')
      const track = follow(state.track, frame, rules)
      if (typeof track === 'string') return failed(track)
      const { face } = frame
      if (face === null || frame.faces !== 1) return { ...state, track }
      return state.kind === 'resting'
        ? rest({ ...state, track }, face, frame, rules)
        : move({ ...state, track }, face, nowMs, rules)
    }
    default:
      return unreachable(state)
  }
}

/** Time is up for the whole look: whoever stands there did not do what was asked. */
export function abandonChallenge(state: ChallengeState): ChallengeState {
  return state.kind === 'passed' || state.kind === 'failed' ? state : failed('tooSlow')
}

function rest(
  state: Extract<ChallengeState, { kind: 'resting' }>,
  face: StreamFace,
  frame: ChallengeFrame,
  rules: ChallengeRules,
): ChallengeState {
  // Only a frame of the known person says how this person rests.
  if (frame.comparisonScore === null) return { ...state, seen: [] }
  const seen = [...state.seen, face].slice(-rules.restingFrames)
  if (seen.length < rules.restingFrames) return { ...state, seen }
  const resting = restingFace(seen)
  if (resting === null) return { ...state, seen }
  const order = state.order.filter((action) => isPossible(action, resting)).slice(0, rules.actions)
  const first = order[0]
  if (first === undefined) return failed('tooSlow')
  const { track } = state
  const askedAtMs = frame.capturedAtMonotonicMs
  return {
    kind: 'moving',
    order,
    track,
    resting,
    step: 0,
    move: { action: first, back: false },
    askedAtMs,
    wrongMoves: 0,
  }
}

function move(
  state: Extract<ChallengeState, { kind: 'moving' }>,
  face: StreamFace,
  nowMs: number,
  rules: ChallengeRules,
): ChallengeState {
  const progress = judgeMove(state.move, face, state.resting)
  switch (progress) {
    case 'none':
      return state
    case 'reached':
      return { ...state, move: { ...state.move, back: true } }
    case 'wrongWay': {
      const wrongMoves = state.wrongMoves + 1
      if (wrongMoves > rules.wrongMovesForgiven) return failed('wrongMove')
      return { ...state, wrongMoves, move: { ...state.move, wrong: true } }
    }
    case 'rightAgain':
      return { ...state, move: { ...state.move, wrong: false } }
    case 'done': {
      const step = state.step + 1
      const next = state.order[step]
      if (next !== undefined) return { ...state, step, move: { action: next, back: false }, askedAtMs: nowMs }
      return looksBonaFide(state.track, rules) ? { kind: 'passed' } : failed('presentation')
    }
    default:
      return unreachable(progress)
  }
}

function failed(reason: ChallengeFailure): ChallengeState {
  return { kind: 'failed', reason }
}
