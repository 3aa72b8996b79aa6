import type { Provenance } from '../../face/evaluation/provenance.ts'
import type { Outcomes } from '../../face/evaluation/images/outcome.ts'
import type { Exclusion } from '../../face/evaluation/run/setup.ts'
import type { Suspect } from '../../face/evaluation/suspects.ts'
import type { ReportPage } from '../../face/evaluation/report/page.ts'
import { writeReport } from '../../face/evaluation/report/write.ts'
import type { SummaryRow } from '../../face/evaluation/report/summary.ts'
import type { CliIo } from '../command.ts'

export interface Answer {
  /** The object of `--json`. */
  readonly json: object
  readonly summary: readonly SummaryRow[]
  readonly provenance: Provenance
  readonly suspects: readonly Suspect[]
  readonly outcomes: Outcomes
  readonly exclusion?: Pick<Exclusion<unknown>, 'excluded' | 'notInSet'> | undefined
  readonly page: () => ReportPage
}

/** Figures on stdout, what went wrong with which file on stderr, the report where it was asked for. */
export async function giveAnswer(
  answer: Answer,
  { json, report }: { readonly json: boolean; readonly report?: string | undefined },
  io: CliIo,
): Promise<void> {
  for (const line of troubleLines(answer.outcomes)) io.say(line)
  const { exclusion } = answer
  if (exclusion !== undefined && exclusion.notInSet > 0) {
    const { excluded, notInSet } = exclusion
    io.say(`--exclude: ${excluded.length} images left out, ${notInSet} of the list are not in this set`)
  }
  if (report !== undefined) io.say(`Report: ${await writeReport(report, answer.page())}`)
  if (json) io.answer({ ok: true, ...answer.json })
  else for (const line of summaryLines(answer)) io.out(line)
}

function summaryLines({ summary, provenance, suspects }: Answer): string[] {
  const { dataset, date, packId, models, images, msPerImage, engines } = provenance
  const widths = [0, 1].map((column) =>
    Math.max(...summary.map((row) => [row.what, row.figure][column]!.length)),
  )
  const figures = summary.map(({ what, figure, n }) =>
    `${what.padEnd(widths[0]!)}  ${figure.padEnd(widths[1]!)}  ${n}`.trimEnd(),
  )
  return [
    `${dataset}, ${images} images, ${date}`,
    '',
    ...figures,
    '',
    ...suspectLines(suspects),
    `${msPerImage.p50 ?? '-'} ms an image (p50), ${msPerImage.p95 ?? '-'} ms (p95), ${engines} side by side`,
    `models ${packId}: ${models.map(({ role, sha256 }) => `${role} ${sha256.slice(0, 12)}`).join(', ')}`,
  ]
}

function suspectLines(suspects: readonly Suspect[]): string[] {
  if (suspects.length === 0) return []
  const pairs = suspects.map(({ imageA, imageB, score }) => `  ${score.toFixed(4)}  ${imageA}  ${imageB}`)
  return ['Non-mated, yet alike as one person; label errata of the set (--exclude)?', ...pairs, '']
}

const mostNamed = 20

function troubleLines(outcomes: Outcomes): string[] {
  const lines = [...outcomes].flatMap(([image, outcome]) =>
    outcome.kind === 'acquired' ? [] : [`  ${image}: ${outcome.reason}`],
  )
  if (lines.length === 0) return []
  const more = lines.length - mostNamed
  return [
    `${lines.length} images gave no face:`,
    ...lines.slice(0, mostNamed),
    ...(more > 0 ? [`  and ${more} more (see --json or --report)`] : []),
  ]
}
