import { Busy, type Queryable } from '../store/database.ts'
import { dueAttempts } from './attempts.ts'
import { dueCancelledSales, giveBackSale } from './cancelled-sales.ts'
import { executeDeferred } from './deferred.ts'
import { dueDeferred } from './deferred-rows.ts'
import { dueLinks, resolveLink } from './links.ts'
import type { PaymentScope } from './policy.ts'
import { applyReduction } from './reductions.ts'
import { dueReductions } from './reduction-rows.ts'
import { dueRefunds } from './refund-rows.ts'
import { payOutLater } from './refunds.ts'
import { carryOnIfFree } from './running.ts'
import { eachOf } from './worker.ts'

const batch = 200
const atOnce = 4
/** So that one kind of work, however much of it there is, does not keep the others waiting for ever. */
const roundsATurn = 10

interface Kind<T> {
  readonly what: string
  readonly due: (database: Queryable, atMs: number, limit: number) => Promise<readonly T[]>
  readonly work: (scope: PaymentScope, item: T) => Promise<unknown>
  /** Table and key column by which an item that failed is put off. */
  readonly table: string
  readonly keyColumn: string
  readonly keyOf: (item: T) => string
}

function kind<T>(one: Kind<T>): (scope: PaymentScope) => Promise<void> {
  return async (scope) => {
    const { database, nowMs } = scope.context
    for (let round = 0; round < roundsATurn; round++) {
      const due = await one.due(database, nowMs(), batch)
      await eachOf(
        due,
        atOnce,
        (item) => one.work(scope, item),
        (item, error) => putOff(scope, one, item, error),
      )
      if (due.length < batch) return
    }
  }
}

async function putOff<T>({ context, policy }: PaymentScope, one: Kind<T>, item: T, error: unknown) {
  const key = one.keyOf(item)
  const level = error instanceof Busy ? 'debug' : 'error'
  context.log[level]({ err: error, key }, `${one.what} could not be carried on; tried again later`)
  await context.database.query(
    `UPDATE ${one.table} SET due_at_ms = $2 WHERE ${one.keyColumn} = $1 AND due_at_ms IS NOT NULL`,
    [key, context.nowMs() + policy.slowEveryMs],
  )
}

/** In this order: what takes money back comes before what charges it. */
const kinds = [
  kind({
    what: 'A cancelled sale',
    due: dueCancelledSales,
    work: giveBackSale,
    table: 'cancelled_sale',
    keyColumn: 'sale_id',
    keyOf: (saleId) => saleId,
  }),
  kind({
    what: 'A payment attempt',
    due: dueAttempts,
    work: carryOnIfFree,
    table: 'payment_attempt',
    keyColumn: 'attempt_key',
    keyOf: (attemptKey) => attemptKey,
  }),
  kind({
    what: 'A deferred payment',
    due: dueDeferred,
    work: executeDeferred,
    table: 'deferred_payment',
    keyColumn: 'attempt_key',
    keyOf: (attemptKey) => attemptKey,
  }),
  kind({
    what: 'A reduction',
    due: dueReductions,
    work: applyReduction,
    table: 'deferred_reduction',
    keyColumn: 'reduction_key',
    keyOf: ({ reductionKey }) => reductionKey,
  }),
  kind({
    what: 'A refund',
    due: dueRefunds,
    work: (scope, { attemptKey, refundKey }) => payOutLater(scope, attemptKey, refundKey),
    table: 'payment_refund',
    keyColumn: 'refund_key',
    keyOf: ({ refundKey }) => refundKey,
  }),
  kind({
    what: 'A linked payment',
    due: dueLinks,
    work: resolveLink,
    table: 'payment_link',
    keyColumn: 'attempt_key',
    keyOf: ({ attemptKey }) => attemptKey,
  }),
]

/** One look at everything of the payments that has come due. */
export async function takeTurn(scope: PaymentScope): Promise<void> {
  for (const look of kinds) await look(scope)
}
