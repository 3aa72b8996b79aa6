import { failureData } from '../contract/failure.ts'
import type { CliIo, Command } from './command.ts'
import { UsageError } from './command.ts'

interface Entry {
  readonly summary: string
  readonly load: () => Promise<{ readonly command: Command }>
}

/** Loaded one at a time: `queue status` need not read the face engine. */
const commands: Readonly<Record<string, Entry>> = {
  start: { summary: 'the store in a box: hub, lane and screen', load: () => import('./commands/start.ts') },
  demo: {
    summary: 'one whole purchase, unattended, told in words',
    load: () => import('./commands/demo.ts'),
  },
  hub: { summary: 'only the hub', load: () => import('./commands/hub.ts') },
  models: { summary: 'fetch, verify or list the face models', load: () => import('./commands/models.ts') },
  people: {
    summary: 'make the sample recordings for demo and tests',
    load: () => import('./commands/people.ts'),
  },
  catalogue: {
    summary: 'import, check or generate a catalogue',
    load: () => import('./commands/catalogue.ts'),
  },
  evaluate: {
    summary: 'measure the face engine on your own pictures',
    load: () => import('./commands/evaluate.ts'),
  },
  rights: {
    summary: "what is stored about a person's face: export, delete, receipts",
    load: () => import('./commands/rights.ts'),
  },
  queue: {
    summary: "the lane's journal: status, verify, export, import",
    load: () => import('./commands/queue.ts'),
  },
  day: {
    summary: "the day's end: settlements, and three books compared",
    load: () => import('./commands/day.ts'),
  },
  keys: { summary: 'the face keys: status, rotate', load: () => import('./commands/keys.ts') },
  config: { summary: 'check and explain the configuration', load: () => import('./commands/config.ts') },
  emulate: {
    summary: 'a printer, scanner, scale… on a virtual serial port',
    load: () => import('./commands/emulate.ts'),
  },
  devices: {
    summary: 'what is plugged in: list, probe, monitor, record, replay',
    load: () => import('./commands/devices.ts'),
  },
  simulator: {
    summary: 'Alipay and WeChat Pay without real money',
    load: () => import('./commands/simulator.ts'),
  },
  doctor: { summary: 'what this machine has and lacks', load: () => import('./commands/doctor.ts') },
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  return ['Usage: npm run -s facelane -- <command> [options]', '', ...lines, '', 'Each has --help.'].join(
    '\n',
  )
}

function createIo(): CliIo {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The second one ends at once, whatever is still being closed.
    process.once(signal, () => {
      stopping.abort()
      process.once(signal, () => process.exit(130))
    })
  }
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    answer: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    env: process.env,
    stop: stopping.signal,
  }
}

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  const io = createIo()
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!entry) {
    const asked = ['help', '--help', '-h'].includes(name)
    if (asked) io.out(overview())
    else io.say(`There is no command "${name}".\n\n${overview()}`)
    return asked ? 0 : 2
  }
  const { command } = await entry.load()
  if (args.includes('--help') || args.includes('-h')) {
    io.out(command.helpFor?.(args) ?? command.help)
    return 0
  }
  try {
    return await command.run(args, io)
  } catch (thrown) {
    return tell(thrown, name, args.includes('--json'), io)
  }
}

function tell(thrown: unknown, name: string, json: boolean, io: CliIo): number {
  if (thrown instanceof UsageError || isParseArgsError(thrown)) {
    io.say(`${thrown.message}\nSee: npm run -s facelane -- ${name} --help`)
    return 2
  }
  const error = failureData(thrown)
  if (error.code === 'defect')
    io.say(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
  else io.say(`facelane: ${error.code}: ${error.message}`)
  if (json) io.answer({ ok: false, error })
  return 1
}

function isParseArgsError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('ERR_PARSE_ARGS')
}

/** A pipe takes only 64 KB at once, and what it has not taken would end with the process. */
async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => stream.write('', () => setImmediate(resolve)))
}

// Told by the exit code: the disk is full, or whoever read the answer has gone, as `head` does.
let isAnswerLost = false
process.stdout.on('error', () => (isAnswerLost = true))
process.stderr.on('error', () => undefined)
const exitCode = await main(process.argv.slice(2))
await Promise.all([flushed(process.stdout), flushed(process.stderr)])
// Devices, sockets and workers are closed by then; anything left would keep a finished command hanging.
process.exit(isAnswerLost ? exitCode || 1 : exitCode)
