import { requestPaperStatus, requestProcessId } from './commands.ts'
import type { Fence } from './pos-printer-port.ts'
import type { PrinterReply } from './replies.ts'

/** What an answer means: one more part is on paper, a part before it was lost, or it was not for us. */
export type FenceAnswer = 'confirmed' | 'gap' | 'ignored'

/** The fences sent and not yet answered, in order. */
export interface FenceLedger {
  /** The command to send behind a part. */
  next(): Uint8Array
  answer(reply: PrinterReply): FenceAnswer
  outstanding(): number
  /** Whether one more fence, sent alone, can tell that an earlier one was lost. */
  readonly canProbe: boolean
  /** Forgets what is outstanding; returns how many answers may still come in. */
  forget(): number
}

/** Process ids name the part they confirm, so a lost part shows when a later one is answered. */
export function createProcessIdLedger(): FenceLedger {
  let sequence = 0
  let ids: string[] = []
  return {
    next() {
      sequence = (sequence + 1) % 36 ** 4
      const id = sequence.toString(36).padStart(4, '0')
      ids.push(id)
      return requestProcessId(id)
    },
    answer(reply) {
      const index = reply.kind === 'processId' ? ids.indexOf(reply.id) : -1
      if (index === -1) return 'ignored'
      ids = ids.slice(index + 1)
      return index === 0 ? 'confirmed' : 'gap'
    },
    outstanding: () => ids.length,
    canProbe: true,
    forget() {
      ids = []
      // An id is used once, so a late answer finds nothing.
      return 0
    },
  }
}

/** GS r answers carry no name: every one sent must be answered, and late ones must be waited out before a new job. */
export function createStatusLedger(): FenceLedger {
  let outstanding = 0
  return {
    next() {
      outstanding += 1
      return requestPaperStatus
    },
    answer(reply) {
      if (reply.kind !== 'paperStatus' || outstanding === 0) return 'ignored'
      outstanding -= 1
      return 'confirmed'
    },
    outstanding: () => outstanding,
    canProbe: false,
    forget() {
      const late = outstanding
      outstanding = 0
      return late
    },
  }
}

export function createFenceLedger(fence: Fence): FenceLedger {
  return fence === 'processId' ? createProcessIdLedger() : createStatusLedger()
}
