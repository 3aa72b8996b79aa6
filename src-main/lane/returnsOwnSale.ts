import type { FindSaleRequest, RefundablePart, ReturnableSale } from '../contract/returns.ts'
import type { Allocation } from '../domain/returns/tenders.ts'
import { refundWays } from '../domain/returns/tenders.ts'
import { afterReturn } from '../domain/returns/plan.ts'
import type { AttemptState, LaneStorePort, UnsyncedSale } from '../ports/store.ts'

type SalePayment = UnsyncedSale['sale']['payments'][number]

/** This lane's own sale that the hub has not acknowledged, with what came back of it here. */
export function ownSale(store: LaneStorePort, request: FindSaleRequest): ReturnableSale | null {
  const found = store.unsyncedSale(request)
  if (found === null) return null
  const { saleId, language, currency, totalMinor, lines, taxes, payments } = found.sale
  const sold: ReturnableSale = {
    saleId,
    language,
    currency,
    soldAtMs: found.soldAtMs,
    totalMinor,
    lines,
    taxes,
    payments: payments.map((payment) => partOf(store, payment)),
    returned: [],
    returnedMinor: 0,
  }
  return store
    .returnsOfSale(saleId)
    .filter(({ state }) => state !== 'refused')
    .reduce((sale, { order, plan }) => afterReturn(sale, order.lines, plan), sold)
}

function partOf(store: LaneStorePort, payment: SalePayment): RefundablePart {
  const { attemptKey, tender, mode, amountMinor } = payment
  const state = stateOf(store.attempt(attemptKey)?.state)
  return { attemptKey, tender, mode, paidMinor: amountMinor, refundedMinor: 0, state }
}

function stateOf(state: AttemptState | undefined): RefundablePart['state'] {
  switch (state) {
    case 'deferred':
      return 'waiting'
    case 'approved':
    case 'processed':
      return 'paid'
    default:
      return 'open'
  }
}

/** What the lane may give back alone: what nobody has charged yet, and money in its own hands. */
export function onlyHereAndNow({ part }: Allocation): boolean {
  return part.state === 'waiting' || refundWays[part.tender] !== 'hub'
}
