import type { CallOptions } from '../../drivers/port/call.ts'
import type { PrintJob, PrintOutcome } from '../../drivers/pos-printer/pos-printer-port.ts'
import { copyReasonFor } from '../../drivers/pos-printer/pos-printer-port.ts'
import { createSubscriptions, type Unsubscribe } from '../../drivers/port/subscriptions.ts'
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

/** What the shopper can be told of the paper of a sale; several in a row when copies follow a doubt. */
export interface PaperNews {
  readonly saleId: Key
  readonly paper: Paper
}

/** Receipts on paper: at most one original each, every further one marked COPY, every outcome in the journal. */
export interface ReceiptPrinter {
  /** Queues the original inside the sale's own commit. */
  queueOriginal(tx: LaneTransaction, saleId: Key, document: ReceiptDocument): void
  /**
   * Prints what is queued for the sale, or, when its original is out or doubtful, a copy. A paper that may have been cut
   * short is followed by its copy: at once where the printer prints, else by `resume`. `onPaper` hears of each.
   */
  print(saleId: Key, wanted: CopyReason | null, signal: AbortSignal): Promise<void>
  /** The shopper wants no paper of this sale: what prints is stopped, and no copy follows. */
  decline(saleId: Key): void
  /** After a restart, and when the printer is back: papers that never left are printed, doubtful ones become copies. */
  resume(signal: AbortSignal): Promise<void>
  onPaper(listener: (news: PaperNews) => void): Unsubscribe
}

const paperDeclined = new Error('The shopper wants no paper')

/** Copies that follow doubts, for one sale; what the shopper asks for comes on top. */
const copiesAtMost = 5

interface Attempt {
  readonly paper: 'printed' | 'notPrinted' | 'unknown'
  readonly copy: PrintJobRecord | null
}

export function createReceiptPrinter(deps: ReceiptPrinterDeps): ReceiptPrinter {
  const { store, clock, random, log } = deps
  let last: Promise<unknown> = Promise.resolve()
  const news = createSubscriptions<PaperNews>()
  /** Papers that were asked for and are not finished. */
  const orders = new Set<{ readonly saleId: Key; readonly declining: AbortController }>()

  /** One paper at a time; a failed one does not stop the next. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }

  /** Hands `work` a signal that fires for the lane's reasons and for a shopper who wants no paper. */
  async function ordered(
    saleId: Key,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Paper>,
  ): Promise<void> {
    const order = { saleId, declining: new AbortController() }
    orders.add(order)
    try {
      const paper = await work(AbortSignal.any([signal, order.declining.signal])).catch(nothingSent)
      news.emit({ saleId, paper })
    } finally {
      orders.delete(order)
    }
  }

  /** Prints, and goes on with the copies that its doubts ask for. */
  async function run(record: PrintJobRecord, signal: AbortSignal): Promise<Paper> {
    let following: PrintJobRecord | null = record
    let paper: Paper = 'notPrinted'
    while (following !== null) {
      const isFollowing = followsDoubt(following)
      // A lane that closes leaves the rest for its next start.
      if (isFollowing && signal.aborted && signal.reason !== paperDeclined) return 'copyWaiting'
      if (isFollowing && deps.printer()) news.emit({ saleId: record.saleId, paper: 'copyPrinting' })
      const next: Attempt = await attempt(following, signal)
      if (isFollowing && next.paper === 'notPrinted') {
        return signal.reason === paperDeclined ? 'notPrinted' : 'copyWaiting'
      }
      ;({ paper, copy: following } = next)
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
      if (outcome.kind !== 'notPrinted' || !followsDoubt(record) || signal.reason === paperDeclined) {
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

  /** Takes up one paper that was left, unless it was given up since it was found. */
  async function takeUp({ jobKey, saleId }: PrintJobRecord, signal: AbortSignal): Promise<void> {
    const job = store.printJobsOfSale(saleId).find((one) => one.jobKey === jobKey)
    if (job?.state === 'queued') return ordered(saleId, signal, (either) => run(job, either))
    const next = job?.state === 'sent' ? afterDoubt(job, signal) : null
    if (next) await ordered(saleId, signal, (either) => run(next, either))
  }

  /** A copy that only waits for its printer. */
  function giveUpWaiting(saleId: Key): void {
    const waiting = store.printJobsOfSale(saleId).filter((job) => followsDoubt(job) && job.state === 'queued')
    for (const job of waiting)
      finish(job, { kind: 'notPrinted', reason: 'aborted' }, AbortSignal.abort(paperDeclined))
  }

  return {
    queueOriginal(tx, saleId, document) {
      queue(tx, saleId, document, null)
    },
    print: (saleId, wanted, signal) =>
      ordered(saleId, signal, (either) =>
        inTurn(async () => {
          const job = nextJob(saleId, wanted)
          return job ? run(job, either) : 'printed'
        }),
      ),
    decline(saleId) {
      const mine = [...orders].filter((order) => order.saleId === saleId)
      mine.forEach(({ declining }) => declining.abort(paperDeclined))
      if (mine.length > 0) return
      try {
        giveUpWaiting(saleId)
      } catch (thrown) {
        nothingSent(thrown)
      }
    },
    resume: (signal) =>
      inTurn(async () => {
        for (const job of store.printJobs(['queued', 'sent'])) {
          // A lane that closes leaves the rest for its next start.
          if (signal.aborted) return
          await takeUp(job, signal)
        }
      }).catch((thrown: unknown) => {
        nothingSent(thrown)
      }),
    onPaper: news.add,
  }
}

/** A copy because of a doubt, not one that somebody asked for. */
function followsDoubt({ copy }: PrintJobRecord): boolean {
  return copy !== null && copy !== 'shopperAsked'
}
