import type { LaneEvent } from '../contract/events.ts'
import type { CashInstrument, JournalledInstrument, PaymentOutcome } from '../contract/payment.ts'
import { unreachable } from '../contract/result.ts'
import type { Key } from '../contract/values.ts'
import { journalled } from '../domain/tender/instruments.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { AttemptRecord, AttemptState, LaneStorePort, LaneTransaction } from '../ports/store.ts'
import type { AttemptRequest, ChannelAnswer } from './channel.ts'

/** An outcome nothing follows. */
export type FinalOutcome = Extract<
  PaymentOutcome,
  { kind: 'approved' | 'declined' | 'cancelled' | 'refunded' }
>

/** The attempts as store and journal keep them. Each call is one commit; throws `Failure` with nothing written. */
export interface AttemptBook {
  /** The intent, before anything leaves the lane. A deferred one is accepted with it. */
  intend(request: AttemptRequest): AttemptRecord
  /** The same key, charged when the entry reaches the hub; a hub that has it already charges nothing twice. */
  defer(record: AttemptRecord): AttemptRecord
  markUnknown(attemptKey: Key): void
  /** Before a cancel leaves: whether it arrived may never be known. */
  noteCancel(attemptKey: Key): void
  /** Null when the attempt has had its final word already. */
  settle(attemptKey: Key, outcome: FinalOutcome, card: ChannelAnswer['card']): AttemptRecord | null
  /** The goods go while nobody knows: the case of this member of staff. */
  release(attemptKey: Key, staffId: string): AttemptRecord
  takeCash(request: Omit<AttemptRequest, 'instrument' | 'mode'>, cash: CashInstrument, staffId: string): void
  /** From here on these parts are being taken back, whatever happens to the lane. */
  beginVoid(attemptKeys: readonly Key[]): readonly AttemptRecord[]
  endVoid(record: AttemptRecord): void
  cashReturned(attemptKeys: readonly Key[], staffId: string): void
}

