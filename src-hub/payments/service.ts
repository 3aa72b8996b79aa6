import type { RefundRequest } from '../../src-main/contract/hubApi.ts'
import type { AuthoriseRequest, PaymentOutcome } from '../../src-main/contract/payment.ts'
import { journalled } from '../../src-main/domain/tender/instruments.ts'
import type { HubContext } from '../context.ts'
import type { PaymentProvider } from '../providers/port.ts'
import { hashCode } from '../providers/wallet/codes.ts'
import { Refusal } from '../refusal.ts'
import type { Transaction } from '../store/database.ts'
import {
  type Attempt,
  beginAttempt,
  findAttempt,
  layTombstone,
  lockAttempt,
  type Order,
  startedSince,
} from './attempts.ts'
import { executeAttempt, voidAttempt } from './execution.ts'
import { refundAttempt } from './refunds.ts'

/** The lanes' payment calls. Every one may be repeated at any time and then answers the same. */
export interface PaymentService {
  authorise(laneId: string, request: AuthoriseRequest): Promise<PaymentOutcome>
  query(laneId: string, attemptKey: string): Promise<PaymentOutcome>
  cancel(laneId: string, attemptKey: string): Promise<PaymentOutcome>
  refund(laneId: string, request: RefundRequest): Promise<PaymentOutcome>
  /** Charges what a lane accepted offline, inside the transaction that takes its journal entry. */
  executeDeferred(tx: Transaction, order: Order): Promise<Attempt>
  /** After a crash: carries out what was begun and not finished, while its lane still asks about it. */
  finishInterrupted(): Promise<void>
}

/** As long as lanes wait for a pending attempt before they take it back. */
const stillAskedMs = 60_000

export function createPayments(context: HubContext, provider: PaymentProvider): PaymentService {
  const { database, nowMs } = context
  return {
    authorise: async (laneId, request) => {
      const order = onlineOrder(context, laneId, request)
      // Committed before any provider is called: after a crash the key is known and can be asked about.
      await beginAttempt(database, order, nowMs())
      return database.transaction(async (tx) => {
        const attempt = await lockOwn(tx, laneId, order.attemptKey)
        if (attempt.state === 'cancelled') return { kind: 'declined', reason: 'attemptCancelled' }
        requireSameOrder(attempt, order)
        return (await executeAttempt(tx, provider, attempt, nowMs())).outcome
      })
    },
    query: async (laneId, attemptKey) => {
      const attempt = await findAttempt(database, attemptKey)
      if (attempt === null) return { kind: 'notFound' }
      requireOwn(attempt, laneId)
      return attempt.outcome
    },
    cancel: (laneId, attemptKey) =>
      database.transaction(async (tx) => {
        await layTombstone(tx, attemptKey, laneId, nowMs())
        const attempt = await lockOwn(tx, laneId, attemptKey)
        return (await voidAttempt(tx, provider, attempt, nowMs())).outcome
      }),
    refund: (laneId, request) =>
      database.transaction(async (tx) => {
        const attempt = await lockAttempt(tx, request.attemptKey)
        if (attempt === null) return { kind: 'notFound' }
        requireOwn(attempt, laneId)
        return refundAttempt(tx, provider, attempt, request, nowMs())
      }),
    executeDeferred: async (tx, order) => {
      await beginAttempt(tx, order, nowMs())
      const attempt = await lockOwn(tx, order.laneId, order.attemptKey)
      if (attempt.order !== null) requireSameOrder(attempt, order)
      return executeAttempt(tx, provider, attempt, nowMs())
    },
    finishInterrupted: async () => {
      for (const attemptKey of await startedSince(database, nowMs() - stillAskedMs)) {
        await database.transaction(async (tx) => {
          const attempt = await lockAttempt(tx, attemptKey)
          if (attempt) await executeAttempt(tx, provider, attempt, nowMs())
        })
      }
    },
  }
}

function onlineOrder(context: HubContext, laneId: string, request: AuthoriseRequest): Order {
  const { attemptKey, saleId, amountMinor, currency, instrument, bench } = request
  const kept = { attemptKey, laneId, saleId, amountMinor, currency, bench, mode: 'online' as const }
  const codeHash = 'code' in instrument ? hashCode(context.secrets, instrument.code) : null
  return { ...kept, instrument: journalled(instrument), codeHash }
}

async function lockOwn(tx: Transaction, laneId: string, attemptKey: string): Promise<Attempt> {
  const attempt = await lockAttempt(tx, attemptKey)
  if (attempt === null) throw new Error(`Attempt ${attemptKey} is not there`)
  requireOwn(attempt, laneId)
  return attempt
}

/** Keys are 128 random bits, so another lane's key is a mistake or an attack, never a coincidence. */
function requireOwn(attempt: Attempt, laneId: string): void {
  if (attempt.laneId === laneId) return
  throw new Refusal(403, 'payment.foreignAttempt', 'This attempt key is another lane’s.')
}

/** One key is one order for ever. A journal never holds the code, so a code is compared only when both have one. */
function requireSameOrder({ order: known }: Attempt, order: Order): void {
  const same =
    known !== null &&
    known.saleId === order.saleId &&
    known.amountMinor === order.amountMinor &&
    known.currency === order.currency &&
    known.bench === order.bench &&
    payerName(known) === payerName(order) &&
    (known.codeHash === null || order.codeHash === null || known.codeHash.equals(order.codeHash))
  if (!same) throw new Refusal(409, 'payment.keyReused', 'This attempt key was used for another order.')
}

function payerName({ instrument }: Order): string {
  return instrument.kind === 'face' ? `face:${instrument.accountId}` : instrument.kind
}
