import type { FiscalPort } from '../../drivers/fiscal/fiscal-port.ts'
import { createSubscriptions } from '../../drivers/port/subscriptions.ts'
import type { FiscalMark, FiscalOutageReason, FiscalRecord } from '../contract/fiscal.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { Key } from '../contract/values.ts'
import type { FiscalPolicy } from '../domain/fiscal/policies.ts'
import { processData } from '../domain/fiscal/processData.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FiscalDeskPort, FiscalRow, FiscalStatus } from '../ports/fiscal.ts'
import type { LogPort } from '../ports/log.ts'
import type { LaneStorePort } from '../ports/store.ts'
import { createSigning } from './signing.ts'

export interface FiscalDeskDeps {
  readonly policy: FiscalPolicy
  readonly device: FiscalPort
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly log: LogPort
  readonly laneId: string
  readonly currency: string
  readonly times?: FiscalTimes
}

export interface FiscalTimes {
  /** Limit of one call to the device, ms. */
  readonly callMs: number
  /** Between two tries while the device is out, ms. */
  readonly retryMs: number
}

const defaultTimes: FiscalTimes = { callMs: 5000, retryMs: 5000 }
/** Signed records are in the journal; a restart asks for the mark of the last sale only. */
const keepSignedMs = 7 * 86_400_000

/**
 * Signs every record once and in order. The device is asked by one worker, one call at a time; a sale waits for the
 * worker only until its limit, then it is marked and the worker goes on without it.
 */
