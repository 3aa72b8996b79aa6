import type { CallOptions } from '../../drivers/port/call.ts'
import type {
  LastTransaction,
  PaymentTerminalPort,
  TerminalOutcome,
  TransactionCall,
} from '../../drivers/payment-terminal/payment-terminal-port.ts'
import { Failure, failureData, type FailureData } from '../contract/failure.ts'
import type { Key, Money } from '../contract/values.ts'
import type {
  CardAvailability,
  CardCall,
  CardCallRow,
  CardOutcome,
  CardReversal,
  CardTerminalPort,
} from '../ports/cardTerminal.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { LaneStorePort } from '../ports/store.ts'
import { approvalOf, outcomeOf, verdictOf, type CertainOutcome } from './verdicts.ts'

/** The supervised terminal: the same object whatever is unplugged and plugged in again. */
export interface TerminalConnection {
  /** Null while no terminal answers. Heartbeats stay away meanwhile. */
  use<T>(work: (port: PaymentTerminalPort | null) => Promise<T>): Promise<T>
  answers(): boolean
  onChange(listener: () => void): () => void
}

export interface CardPaymentsDeps {
  readonly terminal: TerminalConnection
  readonly store: LaneStorePort
  readonly clock: Pick<ClockPort, 'nowMs'>
  readonly log: LogPort
  /** A shopper at the terminal, ms: the terminal gives up earlier by itself. Default three minutes. */
  readonly transactionLimitMs?: number
}

const defaultTransactionLimitMs = 180_000
const questionLimitMs = 10_000
/** A void of the same sale is long over by then, and a return goes by refund. */
const keepSettledMs = 35 * 86_400_000

/**
 * Card payments that survive a crash at any point: the terminal's last trace number is kept with the attempt before
 * the first byte, each outcome before it is told, and while the outcome of one call is open nothing else is sent.
 */
