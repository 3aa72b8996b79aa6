import type { Rate } from '../metrics/rate.ts'
import { rateOf } from '../metrics/rate.ts'
import type { IdentificationFigures } from '../identification.ts'
import type { PadRates } from '../pad.ts'
import type { IdentificationResult } from '../run/identification.ts'
import type { PadResult } from '../run/pad.ts'
import type { VerificationResult } from '../run/verification.ts'
import type { VerificationFigures } from '../verification.ts'

/** One figure in words, for a terminal or a table. */
export interface SummaryRow {
  readonly what: string
  readonly figure: string
  /** What it was counted on, and between what limits. */
  readonly n: string
}

export function percent(rate: number | null, digits = 2): string {
  return rate === null ? '-' : `${(rate * 100).toFixed(digits)} %`
}

export function score(value: number | null): string {
  return value === null ? '-' : value.toFixed(4)
}

export function interval({ low, high }: Pick<Rate, 'low' | 'high'>): string {
  return `95 % interval ${percent(low)} to ${percent(high)}`
}

export function verificationSummary(result: VerificationResult): SummaryRow[] {
  const { figures, provenance, exclusion } = result
  return [
    ...verificationRows(figures, ''),
    failuresRow(provenance.failuresToAcquire, provenance.images),
    ...(exclusion === undefined || exclusion.excluded.length === 0
      ? []
      : verificationRows(exclusion.figures, ` without ${exclusion.excluded.length} images`)),
  ]
}

function verificationRows(figures: VerificationFigures, suffix: string): SummaryRow[] {
  const { matedPairs, nonMatedPairs, tmrAtFmr, tmrIntervalAtFmr, thresholdAtFmr } = figures
  const both = `${matedPairs} mated, ${nonMatedPairs} non-mated pairs`
  const method =
    figures.accuracyThresholdFrom === 'otherFolds'
      ? `${figures.folds} folds, threshold from the others`
      : `threshold ${score(figures.bestThreshold)} chosen on these same pairs`
  return [
    { what: `EER${suffix}`, figure: percent(figures.eer), n: both },
    {
      what: `accuracy${suffix}`,
      figure: percent(figures.accuracy),
      n: `${figures.pairs} pairs, ${method}`,
    },
    ...Object.keys(tmrAtFmr).map((fmr) => ({
      what: `TMR at FMR ${fmr}${suffix}`,
      figure: percent(tmrAtFmr[fmr] ?? null),
      n: `threshold ${score(thresholdAtFmr[fmr] ?? null)}, ${interval(tmrIntervalAtFmr[fmr] ?? { low: 0, high: 1 })}, ${nonMatedPairs} non-mated pairs`,
    })),
  ]
}

export function identificationSummary(result: IdentificationResult): SummaryRow[] {
  const { figures, provenance, exclusion } = result
  return [
    ...identificationRows(figures, ''),
    failuresRow(provenance.failuresToAcquire, provenance.images),
    ...(exclusion === undefined || exclusion.excluded.length === 0
      ? []
      : identificationRows(exclusion.figures, ` without ${exclusion.excluded.length} images`)),
  ]
}

function identificationRows(figures: IdentificationFigures, suffix: string): SummaryRow[] {
  const { fnirAtFpir, fnirIntervalAtFpir, thresholdAtFpir, atShippedThreshold, laneDecisions } = figures
  const { fpir, fnir, threshold } = atShippedThreshold
  const { mated, strangers } = laneDecisions
  const gallery = `${figures.gallerySize} people, ${figures.references} references`
  return [
    {
      what: `rank-1, closed set${suffix}`,
      figure: percent(figures.rank1),
      n: `${figures.probesMated} mated probes, ${gallery}, ${interval(figures.rank1Interval)}`,
    },
    ...Object.keys(fnirAtFpir).map((at) => ({
      what: `FNIR at FPIR ${at}${suffix}`,
      figure: percent(fnirAtFpir[at] ?? null),
      n: `threshold ${score(thresholdAtFpir[at] ?? null)}, ${interval(fnirIntervalAtFpir[at] ?? { low: 0, high: 1 })}, ${figures.probesNonMated} strangers`,
    })),
    { what: `FPIR at the shipped ${threshold}${suffix}`, ...rateCells(fpir, 'strangers') },
    { what: `FNIR at the shipped ${threshold}${suffix}`, ...rateCells(fnir, 'mated probes') },
    {
      what: `strangers matched with the margin ${laneDecisions.matchMargin}${suffix}`,
      ...rateCells(rateOf(strangers.match, figures.probesNonMated), 'strangers'),
    },
    {
      what: `matched to somebody else with the margin${suffix}`,
      ...rateCells(rateOf(mated.wrong, figures.probesMated), 'mated probes'),
    },
    {
      what: `sent to the second factor${suffix}`,
      ...rateCells(rateOf(mated.ambiguous, figures.probesMated), 'mated probes'),
    },
  ]
}

export function padSummary({ figures, provenance }: PadResult): SummaryRow[] {
  const { threshold, perFrame, perSequence, nonResponse } = figures
  return [
    {
      what: 'threshold',
      figure: String(threshold),
      n: figures.sequences === null ? 'all sequences' : `sequences matching ${figures.sequences}`,
    },
    ...padRows(perSequence, 'per sequence', 'sequences'),
    ...padRows(perFrame, 'per frame', 'frames'),
    { what: 'BPNRR, no face in the frame', ...rateCells(nonResponse.bpnrr, 'frames') },
    ...Object.entries(nonResponse.apnrr).map(([species, rate]) => ({
      what: `APNRR, no face in the frame, ${species}`,
      ...rateCells(rate, 'frames'),
    })),
    failuresRow(provenance.failuresToAcquire, provenance.images),
  ]
}

function padRows({ bpcer, apcer }: PadRates, how: string, unit: string): SummaryRow[] {
  return [
    { what: `BPCER ${how}`, ...rateCells(bpcer, unit) },
    ...Object.entries(apcer).map(([species, rate]) => ({
      what: `APCER ${how}, ${species}`,
      ...rateCells(rate, unit),
    })),
  ]
}

function rateCells(rate: Rate, unit: string): Pick<SummaryRow, 'figure' | 'n'> {
  return { figure: percent(rate.rate), n: `${rate.n} ${unit}, ${interval(rate)}` }
}

function failuresRow(failures: number, images: number): SummaryRow {
  return { what: 'failures to acquire', figure: String(failures), n: `${images} images` }
}