export function createFiscalDesk(deps: FiscalDeskDeps): FiscalDeskPort {
  const { policy, store, clock, log, currency, times = defaultTimes } = deps
  const statuses = createSubscriptions<FiscalStatus>()
  const closing = new AbortController()
  /** Sales in front of which somebody waits. */
  const waiters = new Map<Key, (reason: FiscalOutageReason | null) => void>()
  let out: { readonly reason: FiscalOutageReason; readonly sinceMs: number } | null = null
  let turn: Promise<void> = Promise.resolve()
  let cancelRetry = (): void => undefined

  const signing = createSigning({
    ...deps,
    call: () => ({ timeoutMs: times.callMs, signal: closing.signal }),
    marked: (recordKey) => waiters.get(recordKey)?.(null),
  })

  function status(): FiscalStatus {
    const owed = store.openFiscalRows().filter(({ state }) => state === 'owed').length
    return {
      state: out === null ? 'ready' : 'outage',
      reason: out?.reason ?? null,
      sinceMs: out?.sinceMs ?? null,
      owed,
    }
  }

  /** The worker: everything that asks the device takes its turn here. A bug or a full disk stops nothing but its turn. */
  function enqueue(work: () => Promise<FiscalOutageReason | null>): void {
    turn = turn.then(async () => {
      if (closing.signal.aborted) return
      try {
        note(await work())
      } catch (thrown) {
        log.error({ failure: failureData(thrown) }, 'the fiscal desk could not keep a fact')
        retryLater()
      }
    })
  }

  /** What the last call told of the device. Everybody who waits is told at once. */
  function note(reason: FiscalOutageReason | null): void {
    if (closing.signal.aborted) return
    const changed = out?.reason !== reason
    if (reason === null) out = null
    else {
      out = { reason, sinceMs: out?.sinceMs ?? clock.nowMs() }
      for (const tell of [...waiters.values()]) tell(reason)
      retryLater()
    }
    if (!changed) return
    log[reason === null ? 'info' : 'warn']({ reason }, 'fiscal device')
    statuses.emit(status())
  }

  function retryLater(): void {
    cancelRetry()
    cancelRetry = clock.after(times.retryMs, () => enqueue(catchUp))
  }

  /** Everything handed in and not signed, in order; the first that fails stops it. */
  async function catchUp(): Promise<FiscalOutageReason | null> {
    for (const { recordKey, sealOrder, state } of store.openFiscalRows()) {
      if (state === 'setAside') continue
      const reason = sealOrder === null ? null : await signing.finish(recordKey)
      if (reason !== null) return reason
    }
    // Nothing owed says nothing about the device: it is asked.
    return out === null ? null : signing.sweep()
  }

  function handIn(record: FiscalRecord): FiscalRow {
    const before = store.fiscalRow(record.recordKey)
    const row: FiscalRow = {
      recordKey: record.recordKey,
      state: record.kind === 'abandoned' ? 'abandoning' : 'sealing',
      kind: record.kind,
      sealOrder: before?.sealOrder ?? null,
      transactionNumber: before?.transactionNumber ?? null,
      // What was handed in may be signed already, by a finish whose answer was lost: its data stays as it was.
      process: before?.process ?? { processType: policy.processType, processData: processData(record) },
      mark: null,
      updatedAtMs: clock.nowMs(),
    }
    return store.transact((tx) => {
      const placed = { ...row, sealOrder: row.sealOrder ?? tx.nextSealOrder() }
      tx.putFiscalRow(placed)
      return placed
    })
  }

  /** The receipt goes out unsigned and says so; the worker signs the record when it can. */
  function owe(recordKey: Key, reason: FiscalOutageReason): FiscalMark {
    const row = store.fiscalRow(recordKey)
    if (row === null) throw new Error(`The fiscal record ${recordKey} was never handed in`)
    if (row.mark !== null) return row.mark
    const sinceMs = out?.sinceMs ?? clock.nowMs()
    const mark: FiscalMark = { kind: 'outage', reason, sinceMs }
    store.transact((tx) => {
      tx.putFiscalRow({ ...row, state: 'owed', mark, updatedAtMs: clock.nowMs() })
      tx.append(
        { kind: 'sale', id: recordKey },
        { type: 'fiscal.outage', recordKey, kind: row.kind, reason, sinceMs },
      )
    })
    retryLater()
    statuses.emit(status())
    return mark
  }

  function markOf(recordKey: Key): FiscalMark {
    const mark = store.fiscalRow(recordKey)?.mark ?? null
    if (mark === null) throw new Error(`The fiscal record ${recordKey} was signed without its mark`)
    return mark
  }

  function waitFor(recordKey: Key): Promise<FiscalMark> {
    return new Promise((resolve, reject) => {
      const settle = (reason: FiscalOutageReason | null): void => {
        cancel()
        waiters.delete(recordKey)
        try {
          resolve(reason === null ? markOf(recordKey) : owe(recordKey, reason))
        } catch (thrown) {
          reject(thrown instanceof Error ? thrown : new Error(String(thrown)))
        }
      }
      const cancel = clock.after(policy.sealLimitMs, () => settle(status().owed > 0 ? 'backlog' : 'timeout'))
      waiters.set(recordKey, settle)
      enqueue(catchUp)
    })
  }

  function abandon(recordKey: Key): void {
    const row = store.fiscalRow(recordKey)
    if (row?.state !== 'opening' && row?.state !== 'open') return
    keeping(() => {
      handIn({ recordKey, kind: 'abandoned', currency, turnover: [], payments: [] })
      if (out === null) enqueue(catchUp)
    })
  }

  /** Beside a sale: a full disk is the lane's own trouble and stops the lane where it must. */
  function keeping(work: () => void): void {
    try {
      work()
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      log.error({ failure: thrown.toJSON() }, 'a fiscal record could not be kept')
    }
  }

  return {
    status,
    onStatus: (listener) => statuses.add(listener),
    maySell: () => policy.required !== 'block' || out === null,
    resume(openSale) {
      keeping(() => {
        store.transact((tx) => tx.dropSignedFiscalRows(clock.nowMs() - keepSignedMs))
      })
      for (const { recordKey } of store.openFiscalRows()) if (recordKey !== openSale) abandon(recordKey)
      enqueue(async () => (await signing.sweep()) ?? (await catchUp()))
    },
    begin(recordKey) {
      if (store.fiscalRow(recordKey) !== null) return
      keeping(() => {
        store.transact((tx) =>
          tx.putFiscalRow({
            recordKey,
            state: 'opening',
            kind: 'sale',
            sealOrder: null,
            transactionNumber: null,
            process: null,
            mark: null,
            updatedAtMs: clock.nowMs(),
          }),
        )
        if (out === null) enqueue(() => signing.start(recordKey))
      })
    },
    async seal(record) {
      const known = store.fiscalRow(record.recordKey)?.mark ?? null
      if (known !== null) return known
      handIn(record)
      // A device that is known to be out is not waited for again by every shopper.
      return out === null ? waitFor(record.recordKey) : owe(record.recordKey, out.reason)
    },
    abandon,
    async close() {
      cancelRetry()
      closing.abort()
      await turn
      await deps.device.close()
    },
  }
}
