import type { Answers } from './answers.ts'
import { noButtons, nothingAwaited } from './answers.ts'
import { paid, toChoice } from './choosing.ts'
import { leave } from './leaving.ts'
import type { Attempt, InputOf, PaidPart, StateOf, Step } from './state.ts'

/** Whoever was found said that it is them, and that they pay. */
export function startWithFace(state: StateOf<'confirm'>, attemptKey: string): Step {
  const { sale, tender, askMinor, candidate, mode } = state
  const { payer, evidence } = candidate
  const attempt: Attempt = {
    attemptKey,
    tender,
    mode,
    amountMinor: askMinor,
    maskedAccount: payer.maskedAccount,
    linkedTo: sale.linkedTo,
    owing: null,
  }
  const instrument = { kind: tender, accountId: payer.accountId, evidence } as const
  return {
    state: { kind: 'authorising', sale, attempt, prompt: null },
    effects: [{ type: 'authorise', sale, attempt, instrument }],
    notice: null,
  }
}

/** A code shown for what an earlier purchase left owing: it pays that, and nothing of this sale. */
export function startRecovery(state: StateOf<'codeCapture'>, input: InputOf<'walletCodeRead'>): Step {
  const { sale, owing } = state
  if (owing === null) return { state, effects: [] }
  const { attemptKey, code } = input
  const { amountMinor } = owing
  const attempt = {
    attemptKey,
    tender: 'walletCode',
    mode: 'online',
    amountMinor,
    maskedAccount: null,
    linkedTo: null,
    owing,
  } as const
  return {
    state: { kind: 'authorising', sale, attempt, prompt: null },
    effects: [{ type: 'authorise', sale, attempt, instrument: { kind: 'walletCode', code } }],
    notice: null,
  }
}

/** While money is under way nothing can be cancelled, changed or broken off: only an answer leads on. */
const underWay = {
  ...noButtons,
  ...nothingAwaited,
  authorisationApproved: (state: Paying, input: InputOf<'authorisationApproved'>) =>
    ofThisAttempt(state, input, () => took(state, input.part)),
  paymentDeferred: (state: Paying, input: InputOf<'paymentDeferred'>) =>
    ofThisAttempt(state, input, () => took(state, input.part)),
  authorisationDeclined: (state: Paying, input: InputOf<'authorisationDeclined'>) =>
    ofThisAttempt(state, input, () => ({
      state: { kind: 'declined', sale: state.sale, reason: input.reason },
      effects: [],
      notice: null,
    })),
  attemptCancelled: (state: Paying, input: InputOf<'attemptCancelled'>) =>
    ofThisAttempt(state, input, () => toChoice(state.sale, { code: 'attemptCancelled' })),
  outcomeUnknown: (state: Paying, input: InputOf<'outcomeUnknown'>) =>
    ofThisAttempt(state, input, () => ({
      state: { kind: 'unknown', sale: state.sale, attempt: state.attempt, phase: input.phase },
      effects: [],
      notice: null,
    })),
}

type Paying = StateOf<'authorising' | 'unknown'>

export const authorisingAnswers: Answers<'authorising'> = {
  ...underWay,
  cardPrompted: (state, input) =>
    ofThisAttempt(state, input, () => ({ state: { ...state, prompt: input.prompt }, effects: [] })),
}

export const unknownAnswers: Answers<'unknown'> = {
  ...underWay,
  /** Staff sends the shopper off without the goods; the attempt goes on being cancelled until the hub confirms. */
  staffHeldUnknown: (state, input) =>
    ofThisAttempt(state, input, () => {
      const held = { type: 'holdUnknown', attemptKey: input.attemptKey } as const
      const step = state.attempt.owing === null ? leave(state.sale, 'staff') : toChoice(state.sale, null)
      return { ...step, effects: [held, ...step.effects] }
    }),
  /** The goods go; what became of the payment is found out without the shopper, and is this member of staff's case. */
  staffReleasedUnknown: (state, input) =>
    ofThisAttempt(state, input, () =>
      state.attempt.owing === null ? paid(state.sale, input.part) : stay(state),
    ),
  /** Another payment meanwhile names this one: should this one turn out charged, one of the two goes back. */
  staffChoseOtherTender: (state, input) =>
    ofThisAttempt(state, input, () => {
      const { sale, attempt } = state
      const linked = attempt.owing === null ? { ...sale, linkedTo: input.attemptKey } : sale
      return toChoice(linked, null, [{ type: 'holdUnknown', attemptKey: input.attemptKey }])
    }),
}

function took({ sale, attempt }: Paying, part: PaidPart): Step {
  const { maskedAccount, owing } = attempt
  if (owing === null) return paid(sale, { ...part, maskedAccount: part.maskedAccount ?? maskedAccount })
  return toChoice(sale, { code: 'debtPaid', amountMinor: part.amountMinor })
}

function ofThisAttempt(state: Paying, input: { attemptKey: string }, answer: () => Step): Step {
  return input.attemptKey === state.attempt.attemptKey ? answer() : stay(state)
}

function stay(state: Paying): Step {
  return { state, effects: [] }
}
