import type { PrintJob, PrintOutcome } from '../../../../drivers/pos-printer/pos-printer-port.ts'
import { judgePapers, type Verdict } from '../../../../drivers/pos-printer/emulator/judge.ts'
import type { PrinterProfile } from '../../../../drivers/pos-printer/profiles.ts'
import type { CallOptions } from '../../../../drivers/port/call.ts'
import type { ReceiptDocument } from '../../../../src-main/contract/receipt.ts'
import { createReceiptPrinter, type ReceiptPrinter } from '../../../../src-main/lane/receiptPrinter.ts'
import type { LaneStorePort, LaneTransaction, PrintJobRecord } from '../../../../src-main/ports/store.ts'
import { bringUp, createMemoryPrinter, passing, type MemoryPrinter } from './memory-printer.ts'
import { jobKey } from './receipts.ts'

const saleId = 'a'.repeat(32)
const quiet = (): void => undefined
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
/** More than any fault lasts. */
const repairMs = 6000

/** The papers of one sale at one lane: what survives the lane's process is the book of jobs. */
export interface TillRoll {
  readonly made: MemoryPrinter
  /** Prints the receipt; returns when the lane has done what it can, whatever happened to it on the way. */
  print(): Promise<void>
  /** The lane's process ends where it stands; another takes up what the book says. */
  kill(): void
  /** All papers of the sale together. */
  verdict(): { readonly originals: number; readonly copies: number; readonly missing: number }
}

export async function tillRoll(profile: PrinterProfile, document: ReceiptDocument): Promise<TillRoll> {
  const book = new Map<string, PrintJobRecord>()
  let keys = 0
  let made = createMemoryPrinter(profile)
  let life = new AbortController()
  let receipts = lane()

  /** The outcome of papers is kept in the book alone; the store behind it is tested with its own file. */
  function lane(): ReceiptPrinter {
    const mine = made
    const mineLife = life
    const of = (states: readonly string[]) => [...book.values()].filter(({ state }) => states.includes(state))
    const alive = (): void => {
      if (mineLife.signal.reason === killed) throw killed
    }
    const tx = {
      append: () => ({ epoch: saleId, seq: 0 }),
      putPrintJob: (record: PrintJobRecord) => void book.set(record.jobKey, record),
    } as unknown as LaneTransaction
    const store = {
      transact: (work: (write: LaneTransaction) => unknown) => {
        alive()
        return work(tx)
      },
      printJobs: of,
      printJobsOfSale: () => [...book.values()],
    } as unknown as LaneStorePort
    return createReceiptPrinter({
      store,
      clock: {
        ...mine.clock,
        nowMs: () => 0,
        moment: () => ({ at: 0, bootId: '', monotonicMs: 0 }),
      } as never,
      random: { key: () => jobKey((keys += 1)) } as never,
      log,
      printer: () => ({ print: (job, call) => printOn(mine, job, call) }),
      timeoutMs: 20_000,
    })
  }

  /** As the supervisor does it: a printer that is lost is opened again, and until then nothing is printed. */
  async function printOn(
    { printer }: MemoryPrinter,
    job: PrintJob,
    call: CallOptions,
  ): Promise<PrintOutcome> {
    if (!printer.enabled()) return { kind: 'notPrinted', reason: 'offline' }
    return printer.print(job, call)
  }

  async function reopened(): Promise<void> {
    if (made.printer.enabled()) return
    await made.printer.close()
    await bringUp(made)
  }

  const waiting = (): boolean =>
    [...book.values()].some(({ state }) => state === 'queued' || state === 'sent')
  const whole = (): boolean => [...book.values()].some(({ state }) => state === 'printed')

  /** A killed lane never answers: what it was doing is waited for no longer. */
  async function watched(work: Promise<unknown>): Promise<void> {
    const { signal } = life
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    await passing(made.clock, Promise.race([work.catch(() => undefined), ended]))
  }

  await bringUp(made)
  return {
    get made() {
      return made
    },
    async print() {
      book.clear()
      receipts.queueOriginal(
        {
          putPrintJob: (record: PrintJobRecord) => void book.set(record.jobKey, record),
          append: quiet,
        } as never,
        saleId,
        document,
      )
      await watched(receipts.print(saleId, null, life.signal))
      for (let round = 0; round < 10 && (waiting() || !whole()); round++) {
        await made.clock.advance(repairMs)
        await watched(reopened())
        await watched(receipts.resume(life.signal))
        // What was not begun for want of paper is printed when the shopper asks.
        if (!waiting() && !whole()) await watched(receipts.print(saleId, null, life.signal))
      }
      await made.clock.advance(repairMs)
    },
    kill() {
      life.abort(killed)
      life = new AbortController()
      made = made.killed()
      receipts = lane()
    },
    verdict() {
      const jobs = [...book.values()].map((job) => ({ jobKey: job.jobKey, document: job.document }))
      const judged: Verdict = judgePapers(made.core.pieces(), jobs)
      const sum = (counts: Readonly<Record<string, number>>) =>
        Object.values(counts).reduce((a, b) => a + b, 0)
      const [originals, copies] = [sum(judged.originals), sum(judged.copies)]
      return { originals, copies, missing: originals + copies === 0 ? 1 : 0 }
    },
  }
}

const killed = new Error('The process was killed')
