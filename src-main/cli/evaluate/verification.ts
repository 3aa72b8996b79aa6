import { parseArgs } from 'node:util'
import { verificationPage } from '../../face/evaluation/report/verification.ts'
import { verificationSummary } from '../../face/evaluation/report/summary.ts'
import { evaluateVerification } from '../../face/evaluation/run/verification.ts'
import type { CliIo } from '../command.ts'
import { giveAnswer } from './answer.ts'
import { required, sharedOptions, withSetup } from './setup.ts'

export async function runVerification(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pairs: { type: 'string' },
      images: { type: 'string' },
      exclude: { type: 'string' },
      ...sharedOptions,
    },
  })
  const request = {
    pairs: required('--pairs', values.pairs),
    imagesDir: required('--images', values.images),
    ...(values.exclude === undefined ? {} : { exclude: values.exclude }),
  }
  const result = await withSetup(values, io, (setup) => evaluateVerification(request, setup))
  const { provenance, figures, exclusion, outcomes } = result
  const answer = {
    json: {
      evaluation: 'verification',
      ...provenance,
      ...figures,
      ...(exclusion === undefined
        ? {}
        : { excluded: exclusion.excluded, withoutExcluded: exclusion.figures }),
    },
    summary: verificationSummary(result),
    provenance,
    suspects: figures.suspects,
    exclusion,
    outcomes,
    page: () => verificationPage(result),
  }
  await giveAnswer(answer, values, io)
  return 0
}
