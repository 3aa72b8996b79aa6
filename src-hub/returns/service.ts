import type {
  FindSaleRequest,
  FindSaleResponse,
  Refund,
  RefundState,
  ReturnOrder,
  ReturnResponse,
} from '../../src-main/contract/returns.ts'
import { matchesPlan, planReturn } from '../../src-main/domain/returns/plan.ts'
import type { HubContext } from '../context.ts'
import { takeBackPoints } from '../membership/earning.ts'
import { Refusal } from '../refusal.ts'
import type { Transaction } from '../store/database.ts'
import { findReturn, insertReturn, type KnownReturn, pendingReturns, settleRefund } from './rows.ts'
import { findSale, lockSale } from './sales.ts'

export interface GiveBack {
  readonly attemptKey: string
  readonly refundKey: string
  readonly amountMinor: number
  readonly currency: string
}

export type GiveBackAnswer =
  | { readonly kind: 'done'; readonly providerReference: string }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly code: string }

/** What returns need of payments: money back on an attempt, once for each key, whoever took the goods. */
export interface MoneyGiver {
  giveBack(order: GiveBack): Promise<GiveBackAnswer>
}

/** Goods that come back, decided here under a lock on their sale. Every call may be repeated. */
export interface ReturnService {
  find(request: FindSaleRequest): Promise<FindSaleResponse>
  /** Commits the return, then gives the money back; `pending` money is asked for again with the same order. */
  order(laneId: string, order: ReturnOrder): Promise<ReturnResponse>
  /** Goes on with money that was ordered and not confirmed. */
  followUp(): Promise<void>
}

const followEveryMs = 15_000

/** Follows up at the start of the hub and now and then; the function it answers with ends that. */
export function followReturns(returns: ReturnService): () => void {
  void returns.followUp()
  const timer = setInterval(() => void returns.followUp(), followEveryMs)
  return () => clearInterval(timer)
}

export function createReturns(context: HubContext, money: MoneyGiver): ReturnService {
  const { database, nowMs } = context
  let following: Promise<void> | null = null

  async function decide(tx: Transaction, laneId: string, order: ReturnOrder): Promise<ReturnResponse | null> {
    const found = await lockSale(tx, order.saleId)
    const known = await findReturn(tx, order.returnKey)
    if (known !== null) {
      requireSame(known, order, laneId)
      return null
    }
    if (found.kind === 'refused') return found
    const plan = planReturn(found.sale, order.lines)
    if (!plan.ok) return { kind: 'refused', code: plan.error }
    if (!matchesPlan(plan.value, order.refunds)) return { kind: 'refused', code: 'returnChanged' }
    const { currency } = found.sale
    const { amountMinor } = plan.value.value
    await insertReturn(tx, { ...order, laneId, decidedBy: 'hub', amountMinor, currency, atMs: nowMs() })
    await takeBackPoints(tx, order, nowMs())
    return null
  }

  /** Outside the transaction that decided: a provider may take its time, and the sale must not be locked for it. */
  async function giveAllBack(returnKey: string): Promise<RefundState[]> {
    const known = await findReturn(database, returnKey)
    if (known === null) throw new Error(`Return ${returnKey} is not there`)
    for (const refund of known.refunds) {
      if (refund.state === 'pending') await give(refund, known.currency)
    }
    const settled = (await findReturn(database, returnKey))?.refunds ?? []
    return settled.map(stateOf)
  }

  async function give(refund: Refund, currency: string): Promise<void> {
    const { attemptKey, refundKey, amountMinor } = refund
    const answer = await money.giveBack({ attemptKey, refundKey, amountMinor, currency })
    if (answer.kind === 'pending') return
    const settled: Omit<RefundState, 'refundKey'> =
      answer.kind === 'done'
        ? { state: 'done', providerReference: answer.providerReference }
        : { state: 'refused', nativeCode: answer.code }
    await settleRefund(database, refundKey, settled, nowMs())
    if (answer.kind === 'refused') context.log.warn({ refundKey, code: answer.code }, 'A refund was refused')
  }

  async function followAll(): Promise<void> {
    for (const returnKey of await pendingReturns(database)) {
      await giveAllBack(returnKey).catch((error: unknown) => {
        context.log.error({ err: error, returnKey }, 'Money could not be given back yet')
      })
    }
  }

  return {
    find: (request) => findSale(database, request),
    order: async (laneId, order) => {
      const refused = await database.transaction((tx) => decide(tx, laneId, order))
      return refused ?? { kind: 'accepted', refunds: await giveAllBack(order.returnKey) }
    },
    followUp() {
      following ??= followAll()
        .catch((error: unknown) => {
          context.log.error({ err: error }, 'Returns could not be followed yet')
        })
        .finally(() => {
          following = null
        })
      return following
    },
  }
}

function stateOf({ refundKey, state, providerReference, nativeCode }: RefundState): RefundState {
  return {
    refundKey,
    state,
    ...(providerReference === undefined ? {} : { providerReference }),
    ...(nativeCode === undefined ? {} : { nativeCode }),
  }
}

/** One key is one return for ever. */
function requireSame(known: KnownReturn, order: ReturnOrder, laneId: string): void {
  const same =
    known.laneId === laneId &&
    known.saleId === order.saleId &&
    known.lines.length === order.lines.length &&
    order.lines.every(({ lineId, quantity }) =>
      known.lines.some(
        (line) => line.lineId === lineId && JSON.stringify(line.quantity) === JSON.stringify(quantity),
      ),
    ) &&
    known.refunds.length === order.refunds.length &&
    order.refunds.every((refund) =>
      known.refunds.some(
        ({ refundKey, amountMinor }) => refundKey === refund.refundKey && amountMinor === refund.amountMinor,
      ),
    )
  if (!same) throw new Refusal(409, 'return.keyReused', 'This return key was used for another return.')
}
