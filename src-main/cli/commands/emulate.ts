import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { emulateFiscalDevice } from '../../../drivers/fiscal/emulator/fiscal-emulator.ts'
import { testCards } from '../../../drivers/payment-terminal/emulator/cards.ts'
import { terminalFaults } from '../../../drivers/payment-terminal/emulator/terminal-core.ts'
import { emulateTerminal } from '../../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import { emulatePrinter } from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { emulateScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { aborted } from '../waiting.ts'

const help = `facelane emulate printer [--link PATH] [--paper 58|80] [--out DIR]
facelane emulate scanner [--link PATH]
facelane emulate terminal [--port N | --link PATH] [--log FILE] [--card NAME]
facelane emulate fiscal [--port N] [--folder DIR]

  A device at the far end of a virtual serial port or of a TCP port, for any program that drives the real one.
  The printer writes each paper as a PNG into DIR; the scanner reads codes from standard input, one a line.
  The terminal speaks ZVT (TCP port 20007; with --link on a serial port) and keeps what it charged in FILE. Standard input
  holds a card to it (${testCards.map(({ id }) => id).join(', ')}), or: cancel, power, fault NAME. --card holds one by itself.
  The fiscal device (TCP port 7530) keeps its key and what it signed in DIR. Standard input: none, slow, loseReply,
  memoryFull, certificateExpired, garbage, down, up.`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      link: { type: 'string' },
      paper: { type: 'string', default: '80' },
      out: { type: 'string', default: '.' },
      port: { type: 'string' },
      log: { type: 'string' },
      card: { type: 'string' },
      folder: { type: 'string' },
    },
  })
  const [device] = positionals
  if (device === 'printer') return printer(values, io)
  if (device === 'scanner') return scanner(values.link, io)
  if (device === 'terminal') return terminal(values, io)
  if (device === 'fiscal') return fiscal(values, io)
  throw new UsageError('Say which device: printer, scanner, terminal or fiscal.')
}

async function printer(values: { link?: string; paper: string; out: string }, io: CliIo): Promise<number> {
  if (values.paper !== '58' && values.paper !== '80') throw new UsageError('--paper is 58 or 80.')
  const emulator = await emulatePrinter({ paper: values.paper === '58' ? 58 : 80, link: values.link })
  mkdirSync(values.out, { recursive: true })
  io.out(`Printer at ${emulator.address}`)
  let drawn = 0
  emulator.onChange(() => {
    for (const paper of emulator.papers().slice(drawn)) {
      drawn += 1
      const file = path.join(values.out, `paper-${paper.number}.png`)
      void paper.png().then((png) => {
        writeFileSync(file, png)
        io.out(`Paper ${paper.number}: ${file}`)
      })
    }
  })
  await aborted(io.stop)
  await emulator.close()
  return 0
}

async function scanner(link: string | undefined, io: CliIo): Promise<number> {
  const emulator = await emulateScanner({ link })
  io.out(`Scanner at ${emulator.address}`)
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (code) => void emulator.scan(code.trim()))
  await aborted(io.stop)
  lines.close()
  await emulator.close()
  return 0
}

interface TerminalValues {
  readonly link?: string
  readonly port?: string
  readonly log?: string
  readonly card?: string
}

async function terminal({ link, port, log, card }: TerminalValues, io: CliIo): Promise<number> {
  if (card !== undefined && !testCards.some(({ id }) => id === card)) {
    throw new UsageError(`--card is one of ${testCards.map(({ id }) => id).join(', ')}.`)
  }
  const emulator = await emulateTerminal({
    ...(link === undefined ? { port: portOf(port, zvtPort) } : { link, kinds: ['socat', 'python3'] }),
    ...(log === undefined ? {} : { log }),
    ...(card === undefined ? {} : { autoCard: { id: card, afterMs: 1000 } }),
    pinMs: 1500,
    hostMs: 900,
  })
  io.out(`Card terminal at ${emulator.address}`)
  let told = 0
  emulator.onChange(({ screen, amountMinor }) => {
    io.out(amountMinor === null ? screen : `${screen} ${amountMinor}`)
    for (const charge of emulator.charges().slice(told)) io.out(JSON.stringify(charge))
    told = emulator.charges().length
  })
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    const [word = '', name = ''] = line.trim().split(/\s+/)
    const fault = terminalFaults.find((known) => known === name)
    if (word === 'cancel') emulator.pressCancel()
    else if (word === 'power') void emulator.powerCycle()
    else if (word === 'fault' && fault !== undefined) emulator.setFault(fault)
    else if (testCards.some(({ id }) => id === word)) emulator.presentCard(word)
    else
      io.out(`Write one of: ${[...testCards.map(({ id }) => id), 'cancel', 'power'].join(', ')}, fault NAME.`)
  })
  await aborted(io.stop)
  lines.close()
  await emulator.close()
  return 0
}

async function fiscal(values: { port?: string; folder?: string }, io: CliIo): Promise<number> {
  const { port, folder } = values
  const emulator = await emulateFiscalDevice({
    port: portOf(port, fiscalPort),
    ...(folder === undefined ? {} : { folder }),
  })
  io.out(`Fiscal device at ${emulator.address}, serial number ${emulator.serialNumber}`)
  emulator.onChange(({ running, fault, open, finished }) => {
    io.out(`${running ? fault.kind : 'down'}: ${open} open, ${finished} signed`)
  })
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    const word = line.trim()
    const kind = plainFaults.find((known) => known === word)
    if (word === 'down') void emulator.goDown()
    else if (word === 'up') void emulator.comeUp()
    else if (word === 'slow') emulator.setFault({ kind: 'slow', ms: 10_000 })
    else if (kind !== undefined) emulator.setFault({ kind })
    else io.out(`Write one of: ${plainFaults.join(', ')}, slow, down, up.`)
  })
  await aborted(io.stop)
  lines.close()
  await emulator.close()
  return 0
}

/** Where ZVT terminals listen. */
const zvtPort = 20_007
const fiscalPort = 7530
const plainFaults = ['none', 'loseReply', 'memoryFull', 'certificateExpired', 'garbage'] as const

function portOf(text: string | undefined, otherwise: number): number {
  const port = text === undefined ? otherwise : Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError('--port is 0 to 65535.')
  return port
}

export const command: Command = { help, run }
