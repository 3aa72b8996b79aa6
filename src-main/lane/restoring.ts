import type { TaxPolicy } from '../contract/basket.ts'
import type { Notice } from '../contract/laneView.ts'
import type { Key } from '../contract/values.ts'
import { waiting } from '../domain/checkout/leaving.ts'
import { dueMinor } from '../domain/checkout/sale.ts'
import type { Attempt, CheckoutEffect, CheckoutState, Sale, VendedSale } from '../domain/checkout/state.ts'
import type { AttemptNews, Payments } from '../payments/attempts.ts'
import { isPaidPart, partOf } from '../payments/parts.ts'
import type { AttemptRecord, LaneStorePort } from '../ports/store.ts'
import type { LaneVending } from './vending.ts'

export interface RestoringDeps {
  readonly store: LaneStorePort
  readonly payments: Payments
  /** Of a basket that was kept without one. */
  readonly tax: TaxPolicy
  readonly newsOf: (attempt: Attempt) => (news: AttemptNews) => void
  /** Null where no machine gives out what is sold. */
  readonly vending: Pick<LaneVending, 'interrupted' | 'view'> | null
  readonly publicUrl: () => string | null
}

export interface Restored {
  readonly state: CheckoutState
  readonly notice: Notice | null
  /** To be done once the state stands. */
  readonly effects: readonly CheckoutEffect[]
  /** Parts whose void was begun. */
  readonly voids: readonly Key[]
}

/** Where a restarted lane goes on: a paid sale is finished, an unknown one is asked about, a basket is kept. */
export function restore(deps: RestoringDeps): Restored {
  const { store, payments, tax, newsOf } = deps
  const sale = restoredSale(store, tax)
  const unanswered = store
    .attemptsInState(['intended', 'unknown'])
    .filter((record) => record.releasedBy === undefined)
  const [open] = unanswered.filter(({ attemptKey, saleId, recoveryKey }) => {
    return (
      saleId === sale?.saleId && recoveryKey === undefined && !isPaidAnotherWay(store, saleId, attemptKey)
    )
  })
  for (const orphan of unanswered) if (orphan !== open) payments.hold(orphan.attemptKey)
  if (!sale) return dispensing(deps) ?? at({ kind: 'attract' })

  const voids = store.attemptsOfSale(sale.saleId).filter(({ state }) => state === 'voiding')
  if (voids.length > 0) {
    const paid = sale.paid.filter(({ attemptKey }) =>
      voids.some((record) => record.attemptKey === attemptKey),
    )
    const state = { kind: 'voiding', sale: { ...sale, paid }, phase: 'voiding', reason: 'restart' } as const
    const step = waiting(state, [])
    return { ...at(step.state), effects: step.effects, voids: voids.map(({ attemptKey }) => attemptKey) }
  }
  if (open) {
    const attempt = attemptOf(open)
    // The answer comes later, through the controller, once this state stands.
    queueMicrotask(() => {
      payments.resume(open, newsOf(attempt))
    })
    return at({ kind: 'unknown', sale, attempt, phase: 'querying' })
  }
  const last = sale.paid.at(-1)
  if (last && dueMinor(sale) <= 0) return at({ kind: 'approved', sale, tender: last.tender })
  const state: CheckoutState = last
    ? { kind: 'tenderChoice', sale }
    : { kind: 'scanning', sale, lastLineId: null }
  return at(state, { code: 'basketKept' })
}

function at(state: CheckoutState, notice: Notice | null = null): Restored {
  return { state, notice, effects: [], voids: [] }
}

/** Whoever stands at the machine is told what became of each piece, and of the money for what did not drop. */
function dispensing({ store, vending, publicUrl }: RestoringDeps): Restored | null {
  const interrupted = vending?.interrupted() ?? null
  const vend = interrupted === null ? null : (vending?.view(interrupted.saleId) ?? null)
  if (interrupted === null || vend === null) return null
  const { saleId, receipt } = interrupted
  const base = publicUrl()
  const isDeferred = store.attemptsOfSale(saleId).some(({ mode }) => mode === 'deferred')
  const completed: VendedSale = {
    saleId,
    receipt,
    receiptUrl: base === null ? null : `${base}/r/${receipt.receiptToken}`,
    mode: isDeferred ? 'deferred' : 'online',
    changeMinor: 0,
    vend,
  }
  return { ...at({ kind: 'dispensing', completed }), effects: [{ type: 'dispense', saleId }] }
}

/** Basket from its own row, what is paid from the attempts: nothing is kept twice. */
function restoredSale(store: LaneStorePort, tax: TaxPolicy): Sale | null {
  const kept = store.openSale()
  if (!kept) return null
  const attempts = store.attemptsOfSale(kept.saleId)
  const basket = kept.basket.tax === undefined ? { ...kept.basket, tax } : kept.basket
  const unknown = attempts.filter(({ state, releasedBy }) => isOpen(state) && releasedBy === undefined)
  const paid = attempts.filter(isPaidPart)
  const linked = unknown.find(({ attemptKey }) => isPaidAnotherWay(store, kept.saleId, attemptKey))
  const stoodFor = paid.some(({ linkedTo }) => linkedTo === linked?.attemptKey)
  return {
    ...kept,
    basket,
    paid: paid.map(partOf),
    linkedTo: stoodFor ? null : (linked?.attemptKey ?? null),
  }
}

/** The shopper began to pay again while this one was unknown. */
function isPaidAnotherWay(store: LaneStorePort, saleId: Key, attemptKey: Key): boolean {
  return store.attemptsOfSale(saleId).some((other) => other.linkedTo === attemptKey)
}

function isOpen(state: AttemptRecord['state']): boolean {
  return state === 'intended' || state === 'unknown'
}

function attemptOf(record: AttemptRecord): Attempt {
  return {
    attemptKey: record.attemptKey,
    tender: record.instrument.kind,
    mode: record.mode,
    amountMinor: record.amount.amountMinor,
    maskedAccount: null,
    linkedTo: record.linkedTo ?? null,
    owing: null,
  }
}
