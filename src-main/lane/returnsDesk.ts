import type { RefundState, FindSaleRequest, ReturnableSale, ReturnedLine } from '../contract/returns.ts'
import type { ReturnOrder, ReturnReason, ReturnRefusal } from '../contract/returns.ts'
import type { FailureData } from '../contract/failure.ts'
import { failureData } from '../contract/failure.ts'
import type { Key } from '../contract/values.ts'
import { err, ok, type Result } from '../contract/result.ts'
import { planReturn, refundsOf, type ReturnPlan } from '../domain/returns/plan.ts'
import { refundWays } from '../domain/returns/tenders.ts'
import type { CardTerminalPort } from '../ports/cardTerminal.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { HubPort } from '../ports/hub.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort, ReturnRecord } from '../ports/store.ts'
import { onlyHereAndNow, ownSale } from './returnsOwnSale.ts'
import type { ReturnBook } from './returnsBook.ts'

export interface FoundSale {
  readonly sale: ReturnableSale
  /** The lane decides only about its own sale that the hub has not seen. */
  readonly decidedBy: 'hub' | 'lane'
}

export type ReturnProblem = ReturnRefusal | 'hubNeeded' | 'terminalNeeded'

/** How far a return came. `unknown`: it was asked for and nobody answered; it is asked for again until somebody does. */
export type ReturnProgress =
  | { readonly kind: 'accepted'; readonly record: ReturnRecord }
  | { readonly kind: 'refused'; readonly code: ReturnProblem }
  | { readonly kind: 'unknown'; readonly returnKey: Key }

export interface ReturnsDeskDeps {
  readonly store: LaneStorePort
  readonly hub: HubPort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly log: LogPort
  readonly book: ReturnBook
  /** Null on a lane without a card terminal: it gives nothing back to cards. */
  readonly terminal: CardTerminalPort | null
  readonly callTimeoutMs: number
}

/** Returns of goods at this lane: found, planned, journalled before the wire, and followed until the money is back. */
export interface ReturnsDesk {
  find(request: FindSaleRequest): Promise<Result<FoundSale, ReturnProblem>>
  plan(found: FoundSale, lines: readonly ReturnedLine[]): Result<ReturnPlan, ReturnProblem>
  /** Commits what is asked for before it asks. Throws `Failure` `store.diskFull`: nothing was sent. */
  order(wish: {
    readonly found: FoundSale
    readonly lines: readonly ReturnedLine[]
    readonly reason: ReturnReason
    readonly staffId: string
  }): Promise<ReturnProgress>
  /** Staff takes up the oldest return without an end, the shopper's card at hand; null when there is none. */
  resume(): Promise<ReturnProgress | null>
  /** Returns without an end are asked for again: after a restart, and whenever the hub is back. Never concurrent. */
  followUp(): Promise<void>
  close(): void
}

