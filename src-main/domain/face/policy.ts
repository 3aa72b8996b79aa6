import type { CohortRule } from './candidates.ts'
import type { ChallengeRules } from './challenge.ts'
import { defaultChallengeRules } from './challenge.ts'

/** What a lane needs to see before it decides. Thresholds come from `models/thresholds.json` with their evidence. */
export interface CapturePolicy {
  /** Comparison score from which rank 1 may be a match, when nobody else resembles the probe. */
  readonly matchThreshold: number
  readonly cohort: CohortRule
  /** By how much rank 1 must lead rank 2, another subject, to be a match on its own. */
  readonly matchMargin: number
  /** Bona fide probability from which a frame counts as bona fide. */
  readonly padThreshold: number
  /** Median bona fide probability from which nothing is in doubt. */
  readonly padCertain: number
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
  readonly challenge: Omit<ChallengeRules, 'padThreshold' | 'streamDecides'>
}

/** Everything but the thresholds, which belong to a model pack. */
export const defaultCaptureBehaviour = {
  // On NUAA session 01 no bona fide frame scores under 0.995, and no attack over 0.13 (models/README.md).
  padCertain: 0.9,
  minFrames: 3,
  padFrames: 5,
  maxFrames: 6,
  enrolmentFrames: 6,
  sameFaceScore: 0.5,
  temporalDecides: true,
  timeoutMs: 20_000,
  challenge: defaultChallengeRules,
} as const satisfies Partial<CapturePolicy>

/** When a look that found somebody asks for a challenge too: never, when the passive check left a doubt, or always. */
export const challengeDemands = ['never', 'whenInDoubt', 'always'] as const
export type ChallengeDemand = (typeof challengeDemands)[number]

export interface ChallengePolicy {
  /** What holds for every payment of this lane; an unattended one asks always. */
  readonly demand: ChallengeDemand
  /** Payments from this amount on are challenged always, in minor units. */
  readonly fromMinor: number
}

/** Decided before the look, from what is known then. */
export function challengeDemand(
  amountMinor: number,
  { demand, fromMinor }: ChallengePolicy,
): ChallengeDemand {
  return amountMinor >= fromMinor ? 'always' : demand
}
