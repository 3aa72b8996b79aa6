import type { TaxTotal } from '../../contract/basket.ts'
import type { LaneEvent, LaneEventOf } from '../../contract/events.ts'
import type { TenderKind } from '../../contract/payment.ts'
import type { DrawerReason } from '../../contract/shift.ts'
import { multiplyRounded, sumMinor } from '../money/money.ts'

export interface Counted {
  readonly count: number
  readonly amountMinor: number
}

export interface TenderFigures {
  readonly count: number
  readonly paidMinor: number
  readonly refundedMinor: number
}

/** What was accepted, by attempt; what of it was taken back, by reduction; what was settled, also of an earlier time. */
export interface OpenFigures {
  readonly accepted: ReadonlyMap<string, number>
  readonly reduced: ReadonlyMap<string, { readonly attemptKey: string; readonly amountMinor: number }>
  readonly settled: ReadonlySet<string>
}

/** Sums over a stretch of a lane's journal, of one currency. Those of two stretches add up to those of both. */
export interface ShiftFigures {
  readonly sales: Counted
  readonly returns: Counted
  readonly voids: Counted
  readonly overrides: Counted
  readonly cancelled: Counted
  /** Less what was returned and voided. By class and rate: `standard 130`. */
  readonly taxes: ReadonlyMap<string, TaxTotal>
  readonly tenders: ReadonlyMap<TenderKind, TenderFigures>
  readonly deferred: OpenFigures
  readonly debts: OpenFigures
  readonly cash: {
    readonly floatMinor: number
    readonly salesMinor: number
    readonly roundingMinor: number
    readonly refundsMinor: number
    readonly inMinor: number
    readonly outMinor: number
  }
  /** Openings, by reason. */
  readonly drawer: ReadonlyMap<DrawerReason, number>
}

const none: Counted = { count: 0, amountMinor: 0 }
const nothingOpen: OpenFigures = { accepted: new Map(), reduced: new Map(), settled: new Set() }

export const emptyFigures: ShiftFigures = {
  sales: none,
  returns: none,
  voids: none,
  overrides: none,
  cancelled: none,
  taxes: new Map(),
  tenders: new Map(),
  deferred: nothingOpen,
  debts: nothingOpen,
  cash: { floatMinor: 0, salesMinor: 0, roundingMinor: 0, refundsMinor: 0, inMinor: 0, outMinor: 0 },
  drawer: new Map(),
}

/** Of a stretch of the journal. Entries of another currency, and such without money, change nothing. */
export function figuresOf(events: readonly LaneEvent[], currency: string): ShiftFigures {
  const parts = events.flatMap((event) => {
    const foreign = 'currency' in event && event.currency !== currency
    return foreign ? [] : (ofEvent(event) ?? [])
  })
  return inSum(parts)
}

/** In halves, so that the maps of a long shift are not copied once for each entry. */
function inSum(parts: readonly ShiftFigures[]): ShiftFigures {
  const [first] = parts
  if (first === undefined) return emptyFigures
  if (parts.length === 1) return first
  const middle = parts.length >> 1
  return addFigures(inSum(parts.slice(0, middle)), inSum(parts.slice(middle)))
}

/** Both stretches together. */
export function addFigures(a: ShiftFigures, b: ShiftFigures): ShiftFigures {
  return {
    sales: addCounted(a.sales, b.sales),
    returns: addCounted(a.returns, b.returns),
    voids: addCounted(a.voids, b.voids),
    overrides: addCounted(a.overrides, b.overrides),
    cancelled: addCounted(a.cancelled, b.cancelled),
    taxes: merged(a.taxes, b.taxes, addTaxes),
    tenders: merged(a.tenders, b.tenders, addTenders),
    deferred: addOpen(a.deferred, b.deferred),
    debts: addOpen(a.debts, b.debts),
    cash: {
      floatMinor: plus(a.cash.floatMinor, b.cash.floatMinor),
      salesMinor: plus(a.cash.salesMinor, b.cash.salesMinor),
      roundingMinor: plus(a.cash.roundingMinor, b.cash.roundingMinor),
      refundsMinor: plus(a.cash.refundsMinor, b.cash.refundsMinor),
      inMinor: plus(a.cash.inMinor, b.cash.inMinor),
      outMinor: plus(a.cash.outMinor, b.cash.outMinor),
    },
    drawer: merged(a.drawer, b.drawer, (one, other) => one + other),
  }
}

/** What one entry adds; null for one without figures. */
function ofEvent(event: LaneEvent): ShiftFigures | null {
  switch (event.type) {
    case 'sale.completed':
      return ofSale(event)
    case 'sale.returned':
      return ofReturn(event)
    case 'sale.cancelled':
      return { ...emptyFigures, cancelled: { count: 1, amountMinor: event.totalMinor } }
    case 'payment.attempted':
      return ofAttempt(event)
    case 'payment.resolved':
      return ofOutcome(event)
    case 'payment.reduced': {
      const { reductionKey, attemptKey, amountMinor } = event
      const reduced = new Map([[reductionKey, { attemptKey, amountMinor }]])
      return { ...emptyFigures, deferred: { ...nothingOpen, reduced } }
    }
    case 'shift.opened':
      return { ...emptyFigures, cash: { ...emptyFigures.cash, floatMinor: event.floatMinor } }
    case 'shift.cashMoved': {
      const { direction, amountMinor } = event
      const moved = direction === 'in' ? { inMinor: amountMinor } : { outMinor: amountMinor }
      return { ...emptyFigures, cash: { ...emptyFigures.cash, ...moved } }
    }
    case 'drawer.opened':
      return { ...emptyFigures, drawer: new Map([[event.reason, 1]]) }
    default:
      return null
  }
}