export function createCardPayments(deps: CardPaymentsDeps): CardTerminalPort {
  const { terminal, store, clock, log, transactionLimitMs = defaultTransactionLimitMs } = deps
  const listeners = new Set<(availability: CardAvailability) => void>()
  const running = new Map<Key, Promise<CardOutcome>>()
  /** Calls take turns: what one leaves at the terminal, the next must be able to read. */
  let turn: Promise<unknown> = Promise.resolve()
  let users = 0

  const availability = (): CardAvailability => {
    if (users > 0) return 'busy'
    return terminal.answers() ? 'ready' : 'lost'
  }
  const tell = (): void => {
    for (const listener of listeners) listener(availability())
  }
  terminal.onChange(tell)

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    users += 1
    tell()
    const mine = turn.then(work).finally(() => {
      users -= 1
      tell()
    })
    turn = mine.catch(() => undefined)
    return mine
  }

  function put(row: CardCallRow): CardCallRow {
    const next = { ...row, updatedAtMs: clock.nowMs() }
    store.transact((tx) => tx.putCardCall(next))
    return next
  }

  /** The intent, on disk before the first byte. */
  function begun(row: CardCallRow): CardCallRow {
    store.transact((tx) => {
      tx.dropSettledCardCalls(row.createdAtMs - keepSettledMs)
      tx.putCardCall(row)
    })
    return row
  }

  /** The outcome is kept before anybody hears of it; while it is open there is nothing to keep. */
  function settle(row: CardCallRow, outcome: CardOutcome): CardOutcome {
    if (outcome.kind !== 'unknown') put({ ...row, state: 'done', outcome })
    log.info({ callKey: row.callKey, kind: row.kind, outcome: outcome.kind }, 'card terminal')
    return outcome
  }

  async function lastTransaction(): Promise<LastTransaction | FailureData> {
    try {
      return await terminal.use((port) =>
        port === null ? Promise.reject(absent()) : port.lastTransaction({ timeoutMs: questionLimitMs }),
      )
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      return failureData(thrown)
    }
  }

  /** Asks what became of a call that is open. */
  async function findOut(row: CardCallRow): Promise<CardOutcome> {
    const last = await lastTransaction()
    if ('code' in last) return { kind: 'unknown', failure: last }
    return settle(row, verdictOf(row, last))
  }

  /** A charge that was taken back, or is being, is no payment any more. */
  async function outcomeNow(row: CardCallRow): Promise<CardOutcome> {
    if (row.outcome === null) return findOut(row)
    if (row.reversal === 'done') return { kind: 'cancelled' }
    if (row.reversal !== 'open') return row.outcome
    const reversal = await takeBack(row)
    switch (reversal.kind) {
      case 'done':
        return { kind: 'cancelled' }
      case 'refused':
        return row.outcome
      case 'unknown':
        return reversal
    }
  }

  /** True when no call is left whose trace the next one would cover up. */
  async function nothingOpen(except: Key | null): Promise<boolean> {
    for (const row of store.openCardCalls()) {
      if (row.callKey === except) continue
      if (row.state === 'open' && (await findOut(row)).kind === 'unknown') return false
      if (row.reversal === 'open' && (await takeBack(row)).kind === 'unknown') return false
    }
    return true
  }

  async function move(
    kind: CardCallRow['kind'],
    callKey: Key,
    amount: Money,
    call: CardCall,
    send: (port: PaymentTerminalPort, call: TransactionCall) => Promise<TerminalOutcome>,
  ): Promise<CardOutcome> {
    const kept = store.cardCall(callKey)
    if (kept !== null) return outcomeNow(kept)
    if (!(await nothingOpen(callKey))) return notSent
    const last = await lastTransaction()
    if ('code' in last || last.kind === 'busy') return notSent
    const row = begun({
      callKey,
      kind,
      amount,
      traceBefore: last.kind === 'booked' ? last.transaction.traceNumber : null,
      state: 'open',
      outcome: null,
      reversal: null,
      createdAtMs: clock.nowMs(),
      updatedAtMs: clock.nowMs(),
    })
    const limits = { timeoutMs: transactionLimitMs, signal: call.signal, onPrompt: call.onPrompt }
    return settle(row, outcomeOf(row, await sent((port) => send(port, limits))))
  }

  /** A port that refuses the call (closed, lost this moment) sent nothing. */
  async function sent(
    send: (port: PaymentTerminalPort) => Promise<TerminalOutcome>,
  ): Promise<TerminalOutcome> {
    try {
      return await terminal.use((port) => (port === null ? Promise.reject(absent()) : send(port)))
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      return { kind: 'notSent', failure: failureData(thrown) }
    }
  }

  async function takeBack(row: CardCallRow): Promise<CardReversal> {
    const approval = approvalOf(row)
    if (row.reversal === 'done') return { kind: 'done', traceNumber: null }
    if (approval === null) return { kind: 'refused', nativeCode: 'notApproved' }
    if (row.reversal === 'open') {
      const last = await lastTransaction()
      if ('code' in last) return { kind: 'unknown', failure: last }
      if (last.kind === 'busy') return { kind: 'unknown', failure: failureData(busy()) }
      if (last.kind === 'booked' && last.transaction.originalTrace === approval.traceNumber) {
        put({ ...row, reversal: 'done' })
        return { kind: 'done', traceNumber: last.transaction.traceNumber }
      }
    }
    put({ ...row, reversal: 'open' })
    const limits: CallOptions = { timeoutMs: transactionLimitMs }
    const outcome = await sent((port) => port.reverse(approval.receiptNumber, limits))
    switch (outcome.kind) {
      case 'booked':
        put({ ...row, reversal: 'done' })
        return { kind: 'done', traceNumber: outcome.transaction.traceNumber }
      case 'refused': {
        const done = outcome.meaning === 'alreadyReversed'
        put({ ...row, reversal: done ? 'done' : 'refused' })
        return done
          ? { kind: 'done', traceNumber: null }
          : { kind: 'refused', nativeCode: hex(outcome.resultCode) }
      }
      case 'notSent':
        put(row)
        return { kind: 'unknown', failure: outcome.failure }
      case 'unknown':
        return { kind: 'unknown', failure: outcome.failure }
    }
  }

  function begin(key: Key, work: () => Promise<CardOutcome>): Promise<CardOutcome> {
    const already = running.get(key)
    if (already !== undefined) return already
    const mine = inTurn(work).finally(() => running.delete(key))
    running.set(key, mine)
    return mine
  }

  return {
    availability,
    onAvailability(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    authorise({ attemptKey, amount }, call = {}) {
      if (users > 0 && !running.has(attemptKey)) return Promise.resolve(notSent)
      return begin(attemptKey, () =>
        move('charge', attemptKey, amount, call, (port, limits) =>
          port.authorise(amount.amountMinor, limits),
        ),
      )
    },
    recover: (attemptKey) =>
      begin(attemptKey, async () => {
        const row = store.cardCall(attemptKey)
        return row === null ? notSent : outcomeNow(row)
      }),
    reverse: (attemptKey) =>
      inTurn(async () => {
        const row = store.cardCall(attemptKey)
        if (row === null) return { kind: 'refused', nativeCode: 'notApproved' }
        if (!(await nothingOpen(attemptKey))) return { kind: 'unknown', failure: failureData(busy()) }
        return takeBack(row)
      }),
    refund: ({ refundKey, amount }, call = {}) =>
      inTurn(async () => {
        const outcome = await move('refund', refundKey, amount, call, (port, limits) =>
          port.refund(amount.amountMinor, limits),
        )
        return reversalOf(outcome)
      }),
  }
}

const notSent: CertainOutcome = { kind: 'declined', reason: 'notSent', nativeCode: '' }

function reversalOf(outcome: CardOutcome): CardReversal {
  switch (outcome.kind) {
    case 'approved':
      return { kind: 'done', traceNumber: outcome.approval.traceNumber }
    case 'declined':
      return { kind: 'refused', nativeCode: outcome.nativeCode }
    case 'cancelled':
      return { kind: 'refused', nativeCode: 'cancelled' }
    case 'unknown':
      return outcome
  }
}

function hex(resultCode: number): string {
  return resultCode.toString(16).padStart(2, '0').toUpperCase()
}

function absent(): Failure {
  return new Failure({
    code: 'card.terminalLost',
    attempted: 'ask the card terminal',
    remedy: 'staff',
    message:
      'The card terminal does not answer. Check its power and its cable; the lane asks again by itself.',
  })
}

function busy(): Failure {
  return new Failure({
    code: 'card.terminalBusy',
    attempted: 'ask the card terminal',
    remedy: 'retry',
    message: 'The card terminal is still busy with another payment. It is asked again in a moment.',
  })
}
