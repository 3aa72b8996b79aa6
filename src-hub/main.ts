import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { failureData } from '../src-main/contract/failure.ts'
import { type Hub, startHub } from './hub.ts'

const help = `Facelane merchant hub: ledger, journal archive, e-receipts and wallet for the lanes of a store.

  node src-hub/main.ts --data DIR [options]

  --data DIR            data folder (made when missing)                     required
  --host HOST           address to listen on                                127.0.0.1
  --port PORT           port, 0 for any free one                            7410
  --public-url URL      how shoppers' phones reach this hub                 http://HOST:PORT
  --database-url URL    a PostgreSQL to use instead of the embedded one
  --providers FILE      Alipay, WeChat Pay and others (docs/providers.md)   the hub's own money only
  --earn-permille N     points for members: N for every 1000 minor units    10
  --log-level LEVEL     trace, debug, info, warn, error, silent             info
  --json-ready          print one JSON line on stdout when ready
  --stop-with-stdin     stop when stdin ends, so that no hub outlives the program that started it
  --help                this text

Lanes join with the token in DIR/join-token; the operator's token is in DIR/operator-token.
`

function readArguments() {
  try {
    return parseArgs({
      options: {
        data: { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '7410' },
        'public-url': { type: 'string' },
        'database-url': { type: 'string' },
        providers: { type: 'string' },
        'earn-permille': { type: 'string', default: '10' },
        'log-level': { type: 'string', default: 'info' },
        'json-ready': { type: 'boolean', default: false },
        'stop-with-stdin': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    // parseArgs' own words name the option.
    return error instanceof Error ? error.message : String(error)
  }
}

async function main(): Promise<void> {
  const values = readArguments()
  if (typeof values === 'string') return refuse(values)
  if (values.help) {
    process.stdout.write(help)
    return
  }
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN
  if (values.data === undefined) return refuse(`--data is missing.\n\n${help}`)
  if (!(port <= 65_535)) return refuse('--port must be 0 to 65535.')
  const earnPermille = /^\d{1,4}$/.test(values['earn-permille'])
    ? Number(values['earn-permille'])
    : Number.NaN
  if (!(earnPermille <= 1000)) return refuse('--earn-permille must be 0 to 1000.')
  // To stderr: stdout belongs to the ready line.
  const log = pino({ level: values['log-level'], name: 'hub' }, pino.destination(2))
  const asked = askedToStop(values['stop-with-stdin'])
  const hub = await startHub({
    dataDir: values.data,
    host: values.host,
    port,
    log,
    earnPermille,
    ...(values['public-url'] === undefined ? {} : { publicUrl: values['public-url'] }),
    ...(values['database-url'] === undefined ? {} : { databaseUrl: values['database-url'] }),
    ...(values.providers === undefined ? {} : { providersFile: values.providers }),
  })
  if (values['json-ready']) announce(hub)
  log.info({ url: hub.url, publicUrl: hub.publicUrl }, 'The hub is ready')
  const failure = await Promise.race([asked, hub.failed])
  await hub.close()
  if (failure === null) return
  log.error({ failure }, failure.message)
  process.exitCode = 1
}
function refuse(reason: string): void {
  process.stderr.write(`${reason}\n`)
  process.exitCode = 2
}

function announce({ url, publicUrl, joinTokenFile, operatorTokenFile }: Hub): void {
  process.stdout.write(`${JSON.stringify({ url, publicUrl, joinTokenFile, operatorTokenFile })}\n`)
}

/** Listens from the start, so that a request to stop during start-up is kept. A second signal ends the process at once. */
function askedToStop(withStdin: boolean): Promise<null> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(null))
    if (withStdin) process.stdin.resume().once('end', () => resolve(null))
  })
}

try {
  await main()
} catch (error) {
  const failure = failureData(error)
  process.stderr.write(`${failure.message} (${failure.code})\n`)
  if (failure.code === 'defect' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  process.exitCode = 1
}
// A reader on stdin would keep the process alive.
process.stdin.destroy()
