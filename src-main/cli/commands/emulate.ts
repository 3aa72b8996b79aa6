import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { failureData } from '../../contract/failure.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { card } from '../emulate/card.ts'
import { openControl } from '../emulate/control.ts'
import { display, scale } from '../emulate/counter.ts'
import { wholeNumber, type EmulateDevice, type RunningDevice } from '../emulate/device.ts'
import { lights } from '../emulate/lights.ts'
import { mdb, vending } from '../emulate/machine.ts'
import { fiscal, terminal } from '../emulate/money.ts'
import { printer } from '../emulate/printer.ts'
import { msr, scanner } from '../emulate/readers.ts'
import { aborted } from '../waiting.ts'

const devices: Readonly<Record<string, EmulateDevice>> = {
  printer,
  scanner,
  scale,
  display,
  terminal,
  fiscal,
  msr,
  card,
  vending,
  mdb,
  lights,
}

const width = 26
const line = (left: string, says: string): string =>
  left.length < width ? `    ${left.padEnd(width)}${says}` : `    ${left}\n    ${' '.repeat(width)}${says}`

const help = `facelane emulate DEVICE [options] [--control PORT]

  A device that speaks the real one's bytes at the far end of a virtual serial port or of a TCP port, for any program that
  drives the real one. Standard output is one JSON object a line: "ready" with the address first, then what happens.
  Standard input, or POST to --control PORT on the loopback, takes one command a line; each is answered by "done" or
  "refused". GET of the control port answers the device's state. Ctrl-C ends it.

${Object.entries(devices)
  .map(([name, { summary }]) => line(name, summary))
  .join('\n')}

  facelane emulate DEVICE --help lists its options and commands.`

function helpFor(args: readonly string[]): string {
  const name = args.find((word) => Object.hasOwn(devices, word)) ?? ''
  const device = devices[name]
  if (device === undefined) return help
  const options = Object.entries(device.options).map(([option, { value, says }]) =>
    line(`--${option} ${value}`, says),
  )
  const verbs = device.verbs.map(({ usage, says }) => line(usage, says))
  return [
    `facelane emulate ${name} [options]\n\n  ${device.summary}`,
    '\n  Options:',
    ...options,
    line('--control PORT', 'takes the commands by HTTP too; 0 for any free port'),
    '\n  Commands, one a line on standard input:',
    ...verbs,
  ].join('\n')
}

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const name = args.find((word) => !word.startsWith('-')) ?? ''
  const device = Object.hasOwn(devices, name) ? devices[name] : undefined
  if (device === undefined) throw new UsageError(`Say which device: ${Object.keys(devices).join(', ')}.`)
  const names = [...Object.keys(device.options), 'control']
  const { values } = parseArgs({
    args: args.filter((word) => word !== name),
    options: {
      ...Object.fromEntries(names.map((option) => [option, { type: 'string' as const }])),
      // Its output is JSON either way.
      json: { type: 'boolean' },
    },
  })
  const given: Readonly<Record<string, unknown>> = values
  const texts = Object.fromEntries(names.map((option) => [option, textOf(given[option])]))
  const running = await device.start(texts, io.answer)
  const control =
    texts['control'] === undefined
      ? null
      : await openControl(wholeNumber('--control', texts['control'], { min: 0, max: 65_535 }), running)
  io.answer({ event: 'ready', ...running.ready, ...(control === null ? {} : { control: control.url }) })
  const input = listen(running, io)
  await aborted(io.stop)
  input.close()
  await control?.close()
  await running.close()
  return 0
}

/** One command after the other, in the order of the lines. */
function listen(device: RunningDevice, io: CliIo): { close(): void } {
  const lines = createInterface({ input: process.stdin })
  let last = Promise.resolve()
  lines.on('line', (command) => {
    if (command.trim() === '') return
    last = last
      .then(() => device.tell(command))
      .then(
        () => io.answer({ event: 'done', command }),
        (thrown: unknown) => io.answer({ event: 'refused', command, message: failureData(thrown).message }),
      )
  })
  return lines
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export const command: Command = { help, helpFor, run }
