import type { FailureData } from '../../../src-main/contract/failure.ts'
import type { LaneEventOf } from '../../../src-main/contract/events.ts'
import type {
  FindSaleResponse,
  RefundState,
  ReturnableSale,
  ReturnOrder,
  ReturnResponse,
} from '../../../src-main/contract/returns.ts'
import { err, ok, type Result } from '../../../src-main/contract/result.ts'
import { afterReturn, matchesPlan, planReturn } from '../../../src-main/domain/returns/plan.ts'
import { refundWays } from '../../../src-main/domain/returns/tenders.ts'
import { createReturnBook } from '../../../src-main/lane/returnsBook.ts'
import { createReturnsDesk } from '../../../src-main/lane/returnsDesk.ts'
import type { PrintJobRecord } from '../../../src-main/ports/store.ts'
import type { AttemptState } from '../../../src-main/ports/store.ts'
import { completed } from '../../unit/shift/events.ts'
import { createHandClock } from '../lane/support/hand-clock.ts'
import { fillable, keptLog, openStore, random, temporaryFolder } from '../lane/support/stores.ts'
import { ScriptedHub } from '../lane/support/scripted-hub.ts'

/** What happens to one order. `lost`: done, and the answer never came. `cut`: nobody knows whether it arrived; it did not. */
export type OrderFate = 'fine' | 'lost' | 'cut' | 'unreachable' | 'foreign'

/** The hub's part of returns as `HubPort` promises it, in memory; it decides as the real one does. */
export class ReturnsHub extends ScriptedHub {
  sales = new Map<string, ReturnableSale>()
  orderFates: OrderFate[] = []
  /** How long the hub takes over an order. */
  beforeOrder: () => Promise<void> = () => Promise.resolve()
  /** Refunds that their provider has not confirmed. */
  slow = false
  refuses = false
  readonly paidBack: string[] = []
  readonly orders = new Map<string, ReturnOrder>()

  override findSale(request: { by: string; saleId?: string }): never {
    const found = [...this.sales.values()].find(({ saleId }) => saleId === request.saleId)
    const answer: FindSaleResponse = found
      ? { kind: 'found', sale: found }
      : { kind: 'refused', code: 'saleUnknown' }
    return Promise.resolve(this.down ? err(failure('hub.unreachable')) : ok(answer)) as never
  }

  override orderReturn(...args: never[]): never {
    const [order] = args as unknown as [ReturnOrder]
    return this.beforeOrder().then(() => this.#answer(order)) as never
  }

  #answer(order: ReturnOrder): Result<ReturnResponse, FailureData> {
    const fate = this.down ? 'unreachable' : (this.orderFates.shift() ?? 'fine')
    if (fate === 'unreachable') return err(failure('hub.unreachable'))
    if (fate === 'cut') return err(failure('hub.noAnswer'))
    const answer = this.#decide(order)
    if (fate === 'lost') return err(failure('hub.noAnswer'))
    if (fate === 'foreign')
      return ok({ kind: 'accepted', refunds: [{ refundKey: random.key(), state: 'done' }] })
    return ok(answer)
  }

  #decide(order: ReturnOrder): ReturnResponse {
    const sale = this.sales.get(order.saleId)
    if (!sale) return { kind: 'refused', code: 'saleUnknown' }
    if (!this.orders.has(order.returnKey)) {
      const plan = planReturn(sale, order.lines)
      if (!plan.ok) return { kind: 'refused', code: plan.error }
      if (!matchesPlan(plan.value, order.refunds)) return { kind: 'refused', code: 'returnChanged' }
      this.orders.set(order.returnKey, order)
      this.sales.set(sale.saleId, afterReturn(sale, order.lines, plan.value))
    }
    return { kind: 'accepted', refunds: order.refunds.map((refund) => this.#stateOf(refund)) }
  }

  #stateOf({ refundKey, tender }: ReturnOrder['refunds'][number]): RefundState {
    if (refundWays[tender] !== 'hub') return { refundKey, state: 'local' }
    if (this.slow) return { refundKey, state: 'pending' }
    if (this.refuses) return { refundKey, state: 'refused', nativeCode: 'CLOSED' }
    if (!this.paidBack.includes(refundKey)) this.paidBack.push(refundKey)
    return { refundKey, state: 'done', providerReference: 'p-1' }
  }
}

function failure(code: string): FailureData {
  return { code, attempted: 'call the hub', remedy: 'retry', message: code }
}

export interface Counter {
  readonly clock: ReturnType<typeof createHandClock>
  readonly store: ReturnType<typeof fillable>
  readonly hub: ReturnsHub
  readonly desk: ReturnType<typeof createReturnsDesk>
  readonly papers: { readonly saleId: string; readonly document: PrintJobRecord['document'] }[]
  /** Who was to hand cash out. */
  readonly handedOut: readonly string[]
  /** How long the fiscal device takes over a record. */
  fiscal: () => Promise<void>
  /** The process ends here and a new one begins on the same data folder. */
  restart(): Counter
  close(): void
}

export function counter(
  hub = new ReturnsHub(createHandClock()),
  folder = temporaryFolder(),
  unitMinor = 1,
): Counter {
  const clock = createHandClock()
  const opened = openStore(folder, clock)
  const store = fillable(opened)
  const papers: Counter['papers'] = []
  const handedOut: string[] = []
  const book = createReturnBook({
    settings: {
      laneId: 'lane-1',
      merchant: { name: 'Green Lane', addressLines: [] },
      bench: false,
      timeZone: 'UTC',
    },
    rounding: { unitMinor, mode: 'halfUp' },
    store,
    clock,
    random,
    receipts: { queueOriginal: (_tx, saleId, document) => void papers.push({ saleId, document }) },
    publicUrl: () => 'http://hub.example',
    seal: async () => {
      await made.fiscal()
      return null
    },
    handOut: (staffId) => void handedOut.push(staffId),
    print: () => undefined,
  })
  const desk = createReturnsDesk({
    store,
    hub,
    clock,
    random,
    log: keptLog(),
    book,
    terminal: null,
    callTimeoutMs: 1000,
  })
  const close = () => {
    desk.close()
    opened.close()
  }
  const made: Counter = {
    clock,
    store,
    hub,
    desk,
    papers,
    handedOut,
    fiscal: () => Promise.resolve(),
    close,
    restart() {
      close()
      return counter(hub, folder, unitMinor)
    },
  }
  return made
}

/** Sold at this lane, and nothing of it at the hub yet; `states` of its attempts in the order of paying. */
export function sellHere({ store }: Counter, sale: ReturnableSale, states: readonly AttemptState[]): void {
  const event: LaneEventOf<'sale.completed'> = completed(sale)
  store.transact((tx) => {
    tx.append({ kind: 'sale', id: sale.saleId }, event)
    for (const [index, part] of sale.payments.entries()) {
      tx.putAttempt({
        attemptKey: part.attemptKey,
        saleId: sale.saleId,
        amount: { amountMinor: part.paidMinor, currency: sale.currency },
        mode: part.mode,
        instrument: { kind: 'walletCode', wallet: 'own' },
        state: states[index] ?? 'approved',
        outcome: null,
        createdAtMs: 1,
        updatedAtMs: 1,
      })
    }
  })
}
