import type { DriverClock } from '../port/clock.ts'
import { createSubscriptions } from '../port/subscriptions.ts'
import type { FenceLedger } from './fence-ledger.ts'
import type { PrinterTrouble } from './pos-printer-port.ts'
import type { PrinterChannel } from './printer-channel.ts'

/** Parts under way at once; two keep the line full and stay well below a printer's receive buffer of 4 KB. */
const partsUnderWay = 2
/** A printer without trouble that confirms nothing for this long gets another fence to find out whether it restarted. */
const stallMs = 3000
/** A printer that has stopped keeps our questions in its receive buffer: few of them. */
const probesPerQuestion = 3
/** Late answers of an earlier job have come when nothing more does for this long. */
const quietMs = 1000

export interface PrintRun {
  readonly channel: PrinterChannel
  readonly ledger: FenceLedger
  readonly clock: DriverClock
  /** Fires when the call is over for any reason; its reason is the failure. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  trouble(): PrinterTrouble | null
  /** Asks the printer again; its end of trouble may have been lost on the line. */
  refresh(): Promise<unknown>
  /** Just before the first byte. */
  onFirstByte(): void
}

/** Sends the parts, each with its fence, and settles when all are answered or one before an answered one was lost. */
export async function sendParts(parts: readonly Uint8Array[], run: PrintRun): Promise<'confirmed' | 'gap'> {
  const { channel, ledger, signal, timeoutMs } = run
  const progress = createSubscriptions<null>()
  let gap = false
  const unsubscribe = channel.onReply((reply) => {
    const answer = ledger.answer(reply)
    if (answer === 'ignored') return
    gap ||= answer === 'gap'
    progress.emit(null)
  })
  const settled = (limit: number): Promise<void> =>
    waitFor(() => gap || ledger.outstanding() <= limit, progress.add, run)
  try {
    run.onFirstByte()
    for (const part of parts) {
      await settled(partsUnderWay - 1)
      if (gap) return 'gap'
      await channel.write(Buffer.concat([part, ledger.next()]), { timeoutMs, signal })
    }
    await settled(0)
    return gap ? 'gap' : 'confirmed'
  } finally {
    unsubscribe()
  }
}

function waitFor(
  done: () => boolean,
  onProgress: (listener: () => void) => () => void,
  run: PrintRun,
): Promise<void> {
  const { signal, clock, channel, ledger, timeoutMs } = run
  return new Promise((resolve, reject) => {
    let cancelProbe = (): void => undefined
    let probes = 0
    const finish = (settle: () => void): void => {
      cancelProbe()
      unsubscribe()
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    const onAbort = (): void => finish(() => reject(signal.reason))
    const check = (): void => {
      if (done()) return finish(resolve)
      cancelProbe()
      cancelProbe = clock.after(stallMs, probe)
    }
    const probe = (): void => {
      cancelProbe = clock.after(stallMs, probe)
      if (run.trouble() !== null) {
        probes += 1
        if (probes % probesPerQuestion === 0) run.refresh().catch(() => undefined)
        return
      }
      if (!ledger.canProbe) return
      // A failed write ends the stream, and with it the signal.
      channel.write(ledger.next(), { timeoutMs, signal }).catch(() => undefined)
    }
    const unsubscribe = onProgress(check)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort)
    check()
  })
}

/** Sends one fence and waits until `late` answers and its own came, or nothing more does. */
export async function waitOutLateAnswers(late: number, run: PrintRun): Promise<void> {
  const { channel, ledger, clock, signal, timeoutMs } = run
  let left = late + 1
  await new Promise<void>((resolve, reject) => {
    let cancelQuiet = (): void => undefined
    const finish = (settle: () => void): void => {
      cancelQuiet()
      unsubscribe()
      signal.removeEventListener('abort', onAbort)
      ledger.forget()
      settle()
    }
    const onAbort = (): void => finish(() => reject(signal.reason))
    const unsubscribe = channel.onReply((reply) => {
      if (reply.kind !== 'paperStatus') return
      left -= 1
      cancelQuiet()
      if (left === 0) return finish(resolve)
      cancelQuiet = clock.after(quietMs, () => finish(resolve))
    })
    signal.addEventListener('abort', onAbort)
    channel
      .write(ledger.next(), { timeoutMs, signal })
      .catch((thrown: unknown) => finish(() => reject(thrown)))
  })
}
