import type { FiscalMark, FiscalRecord } from '../contract/fiscal.ts'
import type { LaneEvent, LaneEventOf } from '../contract/events.ts'
import type { Refund, RefundState } from '../contract/returns.ts'
import type { CashRounding } from '../domain/cash/rounding.ts'
import { fiscalBlocks } from '../domain/fiscal/receiptBlocks.ts'
import { buildCreditNote } from '../domain/returns/creditNote.ts'
import { handOutMinor } from '../domain/returns/handOut.ts'
import { allocationOf } from '../domain/returns/plan.ts'
import { refundWays } from '../domain/returns/tenders.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort, LaneTransaction, ReturnRecord } from '../ports/store.ts'
import type { ReceiptPrinter } from './receiptPrinter.ts'
import type { LaneSettings } from './settings.ts'

export interface ReturnBookDeps {
  readonly settings: Pick<LaneSettings, 'laneId' | 'merchant' | 'bench' | 'timeZone'>
  readonly rounding: Pick<CashRounding, 'unitMinor' | 'mode'>
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly receipts: Pick<ReceiptPrinter, 'queueOriginal'>
  readonly publicUrl: () => string | null
  /** What the fiscal device says of a record; the same key gives the same mark. */
  readonly seal: (record: FiscalRecord) => Promise<FiscalMark | null>
  /** Cash of a return that is written is to be handed out. */
  readonly handOut: (staffId: string) => void
  /** A credit note is queued: print it. */
  readonly print: (returnKey: string) => void
}

/** What is written of returns. Each is one commit, and throws `Failure` `store.diskFull` with nothing written. */
export interface ReturnBook {
  /** The intent, with a key for every part of the money, before anything is sent. */
  begin(record: ReturnRecord): void
  /** It may have been asked for already: from now on only an answer ends it. */
  note(record: ReturnRecord): ReturnRecord
  refuse(record: ReturnRecord, code: string): void
  /** Decided: the return, its credit note, and what is known of its money. Called again, only what is new of that. */
  accept(record: ReturnRecord, states: readonly RefundState[]): Promise<ReturnRecord>
  /** The last word on a part that the lane itself hands back. */
  settle(record: ReturnRecord, state: RefundState): ReturnRecord
}

type Final = RefundState & { readonly state: 'done' | 'refused' }

