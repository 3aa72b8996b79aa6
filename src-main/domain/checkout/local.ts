import { unreachable } from '../../contract/result.ts'
import type { Notice } from '../../contract/laneView.ts'
import type { Answers } from './answers.ts'
import { noButtons, nothingAwaited } from './answers.ts'
import { paid, start, toChoice } from './choosing.ts'
import { leave } from './leaving.ts'
import { dueMinor, refuse } from './sale.ts'
import { languageOf, outOfOrder } from './shopping.ts'
import type { Attempt, CheckoutEffect, PaidPart, Step, WalletFaceRefusal } from './state.ts'

/** Staff comes, counts and enters what was given; until then the shopper may think again. */
export const cashAnswers: Answers<'cash'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  cashTaken: (state, { part, attemptKey, staffId }) => {
    const { sale } = state
    const { amountMinor, instrument: cash } = part
    if (amountMinor > dueMinor(sale)) return refuse(state, 'staleScreen')
    const attempt: Attempt = {
      attemptKey,
      tender: 'cash',
      mode: 'local',
      amountMinor,
      maskedAccount: null,
      linkedTo: sale.linkedTo,
      owing: null,
    }
    const step = paid(sale, cashPart(attempt, cash))
    return { ...step, effects: [{ type: 'commitCash', sale, attempt, cash, staffId }, ...step.effects] }
  },
  backPressed: (state) => toChoice(state.sale, null),
  cancelPressed: (state) => leave(state.sale, 'shopper'),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

function cashPart({ attemptKey, amountMinor }: Attempt, cash: NonNullable<PaidPart['cash']>): PaidPart {
  return {
    attemptKey,
    tender: 'cash',
    wallet: null,
    mode: 'local',
    amountMinor,
    maskedAccount: null,
    approvalCode: null,
    cash,
    card: null,
    releasedBy: null,
  }
}

const stopWalletFace: CheckoutEffect = { type: 'stopWalletFace' }

/** The wallet's own device software looks and asks; its token is the shopper's confirmation. */
export const walletFaceAnswers: Answers<'walletFace'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  walletFaceSeen: (state, { wallet, token, attemptKey }) =>
    wallet === state.wallet
      ? start(state.sale, {
          attemptKey,
          askMinor: state.askMinor,
          instrument: { kind: 'walletFace', wallet, token },
        })
      : { state, effects: [] },
  walletFaceRefused: (state, input) => toChoice(state.sale, noticeOf(input.refusal)),
  hubNeeded: (state) => stopped(toChoice(state.sale, { code: 'hubNeeded' })),
  backPressed: (state) => stopped(toChoice(state.sale, null)),
  cancelPressed: (state) => stopped(leave(state.sale, 'shopper')),
  idleTimedOut: (state) => stopped(toChoice(state.sale, { code: 'faceTimeout' })),
  laneFailed: (state, input) => stopped(outOfOrder(input.reasons, state.sale)),
}

function stopped(step: Step): Step {
  return { ...step, effects: [stopWalletFace, ...step.effects] }
}

function noticeOf(refusal: WalletFaceRefusal): Notice | null {
  switch (refusal) {
    case 'left':
    case 'otherTender':
      return null
    case 'timeout':
      return { code: 'faceTimeout' }
    case 'unavailable':
      return { code: 'cameraUnavailable' }
    default:
      return unreachable(refusal)
  }
}
