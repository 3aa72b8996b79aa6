import type { CallOptions } from '../../drivers/port/call.ts'
import type { PrintJob, PrintOutcome } from '../../drivers/pos-printer/pos-printer-port.ts'
import { copyReasonFor } from '../../drivers/pos-printer/pos-printer-port.ts'
import type { CopyReason, ReceiptDocument } from '../contract/receipt.ts'
import type { Key } from '../contract/values.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { Paper } from '../domain/checkout/state.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort, LaneTransaction, PrintJobRecord, PrintJobState } from '../ports/store.ts'

/** The printer as the lane uses it: whatever is plugged in right now, or nothing (`null`). */
export interface PaperPort {
  print(job: PrintJob, call: CallOptions): Promise<PrintOutcome>
}

export interface ReceiptPrinterDeps {
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly log: LogPort
  readonly printer: () => PaperPort | null
  /** How long a paper may take, waiting for a new roll included. */
  readonly timeoutMs: number
}

/** Why a paper is given up that the shopper no longer wants: no copy of it follows. Aborts a `print`. */
export const paperDeclined = new Error('The shopper wants no paper')

/** Receipts on paper: at most one original each, every further one marked COPY, every outcome in the journal. */
export interface ReceiptPrinter {
  /** Queues the original inside the sale's own commit. */
  queueOriginal(tx: LaneTransaction, saleId: Key, document: ReceiptDocument): void
  /**
   * Prints what is queued for the sale, or, when its original is out or doubtful, a copy. A paper that may have been cut
   * short is followed by its copy: at once where the printer prints, else by `resume`.
   */
  print(saleId: Key, wanted: CopyReason | null, signal: AbortSignal): Promise<Paper>
  /** After a restart, and when the printer is back: papers that never left are printed, doubtful ones become copies. */
  resume(signal: AbortSignal): Promise<void>
}

/** Copies that follow doubts, for one sale; what the shopper asks for comes on top. */
const copiesAtMost = 5

interface Attempt {
  readonly paper: 'printed' | 'notPrinted' | 'unknown'
  readonly copy: PrintJobRecord | null
}

