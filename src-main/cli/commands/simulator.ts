import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { faultsSchema } from '../../../src-hub/providers/simulator/faults.ts'
import { scriptSchema } from '../../../src-hub/providers/simulator/script.ts'
import { startSimulator } from '../../../src-hub/providers/simulator/simulator.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { defaultDataDir } from '../paths.ts'
import { aborted } from '../waiting.ts'

const help = `facelane simulator [--port N] [--host HOST] [--log FILE] [--keys DIR] [--script FILE]
                   [--faults FILE --seed N] [--json]

  Alipay and WeChat Pay in one server, with their wire protocols, their signatures and no real money. What it charges and
  gives back stands in its log, one JSON line an effect, on the disk before it is answered; killed at any moment, it comes
  back with what it logged. Its page at / shows the last requests and sets the next outcome at a click.

  --port N       port, 0 for any free one                                              7430
  --host HOST    address to listen on                                                  127.0.0.1
  --log FILE     the log; its state is rebuilt from it                                 DATA/simulator/log.ndjson
  --keys DIR     its keys, made on first start, and providers.json for the hub         beside the log: keys/
  --script FILE  JSON: { "rules": [{ "match": {…}, "do": {…}, "times": 1 }] }
  --faults FILE  JSON: rates of random faults, from 0 to 1
  --seed N       of the random faults; the same seed gives the same faults             1
  --json         print one JSON line when ready: { ready, url, controlUrl, keysDir, logFile, providersFile }

  A hub takes it with: facelane hub --data DIR --providers KEYS/providers.json
  Scripts, faults and the control API: docs/providers.md`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '7430' },
      host: { type: 'string', default: '127.0.0.1' },
      log: { type: 'string', default: path.join(defaultDataDir, 'simulator', 'log.ndjson') },
      keys: { type: 'string' },
      script: { type: 'string' },
      faults: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const logFile = path.resolve(values.log)
  const keysDir = path.resolve(values.keys ?? path.join(path.dirname(logFile), 'keys'))
  const seed = whole(values.seed, '--seed', Number.MAX_SAFE_INTEGER)
  const simulator = await startSimulator({
    host: values.host,
    port: whole(values.port, '--port', 65_535),
    logFile,
    keysDir,
    ...(values.script === undefined ? {} : { rules: readJson(values.script, scriptSchema).rules }),
    ...(values.faults === undefined
      ? {}
      : { faults: { rates: readJson(values.faults, faultsSchema), seed } }),
  })
  const { url, controlUrl, providersFile } = simulator
  if (values.json) io.answer({ ready: true, url, controlUrl, keysDir, logFile, providersFile })
  else {
    io.out(`The wallets answer at ${url}, which is also their page.`)
    io.out(`A hub takes them with: --providers ${providersFile}`)
  }
  await aborted(io.stop)
  await simulator.close()
  return 0
}

function whole(text: string, name: string, most: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= most)) throw new UsageError(`${name} is a whole number from 0 to ${most}.`)
  return value
}

function readJson<T extends z.ZodType>(file: string, schema: T): z.infer<T> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new UsageError(`${file} cannot be read.`)
  }
  const parsed = schema.safeParse(parseJson(text, file))
  if (!parsed.success) throw new UsageError(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`${file} is not JSON.`)
  }
}

export const command: Command = { help, run }
