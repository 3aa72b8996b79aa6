import { Failure, failureData } from '../../src-main/contract/failure.ts'
import type { ByteStreamPort } from '../byte-stream/byte-stream-port.ts'
import type { CallOptions } from '../port/call.ts'
import { systemDriverClock, type DriverClock } from '../port/clock.ts'
import { printerStatusUpdates, type PrinterStatusUpdate } from '../port/constants.ts'
import { createLifeCycle } from '../port/life-cycle.ts'
import { createSubscriptions, type Unsubscribe } from '../port/subscriptions.ts'
import { enableAutomaticStatus, endOfPaper, restOfAnyCommand } from './commands.ts'
import { createDrawerLending } from './drawer-lending.ts'
import { createFenceLedger } from './fence-ledger.ts'
import { partsOf } from './parts.ts'
import {
  troubleOf,
  type PosPrinterPort,
  type PrinterStatus,
  type PrinterTrouble,
  type PrintJob,
  type PrintOutcome,
} from './pos-printer-port.ts'
import { sendParts, waitOutLateAnswers, type PrintRun } from './print-run.ts'
import { createPrinterChannel, type PrinterChannel } from './printer-channel.ts'
import type { PrinterProfile } from './profiles.ts'
import { renderLines } from './render/esc-pos-bytes.ts'
import { readLogo } from './render/logo.ts'
import { drawPictures } from './render/pictures.ts'
import { samePaperStatus } from './status.ts'
import { createStatusWatch } from './status-watch.ts'

export interface EscPosPrinterOptions {
  readonly name: string
  readonly stream: ByteStreamPort
  readonly profile: PrinterProfile
  /** How fast the line is; Infinity for TCP. Decides how much is sent before the printer must confirm. */
  readonly bytesPerSecond: number
  /** A picture file for the head of every paper. One that cannot be read is left out, told as `logoUnreadable`. */
  readonly logo?: string | undefined
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
  let progress: Progress | null = null
  /** A job was cut short: its rest may stand on the paper that the next one would continue. */
  let unfinishedPaper = false
  let lateAnswers = 0
  let logo: readonly Uint8Array[] | null = null

  const lifeCycle = createLifeCycle(
    { category: 'PosPrinter', name: options.name, address: stream.address },
    {
      async claim(call) {
        await stream.open(call)
        channel = createPrinterChannel(stream, clock)
        subscriptions = [
          channel.onReply(watch.hear),
          stream.onClose((failure) => {
            if (failure !== null) lifeCycle.lost(failure)
            lending.availabilityMayHaveChanged()
          }),
        ]
      },
      async enable(call) {
        logo ??= await logoDots()
        await opened().write(restOfAnyCommand, call)
        await opened().write(enableAutomaticStatus, call)
        await watch.refresh(call.signal ?? new AbortController().signal)
      },
      async disable() {
        watch.forget()
      },
      async release() {
        subscriptions.forEach((unsubscribe) => unsubscribe())
        subscriptions = []
        channel?.close()
        channel = null
        watch.forget()
        await stream.close()
      },
    },
    clock,
  )
  const watch = createStatusWatch({ ask: (signal) => opened().askStatus(signal), changed: statusChanged })
  const lending = createDrawerLending({
    address: stream.address,
    pulse: profile.drawerPulse,
    lifeCycle,
    status: watch.status,
    channel: () => channel,
    clock,
  })

  function opened(): PrinterChannel {
    if (channel === null) throw new Error('The printer is enabled without a channel')
    return channel
  }

  function statusChanged(before: PrinterStatus | null, now: PrinterStatus): void {
    const trouble = troubleOf(now)
    if (progress?.sent === true && (trouble === 'coverOpen' || trouble === 'paperEmpty')) {
      progress.interruptedBy = trouble
    }
    if (before?.drawer !== now.drawer) lending.levelChanged(now.drawer)
    if (before === null || !samePaperStatus(before, now)) statuses.emit(now)
    for (const name of statusUpdateNames(before, now)) {
      lifeCycle.updateStatus({ name, number: printerStatusUpdates[name] })
    }
  }

  async function logoDots(): Promise<readonly Uint8Array[] | null> {
    if (options.logo === undefined) return null
    try {
      return await readLogo(options.logo, profile)
    } catch {
      lifeCycle.updateStatus({ name: 'logoUnreadable' })
      return null
    }
  }

  function knownTrouble(): PrinterTrouble | null {
    const status = watch.status()
    return status === null ? null : troubleOf(status)
  }

  async function run(
    job: PrintJob,
    mine: Progress,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<PrintOutcome> {
    mine.begun = true
    const lines = renderLines(job, profile, await drawPictures(job, profile, logo))
    const trouble = troubleOf(await watch.refresh(signal))
    if (trouble !== null) return { kind: 'notPrinted', reason: trouble }
    const limits: PrintRun = {
      channel: opened(),
      ledger,
      clock,
      signal,
      timeoutMs,
      trouble: knownTrouble,
      refresh: () => watch.refresh(signal),
      onFirstByte: () => {
        mine.sent = true
      },
    }
    if (lateAnswers > 0) {
      await waitOutLateAnswers(lateAnswers, limits)
      lateAnswers = 0
    }
    const clean = !unfinishedPaper && !isDoubtful(job)
    const parts = partsOf(clean ? lines : [endOfPaper(profile.cutter), ...lines], bytesPerSecond)
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
      outcome = cutShort(thrown, mine.sent, knownTrouble())
    }
    progress = null
    if (mine.sent) unfinishedPaper = outcome.kind !== 'printed'
    lateAnswers += ledger.forget()
    return outcome
  }

  function readStatus(call: CallOptions): Promise<PrinterStatus> {
    return lifeCycle.use('ask', call, watch.refresh)
  }

  /** A step of the life cycle, after which the drawer may have lost or got its printer. */
  async function telling(step: Promise<void>): Promise<void> {
    try {
      await step
    } finally {
      lending.availabilityMayHaveChanged()
    }
  }

  return {
    ...lifeCycle.port,
    category: 'PosPrinter',
    enable: (call) => telling(lifeCycle.port.enable(call)),
    disable: (call) => telling(lifeCycle.port.disable(call)),
    release: (call) => telling(lifeCycle.port.release(call)),
    close: () => telling(lifeCycle.port.close()),
    print,
    readStatus,
    status: watch.status,
    drawer: lending.channel,
    onStatus: (listener) => statuses.add(listener),
    async checkHealth(level, call) {
      if (level === 'internal') await stream.probe()
      const known = level === 'internal' ? watch.status() : await readStatus(call)
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
function cutShort(failure: Failure, sent: boolean, trouble: PrinterTrouble | null): PrintOutcome {
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