export function createReturnBook(deps: ReturnBookDeps): ReturnBook {
  const { store, clock, random, receipts, settings } = deps

  function commit(record: ReturnRecord, write: (tx: LaneTransaction) => void): ReturnRecord {
    // Never the moment it was made: that alone says that nobody asked for it yet.
    const kept = { ...record, updatedAtMs: Math.max(clock.nowMs(), record.createdAtMs + 1) }
    store.transact((tx) => {
      write(tx)
      tx.putReturn(kept)
    })
    return kept
  }

  function append(tx: LaneTransaction, record: ReturnRecord, events: readonly LaneEvent[]): void {
    for (const event of events) tx.append({ kind: 'sale', id: record.order.saleId }, event)
  }

  function resolvedOf(record: ReturnRecord, states: readonly Final[]): LaneEventOf<'refund.resolved'>[] {
    const { returnKey, saleId } = record.order
    return states.map(({ refundKey, state: outcome, providerReference, nativeCode }) => ({
      type: 'refund.resolved',
      refundKey,
      returnKey,
      saleId,
      outcome,
      ...(providerReference === undefined ? {} : { providerReference }),
      ...(nativeCode === undefined ? {} : { nativeCode }),
    }))
  }

  function returnedOf(record: ReturnRecord, mark: FiscalMark | null): LaneEventOf<'sale.returned'> {
    const { order, plan, language, currency, decidedBy } = record
    const receiptToken = random.key()
    const base = deps.publicUrl()
    const refunds = order.refunds.map((refund) => ({ ...refund, ...roundingOf(record, refund) }))
    const shared = {
      returnKey: order.returnKey,
      saleId: order.saleId,
      reason: order.reason,
      currency,
      amountMinor: plan.value.amountMinor,
      lines: [...plan.value.lines],
      taxes: [...plan.value.taxes],
    }
    const receipt = buildCreditNote({
      ...shared,
      receiptToken,
      language,
      merchant: settings.merchant,
      laneId: settings.laneId,
      bench: settings.bench,
      refunds: refunds.map((refund) => ({ ...refund, reduced: isReduced(record, refund) })),
      atMs: clock.nowMs(),
      timeZone: settings.timeZone,
      receiptUrl: base === null ? null : `${base}/r/${receiptToken}`,
      fiscal: fiscalBlocks(mark, language),
    })
    return { type: 'sale.returned', ...shared, staffId: order.staffId, decidedBy, refunds, receipt }
  }

  function roundingOf({ plan }: ReturnRecord, refund: Refund): { roundingMinor?: number } {
    if (refund.tender !== 'cash') return {}
    const roundingMinor = handOutMinor(allocationOf(plan, refund), deps.rounding) - refund.amountMinor
    return roundingMinor === 0 ? {} : { roundingMinor }
  }

  async function acceptFirst(record: ReturnRecord, states: readonly RefundState[]): Promise<ReturnRecord> {
    const mark = await deps.seal(
      fiscalRecordOf(
        record,
        (refund) => refund.amountMinor + (roundingOf(record, refund).roundingMinor ?? 0),
      ),
    )
    const refunds = states.map((state) => (isCash(record, state.refundKey) ? handed(state) : state))
    const returned = returnedOf(record, mark)
    const kept = commit({ ...record, state: stateOf(refunds), refunds }, (tx) => {
      append(tx, record, [...reductionsOf(record), returned, ...resolvedOf(record, refunds.filter(isFinal))])
      receipts.queueOriginal(tx, record.order.returnKey, returned.receipt)
    })
    if (record.order.refunds.some(({ refundKey }) => isCash(record, refundKey))) {
      deps.handOut(record.order.staffId)
    }
    deps.print(record.order.returnKey)
    return kept
  }

  return {
    begin(record) {
      const { returnKey, saleId } = record.order
      store.transact((tx) => {
        append(
          tx,
          record,
          record.order.refunds.map(({ refundKey, attemptKey, tender, amountMinor }) => ({
            type: 'refund.attempted',
            refundKey,
            returnKey,
            saleId,
            attemptKey,
            tender,
            amountMinor,
            currency: record.currency,
          })),
        )
        tx.putReturn(record)
      })
    },
    note: (record) => commit(record, () => undefined),
    refuse(record, code) {
      const refused = record.order.refunds.map(({ refundKey }) => ({
        refundKey,
        state: 'refused' as const,
        nativeCode: code,
      }))
      commit({ ...record, state: 'refused', refunds: refused }, (tx) => {
        append(tx, record, resolvedOf(record, refused))
      })
    },
    async accept(record, states) {
      const known = store.saleReturn(record.order.returnKey)
      if (known === null) throw new Error(`Return ${record.order.returnKey} was never begun`)
      if (known.state === 'ordered') return acceptFirst(known, states)
      if (known.state !== 'accepted') return known
      const newly = states.filter(isFinal).filter((state) => !isKnown(known, state))
      const refunds = known.refunds.map(
        (old) => newly.find(({ refundKey }) => refundKey === old.refundKey) ?? old,
      )
      return commit({ ...known, state: stateOf(refunds), refunds }, (tx) => {
        append(tx, known, resolvedOf(known, newly))
      })
    },
    settle(record, state) {
      const refunds = record.refunds.map((old) => (old.refundKey === state.refundKey ? state : old))
      return commit({ ...record, state: stateOf(refunds), refunds }, (tx) => {
        append(tx, record, resolvedOf(record, [state].filter(isFinal)))
      })
    },
  }
}

function isFinal(state: RefundState): state is Final {
  return state.state === 'done' || state.state === 'refused'
}

function isKnown(record: ReturnRecord, { refundKey }: RefundState): boolean {
  return record.refunds.some((old) => old.refundKey === refundKey && isFinal(old))
}

function stateOf(refunds: readonly RefundState[]): 'accepted' | 'settled' {
  return refunds.every(isFinal) ? 'settled' : 'accepted'
}

/** Cash is in the hands of the member of staff who confirmed the return. */
function isCash({ order }: ReturnRecord, refundKey: string): boolean {
  return order.refunds.some(
    (refund) => refund.refundKey === refundKey && refundWays[refund.tender] === 'till',
  )
}

function handed({ refundKey }: RefundState): RefundState {
  return { refundKey, state: 'done' }
}

/** The lane alone can only make a payment smaller that nobody has charged yet. */
export function isReduced({ decidedBy }: ReturnRecord, { mode }: Refund): boolean {
  return decidedBy === 'lane' && mode === 'deferred'
}

function reductionsOf(record: ReturnRecord): LaneEventOf<'payment.reduced'>[] {
  const { returnKey, saleId, refunds } = record.order
  return refunds
    .filter((refund) => isReduced(record, refund))
    .map(({ refundKey, attemptKey, amountMinor }) => ({
      type: 'payment.reduced',
      attemptKey,
      saleId,
      returnKey,
      reductionKey: refundKey,
      amountMinor,
      currency: record.currency,
    }))
}

function fiscalRecordOf(
  { order, plan, currency }: ReturnRecord,
  paidBackMinor: (refund: Refund) => number,
): FiscalRecord {
  return {
    recordKey: order.returnKey,
    kind: 'return',
    currency,
    turnover: plan.value.taxes.map(({ taxClass, ratePermille, grossMinor }) => ({
      taxClass,
      ratePermille,
      grossMinor: 0 - grossMinor,
    })),
    payments: order.refunds.map((refund) => ({
      kind: refund.tender === 'cash' ? 'cash' : 'nonCash',
      amountMinor: 0 - paidBackMinor(refund),
      currency,
    })),
  }
}
