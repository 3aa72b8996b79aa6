import type { FiscalCall, FiscalPort } from '../../drivers/fiscal/fiscal-port.ts'
import type { FiscalMark, FiscalOutageReason, FiscalSignature } from '../contract/fiscal.ts'
import type { Aggregate } from '../contract/journal.ts'
import type { Key } from '../contract/values.ts'
import type { FiscalPolicy } from '../domain/fiscal/policies.ts'
import { processData } from '../domain/fiscal/processData.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { FiscalRow } from '../ports/fiscal.ts'
import type { LogPort } from '../ports/log.ts'
import type { LaneStorePort } from '../ports/store.ts'

export interface SigningDeps {
  readonly policy: FiscalPolicy
  readonly device: FiscalPort
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly log: LogPort
  readonly laneId: string
  readonly currency: string
  readonly call: () => FiscalCall
  /** A record has its mark: nothing more will be heard of it. */
  readonly marked: (recordKey: Key) => void
}

/** One step with the device at a time; each tells why it could not be done, null when it was. */
export interface Signing {
  /** Begins the transaction of a record that has none. */
  start(recordKey: Key): Promise<FiscalOutageReason | null>
  /** Signs a record that was handed in, sets it aside, or drops one that was given up before it began. */
  finish(recordKey: Key): Promise<FiscalOutageReason | null>
  /** Finishes what the device holds open and nobody here knows: a start whose answer was lost. */
  sweep(): Promise<FiscalOutageReason | null>
}

export function createSigning(deps: SigningDeps): Signing {
  const { policy, device, store, clock, log, call } = deps
  /** Nothing is open at the device that is not known here. */
  let swept = false

  async function sweep(): Promise<FiscalOutageReason | null> {
    const open = await device.started(call())
    if (open.kind === 'outage') return heard(open)
    const known = new Set(store.openFiscalRows().map(({ transactionNumber }) => transactionNumber))
    for (const transactionNumber of open.value.filter((number) => !known.has(number))) {
      const answer = await device.finish(transactionNumber, abandonedProcess(), call())
      if (answer.kind === 'outage') return heard(answer)
      store.transact((tx) => {
        tx.append(laneAggregate(), finishedEvent(null, 'abandoned', false, answer.value))
      })
    }
    swept = true
    return null
  }

  async function start(recordKey: Key): Promise<FiscalOutageReason | null> {
    if (!swept) {
      const reason = await sweep()
      if (reason !== null) return reason
    }
    if (store.fiscalRow(recordKey)?.transactionNumber !== null) return null
    // From here on a start may be on its way: without its answer the next one looks first.
    swept = false
    const answer = await device.start(call())
    if (answer.kind === 'outage') return heard(answer)
    const { transactionNumber, signatureCounter, logTime } = answer.value
    const row = store.fiscalRow(recordKey)
    if (row === null) return null
    store.transact((tx) => {
      tx.putFiscalRow({ ...row, transactionNumber, state: row.state === 'opening' ? 'open' : row.state })
      tx.append(saleAggregate(recordKey), {
        type: 'fiscal.started',
        recordKey,
        transactionNumber,
        signatureCounter,
        logTime,
      })
    })
    swept = true
    return null
  }

  async function finish(recordKey: Key): Promise<FiscalOutageReason | null> {
    const row = store.fiscalRow(recordKey)
    if (row === null || row.state === 'signed' || row.state === 'setAside') return null
    if (row.transactionNumber === null) return finishUnbegun(row)
    const { process, transactionNumber } = row
    if (process === null) throw new Error(`The fiscal record ${recordKey} was handed in without its data`)
    const answer = await device.finish(transactionNumber, process, call())
    if (answer.kind === 'done') {
      keep(recordKey, answer.value)
      return null
    }
    if (answer.reason !== 'refused') return heard(answer)
    const found = await device.lookUp(transactionNumber, call())
    if (found.kind === 'outage') return heard(found)
    if (found.value !== null) {
      setAside({ ...row, transactionNumber }, answer.detail)
      return null
    }
    // Another device, or one that was reset: it never gave this number, so it has signed nothing of this record.
    log.warn({ transactionNumber }, 'the fiscal device does not know a transaction; a new one is begun')
    store.transact((tx) => tx.putFiscalRow({ ...row, transactionNumber: null }))
    return (await start(recordKey)) ?? finish(recordKey)
  }

  async function finishUnbegun(row: FiscalRow): Promise<FiscalOutageReason | null> {
    if (row.state !== 'abandoning') return (await start(row.recordKey)) ?? finish(row.recordKey)
    const reason = swept ? null : await sweep()
    if (reason !== null) return reason
    store.transact((tx) => tx.dropFiscalRow(row.recordKey))
    return null
  }

  function keep(recordKey: Key, signature: FiscalSignature): void {
    const row = store.fiscalRow(recordKey)
    if (row === null || row.state === 'signed') return
    const late = row.mark !== null
    store.transact((tx) => {
      tx.putFiscalRow({
        ...row,
        state: 'signed',
        mark: row.mark ?? { kind: 'signed', signature },
        updatedAtMs: clock.nowMs(),
      })
      tx.append(saleAggregate(recordKey), finishedEvent(recordKey, row.kind, late, signature))
    })
    deps.marked(recordKey)
  }

  /** The device knows the number and will not sign this under it, however often it is asked: a case for a person. */
  function setAside(row: FiscalRow & { readonly transactionNumber: number }, detail: string): void {
    const { recordKey, kind, transactionNumber } = row
    const atMs = clock.nowMs()
    log.error({ recordKey, transactionNumber, detail }, 'a fiscal record is refused for good and set aside')
    store.transact((tx) => {
      const mark: FiscalMark = row.mark ?? { kind: 'outage', reason: 'refused', sinceMs: atMs }
      tx.putFiscalRow({ ...row, state: 'setAside', mark, updatedAtMs: atMs })
      tx.append(saleAggregate(recordKey), {
        type: 'fiscal.setAside',
        recordKey,
        kind,
        transactionNumber,
        unsigned: row.mark === null,
      })
    })
    deps.marked(recordKey)
  }

  function heard(answer: {
    readonly reason: FiscalOutageReason
    readonly detail: string
  }): FiscalOutageReason {
    log.warn({ reason: answer.reason, detail: answer.detail }, 'the fiscal device did not do what was asked')
    return answer.reason
  }

  function abandonedProcess() {
    const nothing = { recordKey: '', currency: deps.currency, turnover: [], payments: [] }
    return { processType: policy.processType, processData: processData({ ...nothing, kind: 'abandoned' }) }
  }

  function laneAggregate(): Aggregate {
    return { kind: 'lane', id: deps.laneId }
  }

  return { start, finish, sweep }
}

function saleAggregate(recordKey: Key): Aggregate {
  return { kind: 'sale', id: recordKey }
}

function finishedEvent(
  recordKey: Key | null,
  kind: FiscalRow['kind'],
  late: boolean,
  signature: FiscalSignature,
) {
  return { type: 'fiscal.finished', recordKey, kind, late, signature } as const
}
