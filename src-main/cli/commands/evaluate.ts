import type { CliIo, Command } from '../command.ts'
import { UsageError } from '../command.ts'
import { evaluateHelp, helpFor } from '../evaluate/help.ts'
import { runIdentification } from '../evaluate/identification.ts'
import { runPad } from '../evaluate/pad.ts'
import { runVerification } from '../evaluate/verification.ts'

async function run([kind, ...args]: readonly string[], io: CliIo): Promise<number> {
  switch (kind) {
    case 'verification':
      return runVerification(args, io)
    case 'identification':
      return runIdentification(args, io)
    case 'pad':
      return runPad(args, io)
    default:
      throw new UsageError('Say what to evaluate: verification, identification or pad.')
  }
}

export const command: Command = { help: evaluateHelp, helpFor, run }
