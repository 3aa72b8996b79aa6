import type { CashMoveReason, ShiftReport } from '../contract/shift.ts'
import type { Key } from '../contract/values.ts'
import { err, ok, type Result } from '../contract/result.ts'
import { addFigures, emptyFigures, figuresOf, type ShiftFigures } from '../domain/shift/figures.ts'
import { shiftReport } from '../domain/shift/report.ts'
import { reportPaper } from '../domain/shift/paper.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { RandomPort } from '../ports/random.ts'
import type { JournalledEvent, LaneStorePort, ShiftRecord } from '../ports/store.ts'
import type { LaneDrawer } from './cashDrawer.ts'
import type { ReceiptPrinter } from './receiptPrinter.ts'
import type { LaneSettings } from './settings.ts'

export type ShiftProblem = 'shiftOpen' | 'shiftClosed' | 'tooMuchCash'

export interface ShiftDeskDeps {
  readonly settings: Pick<LaneSettings, 'laneId' | 'merchant' | 'bench' | 'timeZone' | 'currency'>
  readonly language: () => LaneSettings['language']
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly receipts: Pick<ReceiptPrinter, 'queueOriginal'>
  readonly drawer: Pick<LaneDrawer, 'open'>
  /** A report is queued under this key: print it. */
  readonly print: (key: Key) => void
}

/**
 * Shifts of this lane and their figures, which are read from the journal alone. An X covers everything since the last
 * Z; the Z that closes the shift has the next number. Amounts in minor units of the lane's currency.
 */
export interface ShiftDesk {
  current(): ShiftRecord | null
  /** Reads what is new of the journal in pieces, so that the lane goes on meanwhile. */
  report(): Promise<ShiftReport>
  open(staffId: string, floatMinor: number): Result<ShiftRecord, ShiftProblem>
  moveCash(move: {
    readonly staffId: string
    readonly direction: 'in' | 'out'
    readonly amountMinor: number
    readonly reason: CashMoveReason
  }): Promise<Result<ShiftReport, ShiftProblem>>
  close(staffId: string, countedMinor: number): Promise<Result<ShiftReport, ShiftProblem>>
  /** On paper, as it was reported. */
  print(report: ShiftReport): void
}

/** Entries read at a time: about ten milliseconds of work. */
const pageEntries = 500

/** The figures so far and where they end; begun anew after a Z. */
interface Reading {
  readonly zNumber: number
  readonly figures: ShiftFigures
  readonly last: JournalledEvent | null
  readonly firstAtMs: number | null
}

export function createShiftDesk(deps: ShiftDeskDeps): ShiftDesk {
  const { settings, store, clock, random, receipts } = deps
  const { currency } = settings
  let reading: Reading | null = null

  function begun(): Reading {
    const zNumber = store.lastClosedShift()?.closed?.zNumber ?? 0
    if (reading?.zNumber === zNumber) return reading
    return { zNumber, figures: emptyFigures, last: null, firstAtMs: null }
  }

  /** False when there was nothing more to read. */
  function readOn(): boolean {
    const from = begun()
    const after = from.last?.position ?? store.lastClosedShift()?.closed?.position ?? null
    const page = store.eventsAfter(after, pageEntries)
    const [first] = page
    reading = {
      zNumber: from.zNumber,
      figures: addFigures(
        from.figures,
        figuresOf(
          page.map(({ event }) => event),
          currency,
        ),
      ),
      last: page.at(-1) ?? from.last,
      firstAtMs: from.firstAtMs ?? first?.atMs ?? null,
    }
    return page.length === pageEntries
  }

  async function readAll(): Promise<void> {
    while (readOn()) await new Promise((resume) => setImmediate(resume))
  }

  function reportNow(zNumber: number | null, countedMinor: number | null): ShiftReport {
    const { figures, firstAtMs } = begun()
    return shiftReport(figures, {
      currency,
      zNumber,
      fromAtMs: firstAtMs,
      toAtMs: clock.nowMs(),
      countedMinor,
    })
  }

  async function report(): Promise<ShiftReport> {
    await readAll()
    return reportNow(null, null)
  }

  return {
    current: () => store.openShift(),
    report,
    open(staffId, floatMinor) {
      if (store.openShift()) return err('shiftOpen')
      const shift: ShiftRecord = {
        shiftKey: random.key(),
        staffId,
        floatMinor,
        currency,
        openedAtMs: clock.nowMs(),
        closed: null,
      }
      const { shiftKey } = shift
      store.transact((tx) => {
        tx.append(aggregate(shiftKey), { type: 'shift.opened', shiftKey, floatMinor, currency, staffId })
        tx.putShift(shift)
      })
      deps.drawer.open('count', staffId)
      return ok(shift)
    },
    async moveCash({ staffId, direction, amountMinor, reason }) {
      const before = await report()
      const shift = store.openShift()
      if (!shift) return err('shiftClosed')
      if (direction === 'out' && amountMinor > before.cash.expectedMinor) return err('tooMuchCash')
      const { shiftKey } = shift
      store.transact((tx) => {
        tx.append(aggregate(shiftKey), {
          type: 'shift.cashMoved',
          shiftKey,
          direction,
          amountMinor,
          currency,
          reason,
          staffId,
        })
      })
      deps.drawer.open('cashMove', staffId)
      return ok(await report())
    },
    async close(staffId, countedMinor) {
      await readAll()
      // What was journalled while reading; from here to the commit nothing can come between.
      while (readOn());
      const shift = store.openShift()
      if (!shift) return err('shiftClosed')
      const { shiftKey } = shift
      const atMs = clock.nowMs()
      const z = reportNow(begun().zNumber + 1, countedMinor)
      store.transact((tx) => {
        const position = tx.append(aggregate(shiftKey), {
          type: 'shift.closed',
          shiftKey,
          currency,
          report: z,
          staffId,
        })
        tx.putShift({ ...shift, closed: { zNumber: begun().zNumber + 1, atMs, position } })
      })
      deps.drawer.open('count', staffId)
      return ok(z)
    },
    print(printed) {
      const key = random.key()
      const document = reportPaper(printed, {
        ...settings,
        language: deps.language(),
        reportKey: key,
        receiptToken: random.key(),
        atMs: clock.nowMs(),
      })
      store.transact((tx) => {
        receipts.queueOriginal(tx, key, document)
      })
      deps.print(key)
    },
  }
}

function aggregate(shiftKey: Key) {
  return { kind: 'shift', id: shiftKey } as const
}
