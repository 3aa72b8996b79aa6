import { detCurve } from '../metrics/operatingPoints.ts'
import type { IdentificationRequest, IdentificationResult } from '../run/identification.ts'
import type { ReportPage } from './page.ts'
import { distributionChart, tradeOffChart } from './plots.ts'
import { identificationSummary } from './summary.ts'

export function identificationPage(result: IdentificationResult, request: IdentificationRequest): ReportPage {
  const { provenance, figures, scores, outcomes, exclusion } = result
  const { mated, strangers } = scores
  const det = detCurve(mated, strangers).map(({ fmr, fnmr }) => [fmr, fnmr] as const)
  const counted = `${provenance.dataset}, ${figures.gallerySize} people enrolled with ${figures.references} references, ${mated.length} mated probes, ${strangers.length} strangers`
  const { matchThreshold } = figures.laneDecisions
  return {
    title: 'Identification',
    provenance,
    summary: identificationSummary(result),
    charts: [
      {
        heading: 'Detection error trade-off',
        chart: tradeOffChart('DET curve: FNIR over FPIR', ['FPIR', 'FNIR'], det, [
          strangers.length,
          mated.length,
        ]),
        caption: `${counted}. Rates of 0 lie on the edge.`,
      },
      {
        heading: 'Scores at rank 1',
        chart: distributionChart(
          'Distribution of rank-1 scores',
          'comparison score at rank 1',
          [-0.4, 1],
          [
            { name: 'the right person', scores: mated },
            { name: 'strangers', scores: strangers },
          ],
          { x: matchThreshold, text: `shipped threshold ${matchThreshold}` },
        ),
        caption: `${counted}; mated probes whose person is not rank 1, and probes without a face, stand at the left edge.`,
      },
    ],
    suspects: figures.suspects,
    excluded: exclusion?.excluded ?? [],
    outcomes,
    method: [protocolText(request), ...method],
  }
}

function protocolText({ source, fuse }: IdentificationRequest): string {
  const references = fuse
    ? 'a person’s references are fused into one template, weighed by quality'
    : 'of several references of a person the best counts'
  if (source.kind === 'tables') return `Gallery and probes as the tables say; ${references}.`
  const { enrol, probesAfter } = source.rule
  return `One folder a person, images in name order: the first ${enrol} of each person with two or more are references, those after the first ${Math.max(enrol, probesAfter)} are probes, people with one image are strangers; ${references}.`
}

const method = [
  'The threshold at FPIR f is the lowest that at most floor(f x n) of the n strangers’ best scores pass; FNIR is the share of mated probes whose person is not rank 1 with a score that passes it.',
  'A probe without a face is a missed probe or a stranger nobody is found for; a person without any usable reference is missed in every search. A tie at rank 1 is no rank 1. Intervals are 95 % Wilson score intervals.',
  'Single frames: a lane decides over several, with a margin between rank 1 and rank 2 and a second factor.',
]
