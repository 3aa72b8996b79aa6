import { expect } from 'vitest'
import type {
  LaneEvent,
  LaneEventOf,
  LaneEventType,
  SalePayment,
} from '../../../../src-main/contract/events.ts'
import { drawerOf } from './drawerBook.ts'
import type { Shop } from './shopDeeds.ts'

interface Books {
  readonly events: readonly LaneEvent[]
  readonly sales: readonly LaneEventOf<'sale.completed'>[]
  readonly returned: readonly LaneEventOf<'sale.returned'>[]
  /** Every part of a completed sale, by its attempt. */
  readonly parts: ReadonlyMap<string, SalePayment>
  /** What stayed in the drawer of each cash payment that was not handed back. */
  readonly drawer: ReadonlyMap<string, number>
}

/**
 * Money taken is goods out: once everything has found its end, every charge of hub, terminal and drawer stands in one
 * completed sale or was taken back, nothing comes back twice or for more than it brought in, and nothing is left open.
 */
export function expectShopAgrees(shop: Shop): void {
  const { store } = shop.w
  expect(['attract', 'done', 'cancelled', 'scanning']).toContain(shop.w.screen())
  expect(store.attemptsInState(['intended', 'unknown', 'voiding', 'deferred'])).toEqual([])
  expect(store.openReturns()).toEqual([])
  shop.hub.take(store.journal.pending({ maxEntries: 100_000, maxBytes: 100_000_000 }))
  const books = booksOf(shop.hub.heard)
  expectSales(books)
  expectCharges(shop, books)
  expectDrawer(books)
  expectReturns(books)
  const byHub = books.returned.filter(({ decidedBy }) => decidedBy === 'hub')
  expect(byHub.map(({ returnKey }) => returnKey).sort()).toEqual([...shop.hub.orders.keys()].sort())
}

function booksOf(events: readonly LaneEvent[]): Books {
  const of = <T extends LaneEventType>(type: T) =>
    events.filter((event): event is LaneEventOf<T> => event.type === type)
  const sales = of('sale.completed')
  const parts = new Map(
    sales.flatMap(({ payments }) => payments.map((part) => [part.attemptKey, part] as const)),
  )
  return { events, sales, returned: of('sale.returned'), parts, drawer: drawerOf(events) }
}

function expectSales({ sales, parts }: Books): void {
  expect(new Set(sales.map(({ saleId }) => saleId)).size).toBe(sales.length)
  expect(parts.size).toBe(sales.flatMap(({ payments }) => payments).length)
  for (const { payments, totalMinor } of sales) {
    expect(totalMinor).toBeGreaterThan(0)
    expect(sumOf(payments.map(({ amountMinor }) => amountMinor))).toBe(totalMinor)
  }
}

function expectCharges({ w, hub, terminal }: Shop, { parts }: Books): void {
  for (const { attemptKey, tender, amountMinor, releasedBy } of parts.values()) {
    if (tender === 'cash' || releasedBy !== undefined) continue
    if (tender === 'card')
      expect(terminal.charged.get(attemptKey)).toEqual({ approvedMinor: amountMinor, reversed: false })
    // What was accepted offline and declined later is owed, and was not charged.
    else expect(hub.net(attemptKey)).toBe(w.store.attempt(attemptKey)?.state === 'deferredDeclined' ? 0 : 1)
  }
  for (const [attemptKey, { approvedMinor, reversed }] of terminal.charged)
    if (approvedMinor > 0 && !reversed) expect(parts.has(attemptKey)).toBe(true)
  for (const attemptKey of new Set(hub.charged)) {
    const saleId = w.store.attempt(attemptKey)?.saleId ?? ''
    const standsFor = w.store.attemptsOfSale(saleId).some((other) => {
      return other.linkedTo === attemptKey && parts.has(other.attemptKey) && other.mode !== 'local'
    })
    const most = parts.has(attemptKey) || standsFor ? 1 : 0
    expect([attemptKey, hub.net(attemptKey) > most]).toEqual([attemptKey, false])
  }
}

function expectDrawer({ parts, drawer }: Books): void {
  const cash = [...parts.values()].filter(({ tender }) => tender === 'cash')
  const kept = cash.map(({ attemptKey, amountMinor, cash: coins }) => {
    return [attemptKey, amountMinor + (coins?.roundingMinor ?? 0)] as const
  })
  expect(new Map(kept)).toEqual(drawer)
}

function expectReturns({ sales, returned, parts, drawer }: Books): void {
  expect(new Set(returned.map(({ returnKey }) => returnKey)).size).toBe(returned.length)
  const back = new Map<string, number>()
  for (const { refunds, amountMinor } of returned) {
    expect(sumOf(refunds.map((refund) => refund.amountMinor))).toBe(amountMinor)
    for (const { attemptKey, amountMinor: minor, roundingMinor = 0 } of refunds)
      back.set(attemptKey, (back.get(attemptKey) ?? 0) + minor + roundingMinor)
  }
  const paidMinor = (attemptKey: string) => drawer.get(attemptKey) ?? parts.get(attemptKey)?.amountMinor ?? 0
  for (const [attemptKey, minor] of back) expect(minor).toBeLessThanOrEqual(paidMinor(attemptKey))
  for (const { saleId, lines, payments } of sales) {
    const pieces = piecesOf(returned.filter((each) => each.saleId === saleId).flatMap((each) => each.lines))
    const sold = piecesOf(lines)
    for (const [lineId, count] of pieces) expect(count).toBeLessThanOrEqual(sold.get(lineId) ?? 0)
    const isWhole = [...sold].every(([lineId, count]) => pieces.get(lineId) === count)
    if (isWhole)
      for (const { attemptKey } of payments) expect(back.get(attemptKey)).toBe(paidMinor(attemptKey))
  }
}

function piecesOf(lines: LaneEventOf<'sale.completed'>['lines']): Map<number, number> {
  const pieces = new Map<number, number>()
  for (const { lineId, quantity } of lines)
    if (quantity.kind === 'each') pieces.set(lineId, (pieces.get(lineId) ?? 0) + quantity.count)
  return pieces
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0)
}
