import { detCurve } from '../metrics/operatingPoints.ts'
import { ascending } from '../metrics/scores.ts'
import type { VerificationResult } from '../run/verification.ts'
import type { ReportPage } from './page.ts'
import { distributionChart, tradeOffChart } from './plots.ts'
import { percent, score, verificationSummary } from './summary.ts'

export function verificationPage(result: VerificationResult): ReportPage {
  const { provenance, figures, scored, outcomes, exclusion } = result
  const mated = ascending(scored.filter((pair) => pair.mated).map((pair) => pair.score))
  const nonMated = ascending(scored.filter((pair) => !pair.mated).map((pair) => pair.score))
  const det = detCurve(mated, nonMated).map(({ fmr, fnmr }) => [fmr, fnmr] as const)
  const atThousandth = figures.thresholdAtFmr['0.001'] ?? null
  const counted = `${provenance.dataset}, ${mated.length} mated and ${nonMated.length} non-mated pairs`
  return {
    title: 'Verification',
    provenance,
    summary: verificationSummary(result),
    charts: [
      {
        heading: 'Detection error trade-off',
        chart: tradeOffChart('DET curve: FNMR over FMR', ['FMR', 'FNMR'], det, [
          nonMated.length,
          mated.length,
        ]),
        caption: `${counted}; EER ${percent(figures.eer)}. Rates of 0 lie on the edge.`,
      },
      {
        heading: 'Comparison scores',
        chart: distributionChart(
          'Distribution of comparison scores',
          'comparison score',
          [-0.4, 1],
          [
            { name: 'mated', scores: mated },
            { name: 'non-mated', scores: nonMated },
          ],
          atThousandth === null ? undefined : { x: atThousandth, text: `FMR 0.001: ${score(atThousandth)}` },
        ),
        caption: `${counted}; comparisons that could not be made (score -1) stand at the left edge.`,
      },
    ],
    suspects: figures.suspects,
    excluded: exclusion?.excluded ?? [],
    outcomes,
    method: [
      'A pair passes when its score is at least the threshold. A pair with an image that gave no face scores -1 and counts.',
      'The threshold at FMR f is the lowest that at most floor(f x n) of the n non-mated pairs pass; TMR is the share of mated pairs that pass it.',
      'EER: where the line between neighbouring operating points crosses FMR = FNMR. Intervals are 95 % Wilson score intervals.',
      figures.accuracyThresholdFrom === 'otherFolds'
        ? 'Accuracy: the mean over the folds, each judged with the threshold that is best on the other folds.'
        : 'Accuracy: the best threshold on these same pairs, which flatters; give folds for an honest figure.',
    ],
  }
}
