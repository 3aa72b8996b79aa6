import type { TemporalSignals } from '../../contract/face.ts'
import type { CandidateDecision, RankedCandidate } from './candidates.ts'
import { judgeCandidates } from './candidates.ts'
import type { CapturePolicy } from './policy.ts'
import { isReplay } from './stream.ts'

export type PadVerdict = 'bonaFide' | 'attack' | 'doubtful'

/**
 * The burst's bona fide score: the median of its frames, 0..1; 0 without frames, and with one that is not a number: what
 * cannot be judged is not bona fide.
 */
export function burstPadScore(scores: readonly number[]): number {
  if (scores.length === 0 || scores.some(Number.isNaN)) return 0
  const sorted = [...scores].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * Passive attack detection over a burst: the first `minFrames` must agree on bona fide, later the median decides, and
 * a burst still in doubt after `padFrames` is an attack. Two lucky frames of a print do not pass.
 */
export function judgePad(scores: readonly number[], policy: CapturePolicy): PadVerdict {
  if (scores.length < policy.minFrames) return 'doubtful'
  if (scores.every((score) => score >= policy.padThreshold)) return 'bonaFide'
  if (scores.length < policy.padFrames) return 'doubtful'
  return burstPadScore(scores) >= policy.padThreshold ? 'bonaFide' : 'attack'
}

/**
 * A burst that passes but leaves a doubt: a frame on the attack's side, or a median that is not clearly bona fide. What
 * is done about it (a challenge, or nothing) is the lane's policy.
 */
export function isPadInDoubt(scores: readonly number[], policy: CapturePolicy): boolean {
  const certain = burstPadScore(scores) >= policy.padCertain
  return !certain || !scores.every((score) => score >= policy.padThreshold)
}

export type BurstDecision<C extends RankedCandidate> =
  CandidateDecision<C> | { readonly kind: 'attack' } | { readonly kind: 'needMore' }

export interface BurstEvidence<C extends RankedCandidate> {
  readonly padScores: readonly number[]
  readonly temporal: TemporalSignals
  /** Rank 1 first; looked up with the fused probe. */
  readonly candidates: readonly C[]
}

/** The identification decision over a burst; `needMore` until it may be made. An attack outranks every match. */
export function decideBurst<C extends RankedCandidate>(
  { padScores, temporal, candidates }: BurstEvidence<C>,
  policy: CapturePolicy,
): BurstDecision<C> {
  const pad = judgePad(padScores, policy)
  if (pad === 'attack' || (policy.temporalDecides && isReplay(temporal))) return { kind: 'attack' }
  if (pad === 'doubtful') return { kind: 'needMore' }
  const decision = judgeCandidates(candidates, policy)
  return decision.kind === 'match' || padScores.length >= policy.maxFrames ? decision : { kind: 'needMore' }
}
