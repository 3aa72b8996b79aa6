import { Failure, failureData } from '../../src-main/contract/failure.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import type { CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { printerStatusUpdates, type PrinterStatusUpdate } from '../port/constants.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import { createSubscriptions, type Unsubscribe } from '../port/subscriptions.ts'
import { enableAutomaticStatus, feedAndCut } from './commands.ts'
import { createFenceLedger } from './fence-ledger.ts'
import { partsOf } from './parts.ts'
import {
  troubleOf,
  type PosPrinterPort,
  type PrinterStatus,
  type PrintJob,
  type PrintOutcome,
} from './pos-printer-port.ts'
import { sendParts, waitOutLateAnswers, type PrintRun } from './print-run.ts'
import { createPrinterChannel, type PrinterChannel } from './printer-channel.ts'
import type { PrinterProfile } from './profiles.ts'
import { renderLines } from './render/esc-pos-bytes.ts'
import type { PrinterReply } from './replies.ts'
import { decodeAutomaticStatus, decodePaperStatus, readyStatus, sameStatus } from './status.ts'

export interface EscPosPrinterOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  readonly profile: PrinterProfile
  /** How fast the line is; Infinity for TCP. Decides how much is sent before the printer must confirm. */
  readonly bytesPerSecond: number
  readonly clock?: DriverClock
}

/** What a running job has done so far, for telling its outcome when it is cut short. */
interface Progress {
  begun: boolean
  sent: boolean
  interruptedBy?: 'coverOpen' | 'paperEmpty'
}