export function createReceiptPrinter(deps: ReceiptPrinterDeps): ReceiptPrinter {
  const { store, clock, random, log } = deps
  let last: Promise<unknown> = Promise.resolve()

  /** One paper at a time; a failed one does not stop the next. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }

  /** Prints, and goes on with the copies that its doubts ask for. */
  async function run(record: PrintJobRecord, signal: AbortSignal): Promise<Paper> {
    let { paper, copy } = await attempt(record, signal)
    while (copy !== null && !signal.aborted) {
      const next = await attempt(copy, signal)
      // The copy stays queued; what is known is still that the paper before it is in doubt.
      if (next.paper === 'notPrinted') return paper
      ;({ paper, copy } = next)
    }
    return paper
  }

  /** One paper; `copy` is what is queued to follow it. */
  async function attempt(record: PrintJobRecord, signal: AbortSignal): Promise<Attempt> {
    const printer = deps.printer()
    // From here on a crash leaves a doubt, and a doubt only ever becomes a copy.
    if (printer) put(record, 'sent')
    const outcome: PrintOutcome = printer
      ? await outcomeOf(printer, record, signal)
      : { kind: 'notPrinted', reason: 'offline' }
    try {
      if (outcome.kind !== 'notPrinted' || !followsDoubt(record)) {
        return { paper: outcome.kind, copy: finish(record, outcome, signal) }
      }
      // It stays queued until the printer is back: `resume`.
      if (printer) put(record, 'queued')
    } catch (thrown) {
      // What happened to the paper stays true; the job stays in doubt, so that no second original can follow.
      log.error({ failure: failureData(thrown), jobKey: record.jobKey }, 'an outcome of paper was not kept')
    }
    return { paper: outcome.kind, copy: null }
  }

  async function outcomeOf(
    printer: PaperPort,
    { jobKey, document, copy }: PrintJobRecord,
    signal: AbortSignal,
  ): Promise<PrintOutcome> {
    try {
      return await printer.print({ jobKey, document, copy }, { signal, timeoutMs: deps.timeoutMs })
    } catch (thrown) {
      log.warn({ failure: failureData(thrown), jobKey }, 'the printer refused the job')
      return { kind: 'notPrinted', reason: 'offline' }
    }
  }

  /** Keeps what became of a paper, and, in the same commit, the copy that must follow it. */
  function finish(record: PrintJobRecord, outcome: PrintOutcome, signal: AbortSignal): PrintJobRecord | null {
    const detail = outcome.kind === 'printed' ? outcome.fence : outcome.reason
    const { jobKey, saleId, document } = record
    const copy = store.transact((tx) => {
      tx.putPrintJob({ ...record, state: outcome.kind })
      tx.append(
        { kind: 'sale', id: saleId },
        { type: 'print.finished', jobKey, saleId, outcome: outcome.kind, detail },
      )
      if (outcome.kind !== 'unknown' || signal.reason === paperDeclined || !needsCopy(saleId)) return null
      return queue(tx, saleId, document, copyReasonFor(outcome.reason))
    })
    log.info({ jobKey, outcome: outcome.kind, detail }, 'paper')
    return copy
  }

  /** No paper of the sale is known to be whole. A printer that confirms nothing is not fed for ever. */
  function needsCopy(saleId: Key): boolean {
    const jobs = store.printJobsOfSale(saleId)
    return jobs.every(({ state }) => state !== 'printed') && jobs.filter(followsDoubt).length < copiesAtMost
  }

  function put(record: PrintJobRecord, state: PrintJobState): void {
    store.transact((tx) => {
      tx.putPrintJob({ ...record, state })
    })
  }

  function queue(
    tx: LaneTransaction,
    saleId: Key,
    document: ReceiptDocument,
    copy: CopyReason | null,
  ): PrintJobRecord {
    const record = {
      jobKey: random.key(),
      saleId,
      document,
      copy,
      state: 'queued',
      createdAtMs: clock.nowMs(),
    } as const
    tx.putPrintJob(record)
    tx.append({ kind: 'sale', id: saleId }, { type: 'print.queued', jobKey: record.jobKey, saleId, copy })
    return record
  }

  /** The job to run next for a sale: the original while it surely is not on paper, a copy from then on. */
  function nextJob(saleId: Key, wanted: CopyReason | null): PrintJobRecord | null {
    const jobs = store.printJobsOfSale(saleId)
    const original = jobs.find((job) => job.copy === null)
    if (!original) return null
    if (original.state === 'queued' || original.state === 'notPrinted') return original
    const waiting = jobs.find((job) => job.copy !== null && job.state === 'queued')
    if (waiting) return waiting
    const reason = original.state === 'printed' ? wanted : (wanted ?? copyReasonFor('linkLost'))
    if (reason === null) return null
    return store.transact((tx) => queue(tx, saleId, original.document, reason))
  }

  /** Sent, and nobody heard what became of it. */
  function afterDoubt(job: PrintJobRecord, signal: AbortSignal): PrintJobRecord | null {
    return finish(job, { kind: 'unknown', reason: 'linkLost' }, signal)
  }

  /** The commit before the first byte failed: the job stands as it stood. */
  function nothingSent(thrown: unknown): Paper {
    if (!(thrown instanceof Failure)) throw thrown
    log.error({ failure: thrown.toJSON() }, 'a paper could not be begun')
    return 'notPrinted'
  }

  return {
    queueOriginal(tx, saleId, document) {
      queue(tx, saleId, document, null)
    },
    print: (saleId, wanted, signal) =>
      inTurn(async () => {
        const job = nextJob(saleId, wanted)
        return job ? run(job, signal) : 'printed'
      }).catch(nothingSent),
    resume: (signal) =>
      inTurn(async () => {
        if (signal.aborted) return
        for (const job of store.printJobs(['queued', 'sent'])) {
          // A lane that closes leaves the rest for its next start.
          if (signal.aborted) return
          const next = job.state === 'queued' ? job : afterDoubt(job, signal)
          if (next) await run(next, signal)
        }
      }).catch((thrown: unknown) => {
        nothingSent(thrown)
      }),
  }
}

/** A copy because of a doubt, not one that somebody asked for. */
function followsDoubt({ copy }: PrintJobRecord): boolean {
  return copy !== null && copy !== 'shopperAsked'
}