function ofSale(event: LaneEventOf<'sale.completed'>): ShiftFigures {
  const changed = event.lines.flatMap((line) => {
    if (line.override === undefined) return []
    const { quantity } = line
    const [units, of] = quantity.kind === 'each' ? [quantity.count, 1] : [quantity.grams, 1000]
    return [exact(multiplyRounded(line.override.fromMinor - line.unitPriceMinor, units, of))]
  })
  const cash = event.payments.filter(({ tender }) => tender === 'cash')
  return {
    ...emptyFigures,
    sales: { count: 1, amountMinor: event.totalMinor },
    overrides: { count: changed.length, amountMinor: sum(changed) },
    taxes: new Map(event.taxes.map((tax) => [taxName(tax), tax])),
    tenders: event.payments.reduce<ReadonlyMap<TenderKind, TenderFigures>>(
      (tenders, { tender, amountMinor }) =>
        merged(
          tenders,
          new Map([[tender, { count: 1, paidMinor: amountMinor, refundedMinor: 0 }]]),
          addTenders,
        ),
      new Map(),
    ),
    cash: {
      ...emptyFigures.cash,
      salesMinor: sum(cash.map(({ amountMinor }) => amountMinor)),
      roundingMinor: sum(cash.map((payment) => payment.cash?.roundingMinor ?? 0)),
    },
  }
}

function ofReturn(event: LaneEventOf<'sale.returned'>): ShiftFigures {
  const back = { count: 1, amountMinor: event.amountMinor }
  const cash = event.refunds.filter(({ tender }) => tender === 'cash')
  return {
    ...emptyFigures,
    ...(event.reason === 'voided' ? { voids: back } : { returns: back }),
    taxes: new Map(event.taxes.map((tax) => [taxName(tax), negative(tax)])),
    tenders: event.refunds.reduce<ReadonlyMap<TenderKind, TenderFigures>>(
      (tenders, { tender, amountMinor }) =>
        merged(
          tenders,
          new Map([[tender, { count: 0, paidMinor: 0, refundedMinor: amountMinor }]]),
          addTenders,
        ),
      new Map(),
    ),
    cash: {
      ...emptyFigures.cash,
      refundsMinor: sum(cash.map(({ amountMinor }) => amountMinor)),
      roundingMinor: -sum(cash.map(({ roundingMinor = 0 }) => roundingMinor)) + 0,
    },
  }
}

function ofAttempt(event: LaneEventOf<'payment.attempted'>): ShiftFigures | null {
  const accepted = new Map([[event.attemptKey, event.amountMinor]])
  if (event.recoveryKey !== undefined) return { ...emptyFigures, debts: { ...nothingOpen, accepted } }
  return event.mode === 'deferred' ? { ...emptyFigures, deferred: { ...nothingOpen, accepted } } : null
}

/** Charged, or never to be. A debt is settled by money alone. */
function ofOutcome(event: LaneEventOf<'payment.resolved'>): ShiftFigures | null {
  const settled = new Set([event.attemptKey])
  if (event.outcome === 'deferred') return null
  return {
    ...emptyFigures,
    deferred: { ...nothingOpen, settled },
    debts: event.outcome === 'approved' ? { ...nothingOpen, settled } : nothingOpen,
  }
}

function addOpen(a: OpenFigures, b: OpenFigures): OpenFigures {
  if (b === nothingOpen) return a
  if (a === nothingOpen) return b
  return {
    accepted: new Map([...a.accepted, ...b.accepted]),
    reduced: new Map([...a.reduced, ...b.reduced]),
    settled: new Set([...a.settled, ...b.settled]),
  }
}

function addCounted(a: Counted, b: Counted): Counted {
  return { count: a.count + b.count, amountMinor: plus(a.amountMinor, b.amountMinor) }
}

function addTaxes(a: TaxTotal, b: TaxTotal): TaxTotal {
  return {
    ...a,
    grossMinor: plus(a.grossMinor, b.grossMinor),
    netMinor: plus(a.netMinor, b.netMinor),
    taxMinor: plus(a.taxMinor, b.taxMinor),
  }
}

function addTenders(a: TenderFigures, b: TenderFigures): TenderFigures {
  return {
    count: a.count + b.count,
    paidMinor: plus(a.paidMinor, b.paidMinor),
    refundedMinor: plus(a.refundedMinor, b.refundedMinor),
  }
}

function negative(tax: TaxTotal): TaxTotal {
  return { ...tax, grossMinor: 0 - tax.grossMinor, netMinor: 0 - tax.netMinor, taxMinor: 0 - tax.taxMinor }
}

function taxName({ taxClass, ratePermille }: TaxTotal): string {
  return `${taxClass} ${ratePermille}`
}

function merged<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>, add: (a: V, b: V) => V): ReadonlyMap<K, V> {
  if (b.size === 0) return a
  const both = new Map(a)
  for (const [key, value] of b) {
    const known = both.get(key)
    both.set(key, known === undefined ? value : add(known, value))
  }
  return both
}

function plus(a: number, b: number): number {
  return sum([a, b])
}

function sum(amounts: readonly number[]): number {
  return exact(sumMinor(amounts))
}

function exact(amount: ReturnType<typeof sumMinor>): number {
  if (!amount.ok) throw new Error('The figures of one shift exceed what an amount can hold')
  return amount.value
}