export function createAttemptBook({
  store,
  clock,
  bench,
}: {
  store: LaneStorePort
  clock: ClockPort
  bench: boolean
}): AttemptBook {
  function known(attemptKey: Key): AttemptRecord {
    const record = store.attempt(attemptKey)
    if (!record) throw new Error(`Attempt ${attemptKey} was never begun`)
    return record
  }

  function put(tx: LaneTransaction, record: AttemptRecord, change: Partial<AttemptRecord>): AttemptRecord {
    const next = { ...record, ...change, updatedAtMs: clock.nowMs() }
    tx.putAttempt(next)
    return next
  }

  function writeIntent(tx: LaneTransaction, record: AttemptRecord, staffId?: string): void {
    const { attemptKey, saleId, amount, instrument, mode, linkedTo, recoveryKey } = record
    tx.putAttempt(record)
    tx.append(saleOf(record), {
      type: 'payment.attempted',
      attemptKey,
      saleId,
      amountMinor: amount.amountMinor,
      currency: amount.currency,
      instrument,
      mode,
      bench,
      ...(linkedTo === undefined ? {} : { linkedTo }),
      ...(recoveryKey === undefined ? {} : { recoveryKey }),
      ...(staffId === undefined ? {} : { staffId }),
    })
    if (instrument.kind === 'face' || instrument.kind === 'points')
      tx.noteUse(instrument.evidence.subjectKey, clock.nowMs())
    if (record.state === 'deferred') tx.append(saleOf(record), resolved(record, { outcome: 'deferred' }))
  }

  function begun(
    request: Omit<AttemptRequest, 'instrument'>,
    instrument: JournalledInstrument,
    state: AttemptState,
  ): AttemptRecord {
    const { attemptKey, saleId, amount, mode, linkedTo, recoveryKey } = request
    const now = clock.nowMs()
    return {
      attemptKey,
      saleId,
      amount,
      mode,
      instrument,
      state,
      outcome: null,
      createdAtMs: now,
      updatedAtMs: now,
      ...(linkedTo === undefined ? {} : { linkedTo }),
      ...(recoveryKey === undefined ? {} : { recoveryKey }),
    }
  }

  return {
    intend(request) {
      const { instrument } = request
      const kept = instrument.kind === 'card' ? unknownCard : journalled(instrument)
      const record = begun(request, kept, request.mode === 'deferred' ? 'deferred' : 'intended')
      store.transact((tx) => {
        writeIntent(tx, record)
      })
      return record
    },
    defer(record) {
      const deferred: AttemptRecord = {
        ...record,
        mode: 'deferred',
        state: 'deferred',
        updatedAtMs: clock.nowMs(),
      }
      store.transact((tx) => {
        writeIntent(tx, deferred)
      })
      return deferred
    },
    markUnknown(attemptKey) {
      const record = store.attempt(attemptKey)
      if (record?.state !== 'intended') return
      store.transact((tx) => put(tx, record, { state: 'unknown' }))
    },
    noteCancel(attemptKey) {
      const record = known(attemptKey)
      if (record.cancelAskedAtMs !== undefined) return
      store.transact((tx) => put(tx, record, { cancelAskedAtMs: clock.nowMs() }))
    },
    settle(attemptKey, outcome, card) {
      const record = known(attemptKey)
      if (record.state !== 'intended' && record.state !== 'unknown') return null
      return store.transact((tx) => {
        const instrument = card ?? record.instrument
        const next = put(tx, record, { state: stateOf(outcome), outcome, instrument })
        tx.append(saleOf(record), resolvedBy(record, outcome, card))
        return next
      })
    },
    release(attemptKey, staffId) {
      const record = known(attemptKey)
      const { saleId, amount } = record
      return store.transact((tx) => {
        tx.append(saleOf(record), {
          type: 'payment.released',
          attemptKey,
          saleId,
          amountMinor: amount.amountMinor,
          currency: amount.currency,
          staffId,
        })
        return put(tx, record, { releasedBy: staffId })
      })
    },
    takeCash(request, cash, staffId) {
      const record = begun({ ...request, mode: 'local' }, cash, 'approved')
      store.transact((tx) => {
        writeIntent(tx, record, staffId)
        tx.append(saleOf(record), resolved(record, { outcome: 'approved' }))
      })
    },
    beginVoid(attemptKeys) {
      const records = attemptKeys.map(known)
      return store.transact((tx) =>
        records.map((record) => {
          const { attemptKey, saleId } = record
          tx.append(saleOf(record), { type: 'payment.voiding', attemptKey, saleId })
          return put(tx, record, { state: 'voiding' })
        }),
      )
    },
    endVoid(record) {
      store.transact((tx) => {
        put(tx, record, { state: 'cancelled' })
        tx.append(saleOf(record), resolved(record, { outcome: 'cancelled' }))
      })
    },
    cashReturned(attemptKeys, staffId) {
      const records = attemptKeys.map(known).filter(({ state }) => state === 'voiding')
      store.transact((tx) => {
        for (const record of records) {
          put(tx, record, { state: 'cancelled' })
          tx.append(saleOf(record), resolved(record, { outcome: 'cancelled', staffId }))
        }
      })
    },
  }
}

const unknownCard = {
  kind: 'card',
  terminalId: null,
  maskedPan: null,
  scheme: null,
  traceNumber: null,
} as const

function stateOf({ kind }: FinalOutcome): AttemptState {
  return kind === 'refunded' ? 'cancelled' : kind
}

function saleOf(record: { readonly saleId: Key }) {
  return { kind: 'sale', id: record.saleId } as const
}

type Resolved = Extract<LaneEvent, { type: 'payment.resolved' }>

function resolved(
  { attemptKey, saleId }: { attemptKey: Key; saleId: Key },
  more: Omit<Resolved, 'type' | 'attemptKey' | 'saleId'>,
): Resolved {
  return { type: 'payment.resolved', attemptKey, saleId, ...more }
}

function resolvedBy(record: AttemptRecord, outcome: FinalOutcome, card: ChannelAnswer['card']): Resolved {
  switch (outcome.kind) {
    case 'approved': {
      const { approvalCode, approvedMinor } = outcome
      const { kind: _, ...details } = card ?? unknownCard
      return resolved(record, {
        outcome: 'approved',
        approvalCode,
        ...(approvedMinor === undefined ? {} : { approvedMinor }),
        ...(card === null ? {} : { card: details }),
      })
    }
    case 'declined':
      return resolved(record, { outcome: 'declined', reason: outcome.reason })
    case 'cancelled':
    case 'refunded':
      return resolved(record, { outcome: 'cancelled' })
    default:
      return unreachable(outcome)
  }
}
