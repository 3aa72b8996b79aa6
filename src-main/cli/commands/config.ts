import { parseArgs } from 'node:util'
import { configWarnings, describeConfig, withoutSecrets } from '../../config/describe.ts'
import { loadConfig } from '../../config/load.ts'
import type { CliIo, Command } from '../command.ts'
import { defaultDataDir, laneDataDir } from '../paths.ts'

const help = `facelane config [--config FILE] [--data DIR] [--json]

  Checks the configuration of a lane and shows what it comes to, secrets left out. Keys (and environment variables):

${describeConfig()}`

function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string' },
      data: { type: 'string', default: defaultDataDir },
      json: { type: 'boolean', default: false },
    },
  })
  const loaded = loadConfig({
    env: io.env,
    dataDir: laneDataDir(values.data),
    ...(values.config === undefined ? {} : { file: values.config }),
  })
  if (!loaded.ok) {
    if (values.json) io.answer({ ok: false, problems: loaded.error })
    else for (const problem of loaded.error) io.say(problem.message)
    return Promise.resolve(1)
  }
  const config = withoutSecrets(loaded.value)
  if (values.json) io.answer({ ok: true, config, warnings: configWarnings(loaded.value) })
  else {
    io.out(JSON.stringify(config, null, 2))
    for (const warning of configWarnings(loaded.value)) io.say(warning)
  }
  return Promise.resolve(0)
}

export const command: Command = { help, run }
