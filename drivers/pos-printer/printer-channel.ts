import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import { runCall, type CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import type { DrawerLevel } from '../port/drawer-channel.ts'
import { deviceFailure } from '../port/failures.ts'
import { createSubscriptions, type Unsubscribe } from '../port/subscriptions.ts'
import { askRealTimeStatus, type RealTimeStatusKind } from './commands.ts'
import type { PrinterStatus } from './pos-printer-port.ts'
import { createReplyParser, type PrinterReply } from './replies.ts'
import { decodeDrawerLevel, decodeRealTimeStatus } from './status.ts'

/** DLE EOT is answered at once by any printer that has power; the rest is for a busy machine on our side. */
const answerLimitMs = 2000
const questions: readonly RealTimeStatusKind[] = [1, 2, 3, 4]

/** The conversation with one opened printer: questions with their answers, and everything else it says. */
export interface PrinterChannel {
  /** Replies that answer no question: automatic status, fences, flow. */
  onReply(listener: (reply: PrinterReply) => void): Unsubscribe
  write(bytes: Uint8Array, call: CallOptions): Promise<void>
  /** Asks DLE EOT 1 to 4; those who ask at the same time take turns. */
  askStatus(signal: AbortSignal): Promise<PrinterStatus>
  askDrawer(signal: AbortSignal): Promise<DrawerLevel>
  /** Unanswered questions reject with `device.closed`. */
  close(): void
}

export function createPrinterChannel(
  stream: ByteStreamPort,
  clock: DriverClock = systemDriverClock,
): PrinterChannel {
  const replies = createSubscriptions<PrinterReply>()
  const parser = createReplyParser()
  const closing = new AbortController()
  let waiting: ((byte: number) => void) | null = null
  /** Answers carry no number: one question at a time. */
  let turn: Promise<unknown> = Promise.resolve()

  const unsubscribe = stream.onData((bytes) => {
    for (const reply of parser.push(bytes)) {
      if (reply.kind === 'realTimeStatus') waiting?.(reply.byte)
      else replies.emit(reply)
    }
  })

  const ask = async (kind: RealTimeStatusKind, signal: AbortSignal): Promise<number> => {
    const limits = { timeoutMs: answerLimitMs, signal }
    const answer = (): Promise<number> =>
      new Promise((resolve, reject) => {
        waiting = resolve
        stream.write(askRealTimeStatus(kind), limits).catch(reject)
      })
    try {
      return await runCall(`ask the printer (DLE EOT ${kind})`, limits, closing.signal, answer, clock)
    } finally {
      waiting = null
    }
  }

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    onReply: (listener) => replies.add(listener),
    write: (bytes, call) => stream.write(bytes, call),
    askStatus: (signal) =>
      inTurn(async () => {
        const answers = { 1: 0, 2: 0, 3: 0, 4: 0 }
        for (const kind of questions) answers[kind] = await ask(kind, signal)
        return decodeRealTimeStatus(answers)
      }),
    askDrawer: (signal) => inTurn(async () => decodeDrawerLevel(await ask(1, signal))),
    close() {
      unsubscribe()
      closing.abort(deviceFailure('closed', 'ask the printer', 'The printer was closed meanwhile.'))
    },
  }
}
