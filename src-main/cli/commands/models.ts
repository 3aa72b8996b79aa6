import { Failure } from '../../contract/failure.ts'
import { unreachable } from '../../contract/result.ts'
import {
  modelsActions,
  runModelsCommand,
  type ModelsAction,
  type ModelsReport,
} from '../../face/models/command.ts'
import { readModelManifest } from '../../face/models/manifest.ts'
import { modelsLookReady } from '../../face/models/models.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { paths } from '../paths.ts'

const help = `facelane models fetch [--if-missing] | verify | list   [--json]

  fetch    downloads the packages named in models/manifest.json and keeps the model files that are used
  verify   compares every byte with the manifest
  list     which models there are, their role, licence and state`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const json = args.includes('--json')
  const action = args.find((word): word is ModelsAction =>
    (modelsActions as readonly string[]).includes(word),
  )
  if (!action) throw new UsageError(`Say what to do: ${modelsActions.join(', ')}.`)
  const manifest = await readModelManifest(paths.modelManifest)
  const request = { manifest, dir: paths.modelPacks, projectDir: paths.root }
  if (args.includes('--if-missing') && (await modelsLookReady(request))) {
    if (json) io.answer({ ok: true, action, packs: [] })
    return 0
  }
  const report = await runModelsCommand(action, {
    ...request,
    signal: io.stop,
    onProgress: ({ stage, what, totalBytes }) => {
      io.say(`  ${stage} ${what} (${(totalBytes / 1e6).toFixed(1)} MB)`)
    },
  })
  if (!report.ok) throw new Failure(report.error)
  if (json) io.answer({ ok: true, ...report.value })
  else for (const line of linesOf(report.value)) io.out(line)
  return 0
}

function linesOf(report: ModelsReport): string[] {
  switch (report.action) {
    case 'fetch':
      return report.packs.map(
        ({ packId, fetched }) => `${packId}: ${fetched ? 'fetched and verified' : 'was there'}`,
      )
    case 'verify':
      return [`${report.files} files are exactly those of the manifest`]
    case 'list':
      return report.models.map(
        ({ role, file, bytes, licence, source, present }) =>
          `${role.padEnd(10)} ${file.padEnd(20)} ${(bytes / 1e6).toFixed(1).padStart(5)} MB  ${licence}  ${source}  ${present ? 'present' : 'MISSING'}`,
      )
    default:
      return unreachable(report)
  }
}

export const command: Command = { help, run }
