import type { Answers } from './answers.ts'
import { noButtons, nothingAwaited } from './answers.ts'
import type { CancelReason, CheckoutEffect, Sale, StateOf, Step } from './state.ts'

/** Gives the sale up. What is paid of it is taken back first: the sale ends only when all of that is certain. */
export function leave(sale: Sale, reason: CancelReason): Step {
  if (sale.paid.length === 0) return ended(sale, reason)
  const attemptKeys = sale.paid.map((part) => part.attemptKey)
  return waiting({ kind: 'voiding', sale, phase: 'voiding', reason }, [{ type: 'commitVoids', attemptKeys }])
}

type Voiding = StateOf<'voiding'>

export const voidingAnswers: Answers<'voiding'> = {
  ...noButtons,
  ...nothingAwaited,
  partVoided: (state, input) => without(state, [input.attemptKey]),
  voidUnconfirmed: (state) => ({
    state: { ...state, phase: state.phase === 'voiding' ? 'attendant' : state.phase },
    effects: [],
  }),
  staffHeldVoids: (state) =>
    without(
      state,
      state.sale.paid.filter((part) => part.cash === null).map((part) => part.attemptKey),
    ),
  cashReturned: (state, input) => {
    const attemptKeys = cashOf(state.sale).map((part) => part.attemptKey)
    const step = without(state, attemptKeys)
    const returned = { type: 'commitCashReturned', attemptKeys, staffId: input.staffId } as const
    return { ...step, effects: [returned, ...step.effects] }
  },
}

/** Cash that staff has to hand back. */
export function cashOf(sale: Sale) {
  return sale.paid.filter((part) => part.cash !== null)
}

function without(state: Voiding, attemptKeys: readonly string[]): Step {
  const paid = state.sale.paid.filter((part) => !attemptKeys.includes(part.attemptKey))
  const sale = { ...state.sale, paid }
  if (paid.length === 0) return ended(sale, state.reason)
  return waiting({ ...state, sale }, [])
}

/** Electronic parts first; when only cash is left, staff is called for it. */
export function waiting(state: Voiding, effects: readonly CheckoutEffect[]): Step {
  const onlyCash = state.sale.paid.every((part) => part.cash !== null)
  if (!onlyCash) return { state, effects, notice: null }
  return {
    state: { ...state, phase: 'cash' },
    effects: [...effects, { type: 'callStaff', kind: 'cashReturn' }],
    notice: null,
  }
}

function ended(sale: Sale, reason: CancelReason): Step {
  // An empty basket leaves no trace: nobody bought anything.
  const commit =
    sale.basket.lines.length === 0
      ? ({ type: 'commitOpenSale', sale: null } as const)
      : ({ type: 'commitSaleCancelled', sale, reason } as const)
  return { state: { kind: 'cancelled' }, effects: [commit], notice: null }
}
