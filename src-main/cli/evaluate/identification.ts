import { parseArgs } from 'node:util'
import { identificationPage } from '../../face/evaluation/report/identification.ts'
import { identificationSummary } from '../../face/evaluation/report/summary.ts'
import type { IdentificationRequest } from '../../face/evaluation/run/identification.ts'
import { evaluateIdentification } from '../../face/evaluation/run/identification.ts'
import type { CliIo } from '../command.ts'
import { UsageError } from '../command.ts'
import { giveAnswer } from './answer.ts'
import { required, sharedOptions, wholeNumber, withSetup } from './setup.ts'

const options = {
  gallery: { type: 'string' },
  probes: { type: 'string' },
  images: { type: 'string' },
  'from-pairs-folder': { type: 'string' },
  enrol: { type: 'string' },
  'probes-after': { type: 'string' },
  fuse: { type: 'boolean', default: false },
  exclude: { type: 'string' },
  ...sharedOptions,
} as const

export async function runIdentification(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({ args: [...args], options })
  const request: IdentificationRequest = {
    source: sourceOf(values),
    fuse: values.fuse,
    ...(values.exclude === undefined ? {} : { exclude: values.exclude }),
  }
  const result = await withSetup(values, io, (setup) => evaluateIdentification(request, setup))
  const { provenance, figures, exclusion, outcomes } = result
  const { source, fuse } = request
  const answer = {
    json: {
      evaluation: 'identification',
      ...provenance,
      ...(source.kind === 'tree' ? source.rule : {}),
      fuse,
      ...figures,
      ...(exclusion === undefined
        ? {}
        : { excluded: exclusion.excluded, withoutExcluded: exclusion.figures }),
    },
    summary: identificationSummary(result),
    provenance,
    suspects: figures.suspects,
    exclusion,
    outcomes,
    page: () => identificationPage(result, request),
  }
  await giveAnswer(answer, values, io)
  return 0
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

function sourceOf(values: Values): IdentificationRequest['source'] {
  const { gallery, probes, images, 'from-pairs-folder': folder } = values
  if (folder === undefined) {
    if (values.enrol !== undefined || values['probes-after'] !== undefined) {
      throw new UsageError('--enrol and --probes-after go with --from-pairs-folder.')
    }
    return {
      kind: 'tables',
      gallery: required('--gallery (or --from-pairs-folder)', gallery),
      probes: required('--probes', probes),
      imagesDir: required('--images', images),
    }
  }
  if (gallery !== undefined || probes !== undefined || images !== undefined) {
    throw new UsageError('--from-pairs-folder needs no --gallery, --probes or --images.')
  }
  const enrol = wholeNumber('--enrol', values.enrol, 1, 1000)
  const probesAfter = wholeNumber('--probes-after', values['probes-after'], enrol, 1000)
  if (probesAfter < enrol) throw new UsageError('--probes-after is at least --enrol: no image is both.')
  return { kind: 'tree', folder: required('--from-pairs-folder', folder), rule: { enrol, probesAfter } }
}
