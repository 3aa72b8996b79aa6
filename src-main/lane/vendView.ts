import type { Item } from '../contract/catalogue.ts'
import { unreachable } from '../contract/result.ts'
import type { VendPiece, VendRefund, VendView } from '../contract/vending.ts'
import { notDropped } from '../domain/vending/settlement.ts'
import type { ReturnRecord, VendJobRecord } from '../ports/store.ts'

export interface VendFacts {
  readonly jobs: readonly VendJobRecord[]
  /** Of the same sale. */
  readonly returns: readonly ReturnRecord[]
  /** The machine does not answer this moment. */
  readonly away: boolean
  readonly itemIn: (slot: string) => Item | null
}

/** A paid sale at the machine as its shopper sees it. Pure: the same facts give the same view. */
export function vendView({ jobs, returns, away, itemIn }: VendFacts): VendView {
  return {
    pieces: jobs.map((job) => ({ slot: job.slot, item: itemIn(job.slot), state: pieceState(job, away) })),
    refund: refundOf(jobs, returns),
  }
}

function pieceState({ state, outcome }: VendJobRecord, away: boolean): VendPiece['state'] {
  switch (state) {
    case 'planned':
      return 'waiting'
    case 'asked':
      return away ? 'checking' : 'turning'
    case 'settled':
    case 'closed':
      return outcome === 'dropped' ? 'dropped' : 'notDropped'
    default:
      return unreachable(state)
  }
}

function refundOf(jobs: readonly VendJobRecord[], returns: readonly ReturnRecord[]): VendRefund | null {
  const settled = jobs.flatMap(({ lineId, outcome }) => (outcome === null ? [] : [{ lineId, outcome }]))
  const asked = returns.filter(({ state }) => state !== 'refused')
  const given = asked.flatMap(({ order }) => order.lines)
  if (notDropped(settled, given).length > 0) return { state: 'later', amountMinor: null }
  if (asked.length === 0) return null
  const refused = asked.some(({ refunds }) => refunds.some(({ state }) => state === 'refused'))
  const amountMinor = asked.reduce((sum, { plan }) => sum + plan.value.amountMinor, 0)
  return { state: refused ? 'refused' : 'ordered', amountMinor }
}
