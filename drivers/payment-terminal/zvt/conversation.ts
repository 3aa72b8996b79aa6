import { unreachable } from '../../../src-main/contract/result.ts'
import type { DriverClock } from '../../port/clock.ts'
import { deviceFailure } from '../../port/failures.ts'
import type { Apdu } from './apdu.ts'
import { abortByTill, acknowledgement } from './commands.ts'
import {
  decodeMessage,
  wantsAcknowledgement,
  type StatusInformation,
  type TerminalMessage,
} from './messages.ts'
import type { ZvtTransport } from './transport.ts'

/** How a command ended: 06 0F, 06 1E, or not taken at all (84 xx). */
export type CommandEnd =
  | { readonly kind: 'completed'; readonly status: StatusInformation | null }
  | { readonly kind: 'aborted'; readonly resultCode: number; readonly status: StatusInformation | null }
  | { readonly kind: 'refused'; readonly code: number }

export interface CommandWatch {
  /** An intermediate status code. */
  readonly onIntermediate?: (code: number) => void
  /** The moment from which the command may have had its effect. */
  readonly onFirstByte?: () => void
}

/**
 * The conversation of PA00P015 chapter 2: the till sends a command, the terminal acknowledges it within `ackLimitMs`
 * and then leads, each of its messages acknowledged, until it hands back with completion or abort.
 */
export interface ZvtConversation {
  /** Runs one command; the next waits for it. Rejects when the terminal does not answer or `signal` fires. */
  run(command: Apdu, watch: CommandWatch, signal: AbortSignal): Promise<CommandEnd>
  /** Asks the running command to abort. Its `run` tells what came of it. */
  abort(): Promise<void>
  close(): void
}

/** T3 of the protocol: a command is acknowledged within this time. */
const ackLimitMs = 5000

export function createZvtConversation(transport: ZvtTransport, clock: DriverClock): ZvtConversation {
  let hear: ((message: TerminalMessage) => void) | null = null

  const unsubscribe = transport.onApdu((apdu) => {
    const message = decodeMessage(apdu)
    // Also between commands: a message nobody waits for is acknowledged, else the terminal repeats it.
    if (wantsAcknowledgement(message)) transport.send(acknowledgement).catch(() => undefined)
    hear?.(message)
  })

  return {
    run: (command, watch, signal) =>
      new Promise((resolve, reject) => {
        let status: StatusInformation | null = null
        let taken = false
        const settle = (): void => {
          cancelAck()
          signal.removeEventListener('abort', giveUp)
          hear = null
        }
        const end = (how: CommandEnd): void => {
          settle()
          resolve(how)
        }
        const giveUp = (): void => {
          settle()
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
        }
        const cancelAck = clock.after(ackLimitMs, () => {
          if (taken) return
          settle()
          reject(
            deviceFailure(
              'timeout',
              `command ${command.control.toString(16)} to the terminal`,
              'The terminal does not answer. Check cable, address and power.',
            ),
          )
        })
        signal.addEventListener('abort', giveUp)
        hear = (message) => {
          if (message.kind === 'positive') {
            taken = true
            return
          }
          // What comes before the acknowledgement still belongs to the command before this one.
          if (!taken)
            return message.kind === 'refusal' ? end({ kind: 'refused', code: message.code }) : undefined
          switch (message.kind) {
            case 'refusal':
              return
            case 'intermediateStatus':
              return watch.onIntermediate?.(message.code)
            case 'statusInformation':
              status = message.status
              return
            case 'completion':
              return end({ kind: 'completed', status })
            case 'abort':
              return end({ kind: 'aborted', resultCode: message.resultCode, status })
            case 'other':
            case 'unreadable':
              return
            default:
              return unreachable(message)
          }
        }
        watch.onFirstByte?.()
        transport.send(command).catch((thrown: unknown) => {
          settle()
          reject(thrown instanceof Error ? thrown : new Error(String(thrown)))
        })
      }),
    abort: () => transport.send(abortByTill),
    close() {
      hear = null
      unsubscribe()
      transport.close()
    },
  }
}
