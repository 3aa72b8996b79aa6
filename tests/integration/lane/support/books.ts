import { expect } from 'vitest'
import type { SalePayment } from '../../../../src-main/contract/events.ts'
import { drawerOf } from './drawerBook.ts'
import { journalOf } from './stores.ts'
import type { World } from './world.ts'

/**
 * What was sold, charged and put into the drawer must agree once everything has found its end: every charge stands in a
 * completed sale or was taken back, every part of a completed sale was charged exactly once, and no cash is in the
 * drawer of a sale that was given up.
 */
export function expectBooksAgree(w: World): void {
  const events = journalOf(w.store)
  const sales = events.flatMap((event) => (event.type === 'sale.completed' ? [event] : []))
  expect(new Set(sales.map(({ saleId }) => saleId)).size).toBe(sales.length)
  expect(w.store.attemptsInState(['intended', 'unknown', 'voiding'])).toEqual([])

  const parts = new Map<string, SalePayment>()
  for (const { payments, totalMinor } of sales) {
    expect(payments.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(totalMinor)
    for (const payment of payments) {
      expect(parts.has(payment.attemptKey)).toBe(false)
      parts.set(payment.attemptKey, payment)
    }
  }
  for (const { attemptKey, tender, releasedBy } of parts.values()) {
    if (tender !== 'cash' && releasedBy === undefined) expect(w.hub.net(attemptKey)).toBe(1)
  }
  for (const attemptKey of new Set(w.hub.charged)) {
    const net = w.hub.net(attemptKey)
    expect(net).toBeLessThanOrEqual(1)
    if (!isAccountedFor(w, attemptKey, parts)) expect([attemptKey, net]).toEqual([attemptKey, 0])
  }

  const drawer = drawerOf(events)
  const cashOfSales = [...parts.values()].filter(({ tender }) => tender === 'cash')
  expect([...drawer.keys()].sort()).toEqual(cashOfSales.map(({ attemptKey }) => attemptKey).sort())
  for (const { attemptKey, amountMinor, cash } of cashOfSales) {
    expect(drawer.get(attemptKey)).toBe(amountMinor + (cash?.roundingMinor ?? 0))
  }
}

/** In a completed sale; or one payment of the same amount names it, and the hub gives that one back. */
function isAccountedFor(w: World, attemptKey: string, parts: ReadonlyMap<string, SalePayment>): boolean {
  if (parts.has(attemptKey)) return true
  const saleId = w.store.attempt(attemptKey)?.saleId ?? ''
  return w.store.attemptsOfSale(saleId).some((other) => {
    return other.linkedTo === attemptKey && parts.has(other.attemptKey) && other.mode !== 'local'
  })
}
