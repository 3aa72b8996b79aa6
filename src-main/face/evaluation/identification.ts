import { cohortLift, judgeCandidates } from '../../domain/face/candidates.ts'
import type { CohortRule } from '../../domain/face/candidates.ts'
import type { CapturePolicy } from '../../domain/face/policy.ts'
import { noScore } from './comparator.ts'
import type { OpenSetPoint } from './metrics/openSet.ts'
import { openSetAt } from './metrics/openSet.ts'
import type { Rate } from './metrics/rate.ts'
import { rateOf } from './metrics/rate.ts'
import { ascending } from './metrics/scores.ts'
import { thresholdAt } from './metrics/threshold.ts'
import type { Search } from './search.ts'
import type { Suspect } from './suspects.ts'
import { suspectsOf } from './suspects.ts'

export const identificationFpirs = [0.01, 0.003, 0.001] as const

/** Searches of one gallery, reduced to what the metrics count. */
export interface SearchScores {
  /** One for each mated probe: the right person's score when they are rank 1 alone, else `noScore`. */
  readonly mated: Float64Array
  /** One for each stranger: rank 1's score, `noScore` when the probe was not acquired. */
  readonly strangers: Float64Array
}

export function scoresOf(searches: readonly Search[], cohort: CohortRule): SearchScores {
  const mated = searches.filter(({ probe }) => probe.mated)
  const strangers = searches.filter(({ probe }) => !probe.mated)
  return {
    mated: ascending(mated.map((found) => rightScore(found, cohort))),
    strangers: ascending(strangers.map((found) => decisionScore(found, cohort))),
  }
}

/** A tie with somebody else is no rank 1. */
function isRightAtRank1({ probe, candidates: [first, second] }: Search): boolean {
  const leads = second === undefined || (first?.comparisonScore ?? noScore) > second.comparisonScore
  return first?.subjectKey === probe.person && leads
}

function rightScore(search: Search, cohort: CohortRule): number {
  return isRightAtRank1(search) ? decisionScore(search, cohort) : noScore
}

/** Rank 1's score less what its cohort raises the lane's threshold by: what is held against the threshold. */
function decisionScore({ candidates }: Search, cohort: CohortRule): number {
  const [first] = candidates
  return first === undefined ? noScore : first.comparisonScore - cohortLift(candidates, cohort)
}

export interface IdentificationFigures {
  /** People to be enrolled, those of whom no reference was acquired among them. */
  readonly gallerySize: number
  readonly references: number
  readonly failedToEnrol: readonly string[]
  readonly probesMated: number
  readonly probesNonMated: number
  /** Closed set: mated probes whose person is rank 1, of all mated probes. */
  readonly rank1: number | null
  readonly rank1Interval: Pick<Rate, 'low' | 'high'>
  /** By FPIR, written as in `identificationFpirs`; a mated probe that was not acquired is missed. */
  readonly fnirAtFpir: Readonly<Record<string, number | null>>
  readonly fnirIntervalAtFpir: Readonly<Record<string, Pick<Rate, 'low' | 'high'>>>
  readonly thresholdAtFpir: Readonly<Record<string, number | null>>
  readonly atShippedThreshold: OpenSetPoint
  readonly laneDecisions: LaneDecisions
  readonly suspects: readonly Suspect[]
}

export interface GalleryFacts {
  readonly gallerySize: number
  readonly references: number
  readonly failedToEnrol: readonly string[]
}

export function identificationFigures(
  searches: readonly Search[],
  gallery: GalleryFacts,
  policy: CapturePolicy,
): IdentificationFigures {
  const scores = scoresOf(searches, policy.cohort)
  const points = identificationFpirs.map((fpir) => {
    const threshold = thresholdAt(scores.strangers, fpir)
    const fnir = threshold === null ? rateOf(0, 0) : openSetAt(scores, threshold).fnir
    return { fpir: String(fpir), threshold, fnir }
  })
  const right = searches.filter((found) => found.probe.mated && isRightAtRank1(found)).length
  const { rate, low, high } = rateOf(right, scores.mated.length)
  return {
    ...gallery,
    probesMated: scores.mated.length,
    probesNonMated: scores.strangers.length,
    rank1: rate,
    rank1Interval: { low, high },
    fnirAtFpir: Object.fromEntries(points.map(({ fpir, fnir }) => [fpir, fnir.rate])),
    fnirIntervalAtFpir: Object.fromEntries(
      points.map(({ fpir, fnir }) => [fpir, { low: fnir.low, high: fnir.high }]),
    ),
    thresholdAtFpir: Object.fromEntries(points.map(({ fpir, threshold }) => [fpir, threshold])),
    atShippedThreshold: openSetAt(scores, policy.matchThreshold),
    laneDecisions: laneDecisions(searches, policy),
    suspects: suspectsOf(wrongPeople(searches)),
  }
}

/** What a lane would decide of each probe as a single frame, threshold and margin together. */
export interface LaneDecisions {
  readonly matchThreshold: number
  readonly matchMargin: number
  readonly mated: { readonly right: number; readonly wrong: number; readonly ambiguous: number }
  readonly strangers: { readonly match: number; readonly ambiguous: number }
}

function laneDecisions(searches: readonly Search[], policy: CapturePolicy): LaneDecisions {
  const mated = { right: 0, wrong: 0, ambiguous: 0 }
  const strangers = { match: 0, ambiguous: 0 }
  for (const { probe, candidates } of searches) {
    const decision = judgeCandidates(candidates, policy)
    if (decision.kind === 'noMatch') continue
    if (decision.kind === 'ambiguous') (probe.mated ? mated : strangers).ambiguous += 1
    else if (!probe.mated) strangers.match += 1
    else if (decision.candidate.subjectKey === probe.person) mated.right += 1
    else mated.wrong += 1
  }
  const { matchThreshold, matchMargin } = policy
  return { matchThreshold, matchMargin, mated, strangers }
}

function* wrongPeople(searches: readonly Search[]): Generator<Suspect> {
  for (const { probe, candidates } of searches) {
    for (const { subjectKey, image, comparisonScore } of candidates.slice(0, 2)) {
      if (subjectKey === probe.person && probe.mated) continue
      yield { imageA: probe.image, imageB: image, score: comparisonScore }
    }
  }
}
