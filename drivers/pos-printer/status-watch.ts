import type { PrinterReply } from './replies.ts'
import { troubleOf, type PrinterStatus } from './pos-printer-port.ts'
import { decodeAutomaticStatus, decodePaperStatus, readyStatus, samePaperStatus } from './status.ts'

/** Two answers that agree are believed; three that do not are a line to be called bad, and the last one is taken. */
const questionsAtMost = 3

export interface StatusWatch {
  /** The status that is believed; null before the first and after `forget`. */
  status(): PrinterStatus | null
  /** What the printer said unasked. Trouble is asked about before it is believed, all else is taken as it is. */
  hear(reply: PrinterReply): void
  /** Asks until the printer is believed. Rejects like `ask`. */
  refresh(signal: AbortSignal): Promise<PrinterStatus>
  forget(): void
}

export interface StatusWatchDeps {
  readonly ask: (signal: AbortSignal) => Promise<PrinterStatus>
  /** After each status that differs from the one before, the drawer's level included. */
  readonly changed: (before: PrinterStatus | null, now: PrinterStatus) => void
}

/** Keeps what is known of a printer. One spoilt byte on the line, read as "paper empty", must not stop a lane. */
export function createStatusWatch({ ask, changed }: StatusWatchDeps): StatusWatch {
  let status: PrinterStatus | null = null
  let forgotten = new AbortController()
  let checking = false
  /** Said while a check was under way, whose answers may be older. */
  let doubted: PrinterStatus | null = null

  const set = (next: PrinterStatus): void => {
    const before = status
    status = next
    if (before === null || !samePaperStatus(before, next) || before.drawer !== next.drawer)
      changed(before, next)
  }

  const believed = async (signal: AbortSignal): Promise<PrinterStatus> => {
    let last = await ask(signal)
    for (let asked = 1; asked < questionsAtMost; asked++) {
      const known = status !== null && samePaperStatus(status, last)
      if (known || troubleOf(last) === null) break
      const next = await ask(signal)
      const agreed = samePaperStatus(next, last)
      last = next
      if (agreed) break
    }
    return last
  }

  const check = async (reported: PrinterStatus, { signal }: AbortController): Promise<void> => {
    checking = true
    doubted = reported
    while (doubted !== null && !signal.aborted) {
      const said: PrinterStatus = doubted
      doubted = null
      // One that reports and does not answer is taken at its word.
      const now = await believed(signal).catch(() => said)
      if (!signal.aborted) set(now)
    }
    if (!signal.aborted) checking = false
  }

  const take = (reported: PrinterStatus): void => {
    const trouble = troubleOf(reported)
    const known = status === null ? null : troubleOf(status)
    if (trouble === null || trouble === known) {
      set(reported)
      return
    }
    if (status !== null && status.drawer !== reported.drawer) set({ ...status, drawer: reported.drawer })
    if (checking) doubted = reported
    else void check(reported, forgotten)
  }

  return {
    status: () => status,
    hear(reply) {
      if (reply.kind === 'automaticStatus') take(decodeAutomaticStatus(reply.bytes))
      if (reply.kind === 'paperStatus') {
        const paper = decodePaperStatus(reply.byte)
        take({ ...(status ?? readyStatus), paper })
      }
    },
    async refresh(signal) {
      const now = await believed(signal)
      set(now)
      return now
    },
    forget() {
      forgotten.abort()
      forgotten = new AbortController()
      checking = false
      doubted = null
      status = null
    },
  }
}
