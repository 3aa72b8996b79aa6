import { laneEventSchema, type LaneEvent, type LaneEventOf } from '../../../../src-main/contract/events.ts'
import type { ReturnableSale } from '../../../../src-main/contract/returns.ts'
import type { BatchEntry } from '../../../../src-main/domain/journal/batch.ts'
import { afterReturn } from '../../../../src-main/domain/returns/plan.ts'
import { ReturnsHub } from '../../returns/support.ts'

/** The hub that also reads the journal: it knows the sales, takes their goods back, and gives back what a cancelled one was paid. */
export class ShopHub extends ReturnsHub {
  /** Every fact of the lane's journal that came here, oldest first. */
  readonly heard: LaneEvent[] = []
  readonly #seen = new Set<string>()
  readonly #saleOf = new Map<string, string>()

  override take(entries: readonly BatchEntry[]): void {
    const fresh = entries.filter(({ header }) => !this.#seen.has(`${header.epoch} ${header.seq}`))
    super.take(fresh)
    for (const { header, payload } of fresh) {
      this.#seen.add(`${header.epoch} ${header.seq}`)
      this.#learn(laneEventSchema.parse(JSON.parse(Buffer.from(payload).toString('utf8'))))
    }
  }

  override findSale(request: { by: string; saleId?: string }): never {
    for (const [saleId, sale] of this.sales) {
      const payments = sale.payments.map((part) => {
        const waits = part.mode === 'deferred' && this.net(part.attemptKey) === 0
        return { ...part, state: waits ? ('waiting' as const) : ('paid' as const) }
      })
      this.sales.set(saleId, { ...sale, payments })
    }
    return super.findSale(request)
  }

  #learn(event: LaneEvent): void {
    this.heard.push(event)
    if (event.type === 'payment.attempted') this.#saleOf.set(event.attemptKey, event.saleId)
    if (event.type === 'sale.completed') this.sales.set(event.saleId, soldOf(event))
    if (event.type === 'sale.returned' && event.decidedBy === 'lane') this.#returned(event)
    if (event.type === 'sale.cancelled') this.#giveBack(event.saleId)
  }

  #giveBack(cancelledId: string): void {
    for (const { attemptKey, saleId } of this.requests) this.#saleOf.set(attemptKey, saleId)
    for (const [attemptKey, saleId] of this.#saleOf) {
      if (saleId === cancelledId && this.net(attemptKey) > 0)
        void this.cancel(attemptKey, { timeoutMs: 1_000, signal: new AbortController().signal })
    }
  }

  #returned({ saleId, lines, taxes, amountMinor, refunds }: LaneEventOf<'sale.returned'>): void {
    const sale = this.sales.get(saleId)
    if (sale === undefined) return
    const allocations = refunds.flatMap((refund) =>
      sale.payments
        .filter((part) => part.attemptKey === refund.attemptKey)
        .map((part) => ({ part, amountMinor: refund.amountMinor })),
    )
    const back = lines.map(({ lineId, quantity }) => ({ lineId, quantity }))
    const plan = { value: { amountMinor, lines, taxes }, allocations }
    this.sales.set(saleId, afterReturn(sale, back, plan))
  }
}

function soldOf(event: LaneEventOf<'sale.completed'>): ReturnableSale {
  const { saleId, language, currency, totalMinor, lines, taxes, payments } = event
  return {
    saleId,
    language,
    currency,
    soldAtMs: 1,
    totalMinor,
    lines,
    taxes,
    payments: payments.map(({ attemptKey, tender, mode, amountMinor }) => ({
      attemptKey,
      tender,
      mode,
      paidMinor: amountMinor,
      refundedMinor: 0,
      state: 'paid' as const,
    })),
    returned: [],
    returnedMinor: 0,
  }
}
