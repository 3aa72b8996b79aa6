import type { PadSequence } from '../pad.ts'
import type { PadResult } from '../run/pad.ts'
import type { Series } from './chart.ts'
import type { ReportPage } from './page.ts'
import { distributionChart, scoreAxis, shareAxis } from './plots.ts'
import { padSummary } from './summary.ts'

export function padPage(result: PadResult): ReportPage {
  const { provenance, figures, sets, outcomes } = result
  const scoresOf = (set: readonly PadSequence[]) => set.flatMap(({ scores }) => scores)
  const marker = { x: figures.threshold, text: `threshold ${figures.threshold}` }
  const counted = [
    `bona fide: ${countOf(sets.bonaFide)}`,
    ...Object.entries(sets.attacks).map(([species, set]) => `${species}: ${countOf(set)}`),
  ].join('; ')
  return {
    title: 'Presentation attack detection',
    provenance,
    summary: padSummary(result),
    charts: [
      {
        heading: 'Bona fide scores',
        chart: distributionChart(
          'Distribution of bona fide scores of frames',
          'bona fide score of a frame',
          [0, 1],
          [
            { name: 'bona fide', scores: scoresOf(sets.bonaFide) },
            ...Object.entries(sets.attacks).map(([name, set]) => ({ name, scores: scoresOf(set) })),
          ],
          marker,
        ),
        caption: counted,
      },
      curveChart('per sequence', 'perSequence', result, marker, counted),
      curveChart('per frame', 'perFrame', result, marker, counted),
    ],
    suspects: [],
    excluded: [],
    outcomes,
    method: [
      'APCER of a species: attacks taken for bona fide; BPCER: bona fide presentations refused (ISO/IEC 30107-3). Species are never averaged. Intervals are 95 % Wilson score intervals.',
      'Per sequence: the decision a lane takes, frame after frame in the order of the table; a sequence that ends in doubt is not accepted. The active challenge and the temporal signals of a live camera are not part of it.',
      'Frames of one sequence are near-duplicates: the rates per sequence, with their wide intervals, are the honest ones.',
      'Attack species that are not named here were not measured.',
    ],
  }
}

function countOf(set: readonly PadSequence[]): string {
  return `${set.length} sequences, ${set.reduce((sum, { scores }) => sum + scores.length, 0)} frames with a face`
}

function curveChart(
  how: string,
  key: 'perFrame' | 'perSequence',
  { figures: { curve }, sets }: PadResult,
  marker: { x: number; text: string },
  caption: string,
): ReportPage['charts'][number] {
  const bpcer: Series = {
    name: 'BPCER',
    shape: 'line',
    points: curve.map((point) => [point.threshold, point[key].bpcer.rate ?? 0]),
  }
  const apcer = Object.keys(sets.attacks).map((species): Series => ({
    name: `APCER ${species}`,
    shape: 'line',
    points: curve.map((point) => [point.threshold, point[key].apcer[species]?.rate ?? 0]),
  }))
  return {
    heading: `Error rates over the threshold, ${how}`,
    chart: {
      title: `APCER and BPCER over the threshold, ${how}`,
      x: scoreAxis('threshold', [0, 1]),
      y: shareAxis('rate', 1),
      series: [bpcer, ...apcer],
      marker,
    },
    caption,
  }
}
