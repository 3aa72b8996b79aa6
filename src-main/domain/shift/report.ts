import { type CashFigures, drawerReasons, type ShiftReport } from '../../contract/shift.ts'
import { tenderKinds } from '../../contract/payment.ts'
import { taxClassSchema } from '../../contract/catalogue.ts'
import { sumMinor } from '../money/money.ts'
import type { Counted, OpenFigures, ShiftFigures } from './figures.ts'

export interface ReportFacts {
  readonly currency: string
  /** Null for an X. */
  readonly zNumber: number | null
  readonly fromAtMs: number | null
  readonly toAtMs: number | null
  /** What staff counted in the drawer; null when nobody did. */
  readonly countedMinor: number | null
}

/** The X or Z as it is shown, printed and journalled. */
export function shiftReport(figures: ShiftFigures, facts: ReportFacts): ShiftReport {
  const taxes = [...figures.taxes.values()].toSorted(
    (a, b) => order(a.taxClass) - order(b.taxClass) || a.ratePermille - b.ratePermille,
  )
  return {
    zNumber: facts.zNumber,
    currency: facts.currency,
    fromAtMs: facts.fromAtMs,
    toAtMs: facts.toAtMs,
    sales: figures.sales,
    returns: figures.returns,
    voids: figures.voids,
    grossMinor: sum([figures.sales.amountMinor, -figures.returns.amountMinor, -figures.voids.amountMinor]),
    netMinor: sum(taxes.map(({ netMinor }) => netMinor)),
    taxMinor: sum(taxes.map(({ taxMinor }) => taxMinor)),
    taxes,
    tenders: tenderKinds.flatMap((tender) => {
      const figure = figures.tenders.get(tender)
      return figure === undefined ? [] : [{ tender, ...figure }]
    }),
    overrides: figures.overrides,
    cancelled: figures.cancelled,
    deferred: stillOpen(figures.deferred),
    recovered: settled(figures.debts),
    cash: cashOf(figures.cash, facts.countedMinor),
    drawer: drawerOf(figures.drawer),
  }
}

/** Accepted and neither settled nor returned whole. */
function stillOpen({ accepted, reduced, settled }: OpenFigures): Counted {
  const left = [...accepted]
    .filter(([attemptKey]) => !settled.has(attemptKey))
    .map(([attemptKey, amountMinor]) => {
      const less = [...reduced.values()].filter((reduction) => reduction.attemptKey === attemptKey)
      return sum([amountMinor, ...less.map((reduction) => -reduction.amountMinor)])
    })
    .filter((amountMinor) => amountMinor > 0)
  return { count: left.length, amountMinor: sum(left) }
}

function settled({ accepted, settled: done }: OpenFigures): Counted {
  const paid = [...accepted].filter(([attemptKey]) => done.has(attemptKey))
  return { count: paid.length, amountMinor: sum(paid.map(([, amountMinor]) => amountMinor)) }
}

function cashOf(cash: ShiftFigures['cash'], countedMinor: number | null): CashFigures {
  const { floatMinor, salesMinor, roundingMinor, refundsMinor, inMinor, outMinor } = cash
  const expectedMinor = sum([floatMinor, salesMinor, roundingMinor, -refundsMinor, inMinor, -outMinor])
  const differenceMinor = countedMinor === null ? null : sum([countedMinor, -expectedMinor])
  return { ...cash, expectedMinor, countedMinor, differenceMinor }
}

function drawerOf(openings: ShiftFigures['drawer']): NonNullable<ShiftReport['drawer']> {
  const byReason = drawerReasons.flatMap((reason) => {
    const count = openings.get(reason)
    return count === undefined ? [] : [{ reason, count }]
  })
  return {
    openings: byReason.reduce((all, { count }) => all + count, 0),
    withoutSale: openings.get('noSale') ?? 0,
    byReason,
  }
}

function order(taxClass: (typeof taxClassSchema.options)[number]): number {
  return taxClassSchema.options.indexOf(taxClass)
}

function sum(amounts: readonly number[]): number {
  const total = sumMinor(amounts)
  if (!total.ok) throw new Error('The figures of one shift exceed what an amount can hold')
  return total.value
}
