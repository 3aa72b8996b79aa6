import { setTimeout as sleep } from 'node:timers/promises'
import type { RefundRequest } from '../../src-main/contract/hubApi.ts'
import type { AuthoriseRequest, PaymentOutcome } from '../../src-main/contract/payment.ts'
import { journalled } from '../../src-main/domain/tender/instruments.ts'
import type { HubContext } from '../context.ts'
import type { ProviderRegistry } from '../providers/port.ts'
import { hashCode } from '../providers/wallet/codes.ts'
import { refusalOfDebtPayment } from '../recovery/paying.ts'
import { Busy, type Transaction } from '../store/database.ts'
import { type Attempt, findAttempt, type Order } from './attempts.ts'
import { beginAttempt, declineUnasked } from './attempt-writes.ts'
import { bounded } from './bounded.ts'
import { findDeferred } from './deferred-rows.ts'
import { giveBack, type GiveBackAnswer } from './give-back.ts'
import { noteLink } from './links.ts'
import { requireOwn, requireSameOrder } from './ownership.ts'
import { routeOf, secretOf } from './payer.ts'
import { defaultPaymentPolicy, type PaymentPolicy, type PaymentScope } from './policy.ts'
import { refundAttempt } from './refunds.ts'
import { watchClock } from './clock-jumps.ts'
import { rebaseWork } from './rebasing.ts'
import { cameFromBackup, restoreLost } from './restoring.ts'
import { cancelAttempt, carryOn } from './running.ts'
import { takeTurn } from './turn.ts'
import { createUpkeep } from './upkeep.ts'
import { startWorker } from './worker.ts'

/** The lanes' payment calls. Every one may be repeated at any time and then answers the same. */
export interface PaymentService {
  readonly scope: PaymentScope
  authorise(laneId: string, request: AuthoriseRequest): Promise<PaymentOutcome>
  query(laneId: string, attemptKey: string): Promise<PaymentOutcome>
  cancel(laneId: string, attemptKey: string): Promise<PaymentOutcome>
  refund(laneId: string, request: RefundRequest): Promise<PaymentOutcome>
  /** For a return, at whichever lane: see `give-back.ts`. */
  giveBack(request: RefundRequest): Promise<GiveBackAnswer>
  /** Whether this hub's data came from a backup: then lanes may know of payments that it has lost. */
  restored(): boolean
  /** Takes up again what a lane says was approved, if it is lost: its provider is asked before anything is charged. */
  restoreLost(tx: Transaction, order: Order): Promise<void>
  /** After a crash: everything without its final word, whatever its age, is due at once. */
  finishInterrupted(): Promise<void>
  /** A journal batch was committed: what it brought is carried out now. */
  wake(): void
  /** Resolves when everything that is due by the hub's clock has been looked at once. */
  settle(): Promise<void>
  close(): Promise<void>
}

export interface PaymentOptions {
  readonly policy?: Partial<PaymentPolicy>
  /** How often the hub looks for what has come due, ms. */
  readonly lookEveryMs?: number
}

const defaultLookEveryMs = 1_000
const startPatienceMs = 3_000