/** An ESC/POS receipt printer over a serial port or TCP port 9100. */
export function createEscPosPrinter(options: EscPosPrinterOptions): PosPrinterPort {
  const { stream, profile, bytesPerSecond, clock = systemDriverClock } = options
  const statuses = createSubscriptions<PrinterStatus>()
  const ledger = createFenceLedger(profile.fence)
  let channel: PrinterChannel | null = null
  let subscriptions: Unsubscribe[] = []
  let status: PrinterStatus | null = null
  let progress: Progress | null = null
  /** A job was cut short: its rest may stand on the paper that the next one would continue. */
  let unfinishedPaper = false
  let lateAnswers = 0

  const lifeCycle = createLifeCycle(
    { category: 'PosPrinter', name: options.name, address: stream.address },
    {
      async claim(call) {
        await stream.open(call)
        channel = createPrinterChannel(stream, clock)
        subscriptions = [
          channel.onReply(hear),
          stream.onClose((failure) => {
            if (failure !== null) lifeCycle.lost(failure)
          }),
        ]
      },
      async enable(call) {
        await opened().write(enableAutomaticStatus, call)
        setStatus(await opened().askStatus(call.signal ?? new AbortController().signal))
      },
      async disable() {
        status = null
      },
      async release() {
        subscriptions.forEach((unsubscribe) => unsubscribe())
        subscriptions = []
        channel?.close()
        channel = null
        status = null
        await stream.close()
      },
    },
    clock,
  )

  function opened(): PrinterChannel {
    if (channel === null) throw new Error('The printer is enabled without a channel')
    return channel
  }

  function hear(reply: PrinterReply): void {
    if (reply.kind === 'automaticStatus') setStatus(decodeAutomaticStatus(reply.bytes))
    if (reply.kind === 'paperStatus')
      setStatus({ ...(status ?? readyStatus), paper: decodePaperStatus(reply.byte) })
  }

  function setStatus(next: PrinterStatus): void {
    const before = status
    status = next
    const trouble = troubleOf(next)
    if (progress?.sent === true && (trouble === 'coverOpen' || trouble === 'paperEmpty')) {
      progress.interruptedBy = trouble
    }
    if (before !== null && sameStatus(before, next)) return
    statuses.emit(next)
    for (const name of statusUpdateNames(before, next)) {
      lifeCycle.updateStatus({ name, number: printerStatusUpdates[name] })
    }
  }

  async function run(
    job: PrintJob,
    mine: Progress,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<PrintOutcome> {
    mine.begun = true
    const lines = renderLines(job, profile)
    setStatus(await opened().askStatus(signal))
    const trouble = status === null ? null : troubleOf(status)
    if (trouble !== null) return { kind: 'notPrinted', reason: trouble }
    const limits: PrintRun = {
      channel: opened(),
      ledger,
      clock,
      signal,
      timeoutMs,
      trouble: () => (status === null ? null : troubleOf(status)),
      onFirstByte: () => {
        mine.sent = true
      },
    }
    if (lateAnswers > 0) {
      await waitOutLateAnswers(lateAnswers, limits)
      lateAnswers = 0
    }
    const parts = partsOf(unfinishedPaper || isDoubtful(job) ? [feedAndCut, ...lines] : lines, bytesPerSecond)
    const result = await sendParts(parts, limits)
    if (result === 'gap') return { kind: 'unknown', reason: 'printerRestarted' }
    const { interruptedBy } = mine
    return {
      kind: 'printed',
      fence: profile.fence,
      ...(interruptedBy === undefined ? {} : { interruptedBy }),
    }
  }

  async function print(job: PrintJob, call: CallOptions): Promise<PrintOutcome> {
    const mine: Progress = { begun: false, sent: false }
    let outcome: PrintOutcome
    try {
      outcome = await lifeCycle.use('print on', call, (signal) => {
        progress = mine
        return run(job, mine, call.timeoutMs, signal)
      })
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      if (!mine.begun && thrown.code !== 'device.aborted') throw thrown
      outcome = cutShort(thrown, mine.sent, status)
    }
    progress = null
    if (mine.sent) unfinishedPaper = outcome.kind !== 'printed'
    lateAnswers += ledger.forget()
    return outcome
  }

  async function readStatus(call: CallOptions): Promise<PrinterStatus> {
    const next = await lifeCycle.use('ask', call, (signal) => opened().askStatus(signal))
    setStatus(next)
    return next
  }

  return {
    ...lifeCycle.port,
    category: 'PosPrinter',
    print,
    readStatus,
    status: () => status,
    onStatus: (listener) => statuses.add(listener),
    async checkHealth(level, call) {
      if (level === 'internal') await stream.probe()
      const known = level === 'internal' ? status : await readStatus(call)
      if (known === null) return { healthy: false, detailCode: lifeCycle.port.state() }
      const trouble = troubleOf(known)
      const detailCode = trouble ?? (known.paper === 'nearEnd' ? 'paperNearEnd' : 'ok')
      return { healthy: trouble === null, detailCode }
    },
  }
}

/** The paper before this one may be unfinished, from before this driver or this process was there too. */
function isDoubtful({ copy }: PrintJob): boolean {
  return copy !== null && copy !== 'shopperAsked'
}

/** The outcome of a job that a failure ended. */
function cutShort(failure: Failure, sent: boolean, status: PrinterStatus | null): PrintOutcome {
  const trouble = status === null ? null : troubleOf(status)
  const data = failureData(failure)
  if (failure.code === 'device.aborted') {
    return { kind: sent ? 'unknown' : 'notPrinted', reason: 'aborted', failure: data }
  }
  if (!sent) return { kind: 'notPrinted', reason: 'offline', failure: data }
  if (failure.code === 'device.closed') return { kind: 'unknown', reason: 'closed', failure: data }
  if (failure.code === 'device.offline') return { kind: 'unknown', reason: 'linkLost', failure: data }
  return { kind: 'unknown', reason: trouble ?? 'timeout', failure: data }
}

function statusUpdateNames(before: PrinterStatus | null, next: PrinterStatus): PrinterStatusUpdate[] {
  const names: PrinterStatusUpdate[] = []
  if (before?.cover !== next.cover) names.push(next.cover === 'open' ? 'coverOpen' : 'coverOk')
  if (before?.paper !== next.paper) {
    const paper = { ok: 'receiptPaperOk', nearEnd: 'receiptNearEmpty', empty: 'receiptEmpty' } as const
    names.push(paper[next.paper])
  }
  return names
}
