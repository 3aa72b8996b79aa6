import { basketTotal } from '../basket/reading.ts'
import type { Answers } from './answers.ts'
import { noButtons, nothingAwaited } from './answers.ts'
import type { Attempt, InputOf, Sale, StateOf, Step } from './state.ts'

/** Money may only move from here on: the intent is committed before the request leaves. */
export function startWithFace(state: StateOf<'confirm'>, attemptKey: string): Step {
  const { sale, payer, evidence, mode } = state
  const attempt: Attempt = {
    attemptKey,
    tender: 'face',
    mode,
    amountMinor: basketTotal(sale.basket).amountMinor,
    maskedAccount: payer.maskedAccount,
  }
  const instrument = { kind: 'face', accountId: payer.accountId, evidence } as const
  return {
    state: { kind: 'authorising', sale, attempt },
    effects: [{ type: 'authorise', sale, attempt, instrument }],
    notice: null,
  }
}

/** A live code shown while the total stands on the screen is the shopper's confirmation. It is never deferred. */
export function startWithCode(sale: Sale, input: InputOf<'walletCodeRead'>): Step {
  const attempt: Attempt = {
    attemptKey: input.attemptKey,
    tender: 'walletCode',
    mode: 'online',
    amountMinor: basketTotal(sale.basket).amountMinor,
    maskedAccount: null,
  }
  return {
    state: { kind: 'authorising', sale, attempt },
    effects: [{ type: 'authorise', sale, attempt, instrument: { kind: 'walletCode', code: input.code } }],
    notice: null,
  }
}

/** While money is under way nothing can be cancelled, changed or broken off: only an answer leads on. */
const underWay = {
  ...noButtons,
  ...nothingAwaited,
  authorisationApproved: (state: Paying, input: InputOf<'authorisationApproved'>) =>
    ofThisAttempt(state, input, () => {
      const attempt = { ...state.attempt, maskedAccount: input.maskedAccount }
      return approved(state.sale, attempt)
    }),
  paymentDeferred: (state: Paying, input: InputOf<'paymentDeferred'>) =>
    ofThisAttempt(state, input, () => approved(state.sale, { ...state.attempt, mode: 'deferred' })),
  authorisationDeclined: (state: Paying, input: InputOf<'authorisationDeclined'>) =>
    ofThisAttempt(state, input, () => ({
      state: { kind: 'declined', sale: state.sale, reason: input.reason },
      effects: [],
      notice: null,
    })),
  attemptCancelled: (state: Paying, input: InputOf<'attemptCancelled'>) =>
    ofThisAttempt(state, input, () => ({
      state: { kind: 'tenderChoice', sale: state.sale },
      effects: [],
      notice: { code: 'attemptCancelled' },
    })),
  outcomeUnknown: (state: Paying, input: InputOf<'outcomeUnknown'>) =>
    ofThisAttempt(state, input, () => ({
      state: { kind: 'unknown', sale: state.sale, attempt: state.attempt, phase: input.phase },
      effects: [],
      notice: null,
    })),
}

type Paying = StateOf<'authorising' | 'unknown'>

export const authorisingAnswers: Answers<'authorising'> = underWay

export const unknownAnswers: Answers<'unknown'> = {
  ...underWay,
  /** Staff sends the shopper off without the goods; the attempt goes on being cancelled until the hub confirms. */
  staffHeldUnknown: (state, input) =>
    ofThisAttempt(state, input, () => ({
      state: { kind: 'cancelled' },
      effects: [
        { type: 'holdUnknown', attemptKey: input.attemptKey },
        { type: 'commitSaleCancelled', sale: state.sale, reason: 'staff' },
      ],
      notice: null,
    })),
}

function approved(sale: Sale, attempt: Attempt): Step {
  return {
    state: { kind: 'approved', sale, attempt },
    effects: [{ type: 'completeSale', sale, attempt }],
    notice: null,
  }
}

function ofThisAttempt(state: Paying, input: { attemptKey: string }, answer: () => Step): Step {
  return input.attemptKey === state.attempt.attemptKey ? answer() : { state: state, effects: [] }
}
