import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { configWarnings, describeConfig, withoutSecrets } from '../../config/describe.ts'
import { loadConfig } from '../../config/load.ts'
import { hashPin } from '../../config/pin.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { defaultDataDir, laneDataDir } from '../paths.ts'

const help = `facelane config [--config FILE] [--data DIR] [--json]
facelane config hash-pin

  Checks the configuration of a lane and shows what it comes to, secrets left out. "hash-pin" reads a PIN of 4 to 12
  digits from standard input and prints what belongs into staff[].pinHash. Keys (and environment variables):

${describeConfig()}`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      data: { type: 'string', default: defaultDataDir },
      json: { type: 'boolean', default: false },
    },
  })
  if (positionals[0] === 'hash-pin') return printPinHash(io)
  const loaded = loadConfig({
    env: io.env,
    dataDir: laneDataDir(values.data),
    ...(values.config === undefined ? {} : { file: values.config }),
  })
  if (!loaded.ok) {
    if (values.json) io.answer({ ok: false, problems: loaded.error })
    else for (const problem of loaded.error) io.say(problem.message)
    return 1
  }
  const config = withoutSecrets(loaded.value)
  if (values.json) io.answer({ ok: true, config, warnings: configWarnings(loaded.value) })
  else {
    io.out(JSON.stringify(config, null, 2))
    for (const warning of configWarnings(loaded.value)) io.say(warning)
  }
  return 0
}

/** From standard input, not from the arguments: those are in the shell's history and in every process list. */
async function printPinHash(io: CliIo): Promise<number> {
  if (process.stdin.isTTY) io.say('PIN:')
  const lines = createInterface({ input: process.stdin })
  const [line] = (await once(lines, 'line')) as [string]
  lines.close()
  const pin = line.trim()
  if (!/^\d{4,12}$/.test(pin)) throw new UsageError('A PIN is 4 to 12 digits.')
  io.out(hashPin(pin, randomBytes(16)))
  return 0
}

export const command: Command = { help, run }
