import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { emulatePrinter } from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { emulateScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { aborted } from '../waiting.ts'

const help = `facelane emulate printer [--link PATH] [--paper 58|80] [--out DIR]
facelane emulate scanner [--link PATH]

  A device at the far end of a virtual serial port, for any program that drives the real one.
  The printer writes each paper as a PNG into DIR; the scanner reads codes from standard input, one a line.`

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      link: { type: 'string' },
      paper: { type: 'string', default: '80' },
      out: { type: 'string', default: '.' },
    },
  })
  const [device] = positionals
  if (device === 'printer') return printer(values, io)
  if (device === 'scanner') return scanner(values.link, io)
  throw new UsageError('Say which device: printer or scanner.')
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

export const command: Command = { help, run }
