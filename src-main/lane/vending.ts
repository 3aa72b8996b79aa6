import type { BasketLine } from '../contract/basket.ts'
import type { Item } from '../contract/catalogue.ts'
import { Failure } from '../contract/failure.ts'
import type { ReceiptDocument } from '../contract/receipt.ts'
import type { Key } from '../contract/values.ts'
import type { ShelfTile, VendView } from '../contract/vending.ts'
import type { Sale } from '../domain/checkout/state.ts'
import { planVend } from '../domain/vending/settlement.ts'
import {
  canGiveOut,
  shelfTiles,
  slotsFor,
  stockOf,
  type MachineNow,
  type ShelfSlot,
} from '../domain/vending/shelf.ts'
import type { ClockPort } from '../ports/clock.ts'
import type { LogPort } from '../ports/log.ts'
import type { RandomPort } from '../ports/random.ts'
import type { LaneStorePort, LaneTransaction } from '../ports/store.ts'
import type { MachineAccess, VendRuns } from '../ports/vending.ts'
import { vendView } from './vendView.ts'

export interface LaneVendingDeps {
  readonly slots: readonly ShelfSlot[]
  readonly store: LaneStorePort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly log: LogPort
  readonly machine: MachineAccess
  /** Whether the machine answers this moment. */
  readonly isThere: () => boolean
  readonly runs: VendRuns
  /** The shelf looks different. */
  readonly changed: () => void
}

/** The vending machine of a lane: what can be chosen, what is given out, what became of it. */
export interface LaneVending {
  shelf(lines: readonly BasketLine[]): ShelfTile[]
  /** What lies in a slot; null where nothing more of it can be chosen. */
  pick(slot: string, lines: readonly BasketLine[]): Item | null
  /** Whether as many of a line can be given out. */
  holds(sku: string, count: number): boolean
  /** Nothing may be paid that the machine surely cannot give out. */
  maySell(lines: readonly BasketLine[]): boolean
  /** In the transaction that completes the sale. */
  plan(tx: LaneTransaction, sale: Sale): void
  /** How far a sale came; null for one that nothing is given out for. */
  view(saleId: Key): VendView | null
  /** Gives out what was paid, and asks for the money of what did not drop. Throws `Failure` as the store does. */
  run(saleId: Key): Promise<void>
  /** The sale that a restart interrupted, while a piece of it is not decided. */
  interrupted(): { readonly saleId: Key; readonly receipt: ReceiptDocument } | null
  start(): void
  /** Reads the slots again. */
  look(): Promise<void>
  close(): void
}

const lookEveryMs = 10_000
const lookLimitMs = 3000
/** The hub hears of a sale a moment after it is made: a refund that comes too early is asked for again. */
const refundTries = 5
const refundPauseMs = 1000

export function createLaneVending(deps: LaneVendingDeps): LaneVending {
  const { slots, store, clock, random, machine, runs } = deps
  const closing = new AbortController()
  /** Taken up after a restart: what was not asked for is not given out any more. */
  const interruptedSales = new Set<Key>()
  let now: MachineNow = null
  let looking: Promise<void> | null = null
  let running = 0
  let cancelNext = (): void => undefined

  async function readSlots(): Promise<void> {
    const before = JSON.stringify(now)
    now = await machine
      .use(async (port) => (port === null ? null : await port.slots({ timeoutMs: lookLimitMs })))
      .catch((thrown: unknown) => {
        if (!(thrown instanceof Failure)) throw thrown
        return null
      })
    if (!closing.signal.aborted && JSON.stringify(now) !== before) deps.changed()
  }

  /** One look at a time, and none while motors turn: the board has other things to answer. */
  function look(): Promise<void> {
    if (running > 0 || closing.signal.aborted) return Promise.resolve()
    looking ??= readSlots().finally(() => {
      looking = null
    })
    return looking
  }

  function lookAgain(): void {
    void look()
    cancelNext = clock.after(lookEveryMs, lookAgain)
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, () => resolve())
    })

  function view(saleId: Key): VendView | null {
    const jobs = store.vendJobsOfSale(saleId)
    if (jobs.length === 0) return null
    return vendView({
      jobs,
      returns: store.returnsOfSale(saleId),
      away: !deps.isThere(),
      itemIn: (slot) => {
        const sku = slots.find((other) => other.slot === slot)?.sku
        return sku === undefined ? null : store.catalogue.findBySku(sku)
      },
    })
  }

  const shelf = (lines: readonly BasketLine[]): ShelfTile[] =>
    shelfTiles(slots, now, (sku) => store.catalogue.findBySku(sku), lines)

  async function finish(saleId: Key): Promise<void> {
    for (let tries = 1; !closing.signal.aborted; tries += 1) {
      await (interruptedSales.has(saleId) ? runs.settle(saleId) : runs.run(saleId))
      if (closing.signal.aborted || tries === refundTries) return
      if (view(saleId)?.refund?.state !== 'later') return
      await pause(refundPauseMs)
    }
  }

  return {
    shelf,
    pick(slot, lines) {
      const tile = shelf(lines).find((other) => other.slots.includes(slot))
      if (tile?.state !== 'ready') return null
      return tile.picked < stockOf(slots, now, tile.item.sku) ? tile.item : null
    },
    holds: (sku, count) => count <= stockOf(slots, now, sku),
    maySell: (lines) => canGiveOut(slots, now, lines),
    plan(tx, { saleId, basket }) {
      const lines = basket.lines.map(({ lineId, item: { sku }, quantity }) => ({ lineId, sku, quantity }))
      const jobs = planVend(
        lines,
        (sku) => slotsFor(slots, now, basket.lines, sku),
        () => random.key(),
      )
      if (!jobs.ok)
        throw new Error(`A basket of a vending machine holds what it cannot give out: ${jobs.error}`)
      runs.plan(tx, saleId, jobs.value)
    },
    view,
    async run(saleId) {
      running += 1
      try {
        await finish(saleId)
      } finally {
        running -= 1
        interruptedSales.delete(saleId)
        void look()
      }
    },
    interrupted() {
      for (const saleId of store.openVendSales().toReversed()) {
        const open = store
          .vendJobsOfSale(saleId)
          .some(({ state }) => state === 'planned' || state === 'asked')
        const receipt = store.printJobsOfSale(saleId).find(({ copy }) => copy === null)?.document
        if (!open || receipt === undefined) continue
        interruptedSales.add(saleId)
        return { saleId, receipt }
      }
      return null
    },
    start() {
      const missing = slots.filter(({ sku }) => store.catalogue.findBySku(sku) === null)
      if (missing.length > 0)
        deps.log.warn({ missing }, 'slots hold articles that the catalogue does not know')
      lookAgain()
    },
    look,
    close() {
      closing.abort()
      cancelNext()
      runs.close()
    },
  }
}
