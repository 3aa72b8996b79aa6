import type { CapturePolicy } from './policy.ts'

/** One entry of a candidate list, best first, one per subject. */
export interface RankedCandidate {
  readonly subjectKey: string
  /** In [-1, 1], larger is more similar. */
  readonly comparisonScore: number
}

/** How the people behind rank 1 raise the threshold. */
export interface CohortRule {
  /** People behind rank 1 that are looked at. */
  readonly size: number
  /** Their mean score up to which nothing is raised. */
  readonly floor: number
  /** How much of what their mean exceeds the floor by is added to the threshold. */
  readonly weight: number
}

/**
 * What the threshold is raised by for this probe, 0 and more. A probe that resembles several strangers (a blurred face,
 * a face of a common type, a large gallery) must resemble rank 1 the more. People who are not there resemble nobody.
 */
export function cohortLift(
  candidates: readonly RankedCandidate[],
  { size, floor, weight }: CohortRule,
): number {
  const cohort = candidates.slice(1, 1 + size)
  const missing = size - cohort.length
  const level = (cohort.reduce((sum, other) => sum + other.comparisonScore, 0) + missing * floor) / size
  return weight * Math.max(0, level - floor)
}

/** The score from which rank 1 may be a match. `candidates`: at least `candidateListLength` long, or all there are. */
export function effectiveThreshold(
  candidates: readonly RankedCandidate[],
  { matchThreshold, cohort }: Pick<CapturePolicy, 'matchThreshold' | 'cohort'>,
): number {
  return matchThreshold + cohortLift(candidates, cohort)
}

/** Rank 1 with its cohort, and what else may be close enough for the second factor. */
export function candidateListLength({ cohort }: Pick<CapturePolicy, 'cohort'>): number {
  return Math.max(5, 1 + cohort.size)
}

export type CandidateDecision<C extends RankedCandidate> =
  | { readonly kind: 'match'; readonly candidate: C }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly C[] }
  | { readonly kind: 'noMatch'; readonly bestScore: number | null }

/** Rank 1 is a match when it reaches the threshold and leads by the margin; several close ones need a second factor. */
export function judgeCandidates<C extends RankedCandidate>(
  candidates: readonly C[],
  policy: CapturePolicy,
): CandidateDecision<C> {
  const first = candidates[0]
  if (first === undefined || !(first.comparisonScore >= effectiveThreshold(candidates, policy))) {
    return { kind: 'noMatch', bestScore: first?.comparisonScore ?? null }
  }
  const close = candidates.filter(
    (other) => other === first || first.comparisonScore - other.comparisonScore < policy.matchMargin,
  )
  return close.length === 1 ? { kind: 'match', candidate: first } : { kind: 'ambiguous', candidates: close }
}
