import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StatementLine } from '../../../src-main/contract/day.ts'
import { type Books, reconcile } from '../../../src-main/domain/reconciliation/match.ts'

interface Payment {
  readonly chargedMinor: number
  readonly refundedMinor: number
  readonly cancelled: boolean
}

/** Three books that agree, of payments charged, refunded in part, or taken back whole. */
function booksOf(payments: readonly Payment[]): Books {
  const of = (index: number) => ({
    attemptKey: `a${index}`,
    currency: 'CNY',
    saleId: `s${index}`,
    laneId: 'lane-1',
  })
  const net = ({ chargedMinor, refundedMinor, cancelled }: Payment) =>
    cancelled ? 0 : chargedMinor - refundedMinor
  const state = ({ cancelled }: Payment) => (cancelled ? ('notCharged' as const) : ('charged' as const))
  const each = payments.map((payment, index) => ({
    ...of(index),
    netMinor: net(payment),
    state: state(payment),
  }))
  return {
    lane: each,
    hub: each.map((payment) => ({ ...payment, provider: 'alipay', providerKey: `${payment.attemptKey}-1` })),
    statement: payments.flatMap((payment, index) => statementOf(payment, `a${index}-1`)),
    statementOf: ['alipay'],
  }
}

function statementOf(
  { chargedMinor, refundedMinor, cancelled }: Payment,
  providerKey: string,
): StatementLine[] {
  const line = { provider: 'alipay', providerKey, currency: 'CNY', feeMinor: 0, atMs: null }
  return [
    { ...line, kind: 'charge', amountMinor: chargedMinor },
    ...(refundedMinor > 0 ? [{ ...line, kind: 'refund' as const, amountMinor: refundedMinor }] : []),
    ...(cancelled ? [{ ...line, kind: 'cancel' as const, amountMinor: chargedMinor - refundedMinor }] : []),
  ]
}

const plain: Payment = { chargedMinor: 1240, refundedMinor: 0, cancelled: false }
const named = (books: Books) =>
  reconcile(books).differences.map(({ kind, between, attemptKey, providerKey }) => [
    kind,
    between,
    attemptKey ?? providerKey,
  ])

const anyPayments = fc.array(
  fc
    .record({
      chargedMinor: fc.integer({ min: 2, max: 100_000 }),
      share: fc.nat(99),
      cancelled: fc.boolean(),
    })
    .map(({ chargedMinor, share, cancelled }) => ({
      chargedMinor,
      refundedMinor: Math.floor((chargedMinor * share) / 100),
      cancelled,
    })),
  { minLength: 1, maxLength: 12 },
)

describe('three books', () => {
  it('that agree have no difference, whatever was charged, refunded or taken back', () => {
    fc.assert(
      fc.property(anyPayments, (payments) => {
        const { differences, laneMinor, hubMinor, providerMinor, ...verdict } = reconcile(booksOf(payments))
        expect(differences).toEqual([])
        expect(verdict).toMatchObject({
          laneEqualsHub: true,
          hubEqualsProvider: true,
          payments: payments.length,
        })
        expect(laneMinor).toEqual(hubMinor)
        expect(providerMinor).toEqual(hubMinor)
      }),
    )
  })

  it('name the one payment that a statement has a cent more of', () => {
    fc.assert(
      fc.property(anyPayments, fc.nat(), (payments, pick) => {
        const books = booksOf(payments)
        const index = pick % books.statement.length
        const statement = books.statement.map((line, at) =>
          at === index ? { ...line, amountMinor: line.amountMinor + 1 } : line,
        )
        const { differences } = reconcile({ ...books, statement })
        expect(differences).toHaveLength(1)
        expect(differences[0]).toMatchObject({
          between: 'hubProvider',
          providerKey: statement[index]?.providerKey,
        })
        expect(Math.abs((differences[0]?.firstMinor ?? 0) - (differences[0]?.secondMinor ?? 0))).toBe(1)
      }),
    )
  })

  it('name what only the lane has', () => {
    const books = booksOf([plain, plain])
    const without = { ...books, hub: books.hub.slice(1), statement: books.statement.slice(1) }
    expect(named(without)).toEqual([['missingAtHub', 'laneHub', 'a0']])
  })

  it('name what no lane journalled', () => {
    const books = booksOf([plain, plain])
    expect(named({ ...books, lane: books.lane.slice(1) })).toEqual([['notOnLane', 'laneHub', 'a0']])
  })

  it('name what the provider lacks, and what the provider charged that nobody ordered', () => {
    const books = booksOf([plain, plain])
    expect(named({ ...books, statement: books.statement.slice(1) })).toEqual([
      ['missingAtProvider', 'hubProvider', 'a0'],
    ])
    const orphan = statementOf(plain, 'x-1')
    expect(named({ ...books, statement: [...books.statement, ...orphan] })).toEqual([
      ['unknownAtHub', 'hubProvider', 'x-1'],
    ])
    const takenBack = statementOf({ ...plain, cancelled: true }, 'x-1')
    expect(named({ ...books, statement: [...books.statement, ...takenBack] })).toEqual([])
  })

  it('name a charge that stands twice under one key', () => {
    const books = booksOf([plain])
    expect(named({ ...books, statement: [...books.statement, ...books.statement] })).toEqual([
      ['duplicated', 'hubProvider', 'a0'],
    ])
  })

  it('name an amount, a currency and a state that differ', () => {
    const books = booksOf([plain])
    const [hub] = books.hub
    if (!hub) throw new Error('one payment')
    expect(named({ ...books, lane: [{ ...hub, saleId: 's0', netMinor: 1239 }] })).toEqual([
      ['amountDiffers', 'laneHub', 'a0'],
    ])
    expect(named({ ...books, lane: [{ ...hub, saleId: 's0', currency: 'EUR' }] })).toEqual([
      ['currencyDiffers', 'laneHub', 'a0'],
    ])
    expect(named({ ...books, lane: [{ ...hub, saleId: 's0', state: 'notCharged', netMinor: 0 }] })).toEqual([
      ['stateDiffers', 'laneHub', 'a0'],
    ])
    expect(named({ ...books, hub: [{ ...hub, state: 'notCharged', netMinor: 0 }] })).toEqual([
      ['stateDiffers', 'laneHub', 'a0'],
      ['stateDiffers', 'hubProvider', 'a0'],
    ])
  })

  it('wait with a payment that has no final word, and say whose statement is missing', () => {
    const books = booksOf([plain, plain])
    const open = books.hub.map((payment, index) =>
      index === 0 ? { ...payment, state: 'open' as const, netMinor: 0 } : payment,
    )
    expect(reconcile({ ...books, hub: open })).toMatchObject({ open: 1, differences: [] })
    expect(reconcile({ ...books, statement: [], statementOf: [] })).toMatchObject({
      differences: [],
      withoutStatement: ['alipay'],
    })
  })
})
