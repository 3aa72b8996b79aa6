import { parseArgs } from 'node:util'
import { baseName } from '../../face/evaluation/csv/file.ts'
import { padPage } from '../../face/evaluation/report/pad.ts'
import { padSummary } from '../../face/evaluation/report/summary.ts'
import { evaluatePad } from '../../face/evaluation/run/pad.ts'
import type { CliIo } from '../command.ts'
import { UsageError } from '../command.ts'
import { giveAnswer } from './answer.ts'
import { required, sharedOptions, withSetup } from './setup.ts'

export async function runPad(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'bona-fide': { type: 'string' },
      attack: { type: 'string', multiple: true },
      images: { type: 'string' },
      sequences: { type: 'string' },
      threshold: { type: 'string' },
      ...sharedOptions,
    },
  })
  const request = {
    bonaFide: required('--bona-fide', values['bona-fide']),
    attacks: attackTables(values.attack),
    imagesDir: required('--images', values.images),
    ...(values.sequences === undefined ? {} : { sequences: pattern(values.sequences) }),
    ...(values.threshold === undefined ? {} : { threshold: share('--threshold', values.threshold) }),
  }
  const result = await withSetup(values, io, (setup) => evaluatePad(request, setup))
  const answer = {
    json: { evaluation: 'pad', ...result.provenance, ...result.figures },
    summary: padSummary(result),
    provenance: result.provenance,
    suspects: [],
    outcomes: result.outcomes,
    page: () => padPage(result),
  }
  await giveAnswer(answer, values, io)
  return 0
}

function attackTables(values: readonly string[] = []): string[] {
  const files = values.flatMap((value) => value.split(',')).filter((file) => file !== '')
  if (files.length === 0) throw new UsageError('--attack is missing.')
  const species = files.map(baseName)
  const twice = species.find((name, index) => species.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new UsageError(`Two --attack tables are called ${twice}: the base name is the species.`)
  }
  return files
}

function pattern(source: string): RegExp {
  try {
    return new RegExp(source)
  } catch {
    throw new UsageError(`--sequences is not a regular expression: ${source}`)
  }
}

function share(option: string, text: string): number {
  const value = /^[\d.]+$/.test(text) ? Number(text) : Number.NaN
  if (value >= 0 && value <= 1) return value
  throw new UsageError(`${option} is a number from 0 to 1.`)
}