export function createReturnsDesk(deps: ReturnsDeskDeps): ReturnsDesk {
  const { store, hub, clock, random, book } = deps
  const closing = new AbortController()
  const call = () => ({ signal: closing.signal, timeoutMs: deps.callTimeoutMs })
  /** Being decided right now: a second decision must not settle it twice. */
  const deciding = new Map<Key, Promise<ReturnProgress>>()
  let following: Promise<void> | null = null

  async function find(request: FindSaleRequest): Promise<Result<FoundSale, ReturnProblem>> {
    const answer = await hub.findSale(request, call())
    if (answer.ok && answer.value.kind === 'found') {
      const { sale } = answer.value
      return isAheadOfHub(sale) ? err('returnChanged') : ok({ sale, decidedBy: 'hub' })
    }
    const refusal = answer.ok && answer.value.kind === 'refused' ? answer.value.code : 'hubNeeded'
    // Only a sale that the hub has not seen, or cannot be asked about, may be one of the lane's own.
    if (refusal !== 'saleUnknown' && refusal !== 'hubNeeded') return err(refusal)
    const own = ownSale(store, request)
    return own === null ? err(refusal) : ok({ sale: own, decidedBy: 'lane' })
  }

  /** What this lane took back alone is still on its way: the hub would take it back once more. */
  function isAheadOfHub({ saleId }: ReturnableSale): boolean {
    return store.hasUnsyncedReturn(saleId)
  }

  /** The hub looks again itself. Null once it has the sale: from then on any other lane may take it back too. */
  function asItIsNow(shown: FoundSale): FoundSale | null {
    if (shown.decidedBy === 'hub') return isAheadOfHub(shown.sale) ? null : shown
    const sale = ownSale(store, { by: 'saleId', saleId: shown.sale.saleId })
    return sale && { sale, decidedBy: 'lane' }
  }

  function plan(found: FoundSale, lines: readonly ReturnedLine[]): Result<ReturnPlan, ReturnProblem> {
    const planned = planReturn(found.sale, lines)
    if (!planned.ok) return planned
    const toCard = planned.value.allocations.some(({ part }) => refundWays[part.tender] === 'terminal')
    if (toCard && deps.terminal === null) return err('terminalNeeded')
    if (found.decidedBy === 'hub') return planned
    return planned.value.allocations.every(onlyHereAndNow) ? planned : err('hubNeeded')
  }

  /** One decision at a time for each return: it may be waiting for the hub, or for the fiscal device. */
  function decide(record: ReturnRecord): Promise<ReturnProgress> {
    const { returnKey } = record.order
    const known = deciding.get(returnKey)
    if (known) return known
    const decision = (record.decidedBy === 'hub' ? answered(record) : reduced(record)).finally(() =>
      deciding.delete(returnKey),
    )
    deciding.set(returnKey, decision)
    return decision
  }

  async function reduced(record: ReturnRecord): Promise<ReturnProgress> {
    return { kind: 'accepted', record: await book.accept(record, reducedOf(record.order)) }
  }

  async function answered(record: ReturnRecord): Promise<ReturnProgress> {
    const { returnKey } = record.order
    const answer = await hub.orderReturn(record.order, call())
    if (closing.signal.aborted) return { kind: 'unknown', returnKey }
    if (!answer.ok) return unanswered(record, answer.error)
    if (answer.value.kind === 'refused') {
      book.refuse(record, answer.value.code)
      return { kind: 'refused', code: answer.value.code }
    }
    if (!isAbout(record.order, answer.value.refunds)) return { kind: 'unknown', returnKey }
    return { kind: 'accepted', record: await book.accept(record, answer.value.refunds) }
  }

  /** Only what surely never left may be forgotten, and only while it was not asked for before. */
  function unanswered(record: ReturnRecord, failure: FailureData): ReturnProgress {
    const { returnKey } = record.order
    if (failure.code !== 'hub.unreachable' || record.updatedAtMs !== record.createdAtMs) {
      if (record.state === 'ordered') book.note(record)
      return { kind: 'unknown', returnKey }
    }
    book.refuse(record, 'hubNeeded')
    return { kind: 'refused', code: 'hubNeeded' }
  }

  /** The terminal pays one key once, so what is not known is simply asked for again. */
  async function payCards(progress: ReturnProgress): Promise<ReturnProgress> {
    if (progress.kind !== 'accepted' || deps.terminal === null) return progress
    let { record } = progress
    for (const { refundKey, tender, amountMinor } of record.order.refunds) {
      const open = record.refunds.some((state) => state.refundKey === refundKey && state.state === 'local')
      if (refundWays[tender] !== 'terminal' || !open) continue
      const amount = { amountMinor, currency: record.currency }
      const answer = await deps.terminal.refund({ refundKey, amount }, { signal: closing.signal })
      if (answer.kind === 'done') record = book.settle(record, { refundKey, state: 'done' })
      if (answer.kind === 'refused')
        record = book.settle(record, { refundKey, state: 'refused', nativeCode: answer.nativeCode })
    }
    return { kind: 'accepted', record }
  }

  function takeUp(record: ReturnRecord): Promise<ReturnProgress> {
    return decide(record.decidedBy === 'hub' ? book.note(record) : record)
  }

  async function followOpen(): Promise<void> {
    for (const { order } of store.openReturns()) {
      if (closing.signal.aborted) return
      // It may have come to its end while another one was asked about.
      const record = store.saleReturn(order.returnKey)
      if (record?.state === 'ordered' || record?.state === 'accepted') await takeUp(record)
    }
  }

  return {
    find,
    plan,
    async order({ found: shown, lines, reason, staffId }) {
      const found = asItIsNow(shown)
      if (found === null) return { kind: 'refused', code: 'returnChanged' }
      const planned = plan(found, lines)
      if (!planned.ok) return { kind: 'refused', code: planned.error }
      const order: ReturnOrder = {
        returnKey: random.key(),
        saleId: found.sale.saleId,
        reason,
        staffId,
        lines: [...lines],
        refunds: refundsOf(planned.value, () => random.key()),
      }
      const now = clock.nowMs()
      const record: ReturnRecord = {
        state: 'ordered',
        decidedBy: found.decidedBy,
        language: found.sale.language,
        currency: found.sale.currency,
        order,
        plan: planned.value,
        refunds: [],
        createdAtMs: now,
        updatedAtMs: now,
      }
      book.begin(record)
      return payCards(await decide(record))
    },
    async resume() {
      const [record] = store.openReturns()
      return record ? payCards(await takeUp(record)) : null
    },
    followUp() {
      following ??= followOpen()
        .catch((thrown: unknown) => {
          deps.log.error({ failure: failureData(thrown) }, 'returns could not be followed yet')
        })
        .finally(() => {
          following = null
        })
      return following
    },
    close() {
      closing.abort()
    },
  }
}

/** An answer about another return must not settle this one. */
function isAbout(order: ReturnOrder, refunds: readonly RefundState[]): boolean {
  return (
    refunds.length === order.refunds.length &&
    order.refunds.every(({ refundKey }) => refunds.some((state) => state.refundKey === refundKey))
  )
}

/** What the lane decides alone is local money, or a reduction that the journal carries. */
function reducedOf({ refunds }: ReturnOrder): RefundState[] {
  return refunds.map(({ refundKey, mode }) => ({ refundKey, state: mode === 'deferred' ? 'done' : 'local' }))
}