export function createPayments(
  context: HubContext,
  registry: ProviderRegistry,
  options: PaymentOptions = {},
): PaymentService {
  const { database, nowMs } = context
  const policy = { ...defaultPaymentPolicy, ...options.policy }
  const scope: PaymentScope = { context, registry: bounded(registry), policy }
  const upkeep = createUpkeep(scope)
  let restored = false
  const rebase = (byMs: number) =>
    rebaseWork(database, { nowMs: nowMs(), byMs, deferredExpiryMs: policy.deferredExpiryMs })
  const watch = watchClock({ nowMs, steadyMs: () => performance.now() }, async (byMs) => {
    context.log.warn({ byMs }, 'The clock was put back: what waits for its time is looked at now')
    await rebase(byMs)
  })
  const worker = startWorker({
    everyMs: options.lookEveryMs ?? defaultLookEveryMs,
    log: context.log,
    turn: async () => {
      await watch()
      await takeTurn(scope)
      await upkeep()
    },
  })
  return {
    scope,
    authorise: (laneId, request) => authorise(scope, laneId, request),
    query: async (laneId, attemptKey) => {
      const known = (await findAttempt(database, attemptKey)) ?? (await findDeferred(database, attemptKey))
      if (known === null) return { kind: 'notFound' }
      requireOwn(known, laneId)
      return 'outcome' in known ? known.outcome : { kind: 'pending' }
    },
    cancel: async (laneId, attemptKey) => {
      const known = await findAttempt(database, attemptKey)
      if (known !== null) requireOwn(known, laneId)
      try {
        const attempt = await cancelAttempt(scope, attemptKey, laneId)
        requireOwn(attempt, laneId)
        return attempt.outcome
      } catch (error) {
        if (error instanceof Busy) return { kind: 'pending' }
        throw error
      }
    },
    refund: async (laneId, request) => {
      const attempt = await findAttempt(database, request.attemptKey)
      if (attempt === null) return { kind: 'notFound' }
      requireOwn(attempt, laneId)
      return refundAttempt(scope, attempt, request)
    },
    giveBack: (request) => giveBack(scope, request),
    restored: () => restored,
    restoreLost: (tx, order) => restoreLost(scope, tx, order),
    finishInterrupted: async () => {
      restored = await cameFromBackup(database)
      await database.query(
        `UPDATE payment_attempt SET due_at_ms = $1
         WHERE state = 'started' OR (state = 'approved' AND due_at_ms IS NOT NULL)`,
        [nowMs()],
      )
      // The clock may have been put back while no hub ran.
      await rebase(0)
      // The hub's own ledger answers at once; a provider that is away keeps nobody from opening the store.
      await Promise.race([worker.settle(), sleep(startPatienceMs, undefined, { ref: false })])
    },
    wake: worker.wake,
    settle: worker.settle,
    close: worker.close,
  }
}

async function authorise(
  scope: PaymentScope,
  laneId: string,
  request: AuthoriseRequest,
): Promise<PaymentOutcome> {
  const { database } = scope.context
  const order = onlineOrder(scope.context, laneId, request)
  const known = await findAttempt(database, order.attemptKey)
  const fresh = known === null && (await begin(scope, order, request.linkedTo ?? null))
  const attempt = known ?? (await findAttempt(database, order.attemptKey))
  if (attempt === null) throw new Error(`Attempt ${order.attemptKey} is not there`)
  requireOwn(attempt, laneId)
  if (attempt.state === 'cancelled') return { kind: 'declined', reason: 'attemptCancelled' }
  if (attempt.order !== null) requireSameOrder(attempt.order, order)
  if (attempt.state !== 'started') return attempt.outcome
  return told(await carryOn(scope, attempt, { live: secretOf(request.instrument), fresh }))
}

/** Who asks to be charged hears that the key is refused; that it is cancelled is for who asked to cancel. */
function told(attempt: Attempt): PaymentOutcome {
  if (attempt.state === 'cancelled') return { kind: 'declined', reason: 'attemptCancelled' }
  return attempt.outcome
}

/** Commits the attempt before any provider is called; after a crash its key is known and can be asked about. */
async function begin(scope: PaymentScope, order: Order, linkedTo: string | null): Promise<boolean> {
  const { database, nowMs } = scope.context
  if (linkedTo !== null) await noteLink(database, order.laneId, { ...order, linkedTo }, nowMs())
  const route =
    (await refusalOfDebtPayment(database, order)) ?? (await routeOf(database, scope.registry, order))
  if (route.kind === 'charge') return beginAttempt(database, order, route, nowMs())
  await declineUnasked(database, order, route.reason, route.nativeCode ?? null, nowMs())
  return false
}

function onlineOrder(context: HubContext, laneId: string, request: AuthoriseRequest): Order {
  const { attemptKey, saleId, amountMinor, currency, instrument, bench } = request
  return {
    attemptKey,
    laneId,
    saleId,
    amountMinor,
    currency,
    bench,
    mode: 'online',
    instrument: journalled(instrument),
    codeHash: 'code' in instrument ? hashCode(context.secrets, instrument.code) : null,
    recoveryKey: request.recoveryKey ?? null,
  }
}
