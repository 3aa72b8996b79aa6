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

/** Receipts on paper: at most one original each, every further one marked COPY, every outcome in the journal. */
export interface ReceiptPrinter {
  /** Queues the original inside the sale's own commit. */
  queueOriginal(tx: LaneTransaction, saleId: Key, document: ReceiptDocument): void
  /** Prints what is queued for the sale, or, when its original is out or doubtful, a copy. */
  print(saleId: Key, wanted: CopyReason | null, signal: AbortSignal): Promise<Paper>
  /** After a restart: papers that never left are printed, doubtful originals become copies. */
  resume(signal: AbortSignal): Promise<void>
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

  async function run(record: PrintJobRecord, signal: AbortSignal): Promise<Paper> {
    const printer = deps.printer()
    if (!printer) return finish(record, { kind: 'notPrinted', reason: 'offline' })
    // From here on a crash leaves a doubt, and a doubt only ever becomes a copy.
    put(record, 'sent')
    const outcome = await outcomeOf(printer, record, signal)
    try {
      return finish(record, outcome)
    } catch (thrown) {
      // What happened to the paper stays true; the job stays in doubt, so that no second original can follow.
      log.error({ failure: failureData(thrown), jobKey: record.jobKey }, 'an outcome of paper was not kept')
      return outcome.kind
    }
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

  function finish(record: PrintJobRecord, outcome: PrintOutcome): Paper {
    const detail = outcome.kind === 'printed' ? outcome.fence : outcome.reason
    store.transact((tx) => {
      tx.putPrintJob({ ...record, state: outcome.kind })
      tx.append(
        { kind: 'sale', id: record.saleId },
        {
          type: 'print.finished',
          jobKey: record.jobKey,
          saleId: record.saleId,
          outcome: outcome.kind,
          detail,
        },
      )
    })
    log.info({ jobKey: record.jobKey, outcome: outcome.kind, detail }, 'paper')
    return outcome.kind
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
    const reason = original.state === 'printed' ? wanted : (wanted ?? copyReasonFor('linkLost'))
    if (reason === null) return null
    return store.transact((tx) => queue(tx, saleId, original.document, reason))
  }

  /** Sent, and nobody heard what became of it. A doubtful copy is not followed by another one. */
  function afterDoubt(job: PrintJobRecord): PrintJobRecord | null {
    finish(job, { kind: 'unknown', reason: 'linkLost' })
    return job.copy === null ? nextJob(job.saleId, null) : null
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
        for (const job of store.printJobs(['queued', 'sent'])) {
          // A lane that closes leaves the rest for its next start.
          if (signal.aborted) return
          const next = job.state === 'queued' ? job : afterDoubt(job)
          if (next) await run(next, signal)
        }
      }).catch((thrown: unknown) => {
        nothingSent(thrown)
      }),
  }
}
