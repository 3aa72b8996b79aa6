import type { Notice } from '../../contract/laneView.ts'
import type { PaymentMode } from '../../contract/payment.ts'
import { unreachable } from '../../contract/result.ts'
import { basketTotal } from '../basket/reading.ts'
import type { Answers } from './answers.ts'
import { noButtons, nothingAwaited } from './answers.ts'
import { startWithCode, startWithFace } from './paying.ts'
import { cancelSale, languageOf, outOfOrder } from './shopping.ts'
import { refuse } from './sale.ts'
import type { CheckoutEffect, FaceCandidate, FaceRefusal, Sale, Step } from './state.ts'

/** Tries at the last four digits before another tender is the only way. */
export const secondFactorTries = 3

const stopCamera: CheckoutEffect = { type: 'stopFaceCapture' }

export const faceCaptureAnswers: Answers<'faceCapture'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  faceIdentified: (state, { candidate, mode }) => ({
    state: { kind: 'confirm', sale: state.sale, payer: candidate.payer, evidence: candidate.evidence, mode },
    effects: [stopCamera],
    notice: null,
  }),
  faceAmbiguous: (state, { candidates, mode }) => ({
    state: { kind: 'secondFactor', sale: state.sale, candidates, mode, attemptsLeft: secondFactorTries },
    effects: [stopCamera],
    notice: null,
  }),
  faceRefused: (state, input) => otherTender(state.sale, { code: noticeOf(input.refusal) }, [stopCamera]),
  hubNeeded: (state) => otherTender(state.sale, { code: 'hubNeeded' }, [stopCamera]),
  backPressed: (state) => otherTender(state.sale, null, [stopCamera]),
  tenderChosen: (state, input) =>
    input.tender === 'walletCode'
      ? { state: { kind: 'codeCapture', sale: state.sale }, effects: [stopCamera], notice: null }
      : refuse(state, 'notNow'),
  cancelPressed: (state) => prepend(stopCamera, cancelSale(state.sale, 'shopper')),
  idleTimedOut: (state) => otherTender(state.sale, { code: 'faceTimeout' }, [stopCamera]),
  laneFailed: (state, input) => prepend(stopCamera, outOfOrder(input.reasons, state.sale)),
}

export const codeCaptureAnswers: Answers<'codeCapture'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  walletCodeRead: (state, input) => startWithCode(state.sale, input),
  // Goods held to the scanner here would be bought without having been seen in the total.
  itemScanned: (state) => ({ state, effects: [], notice: { code: 'codeNotForPaying' } }),
  scanRefused: (state, input) => ({ state, effects: [], notice: input.notice }),
  hubNeeded: (state) => otherTender(state.sale, { code: 'hubNeeded' }),
  backPressed: (state) => otherTender(state.sale, null),
  cancelPressed: (state) => cancelSale(state.sale, 'shopper'),
  idleTimedOut: (state) => otherTender(state.sale, null),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

export const secondFactorAnswers: Answers<'secondFactor'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  digitsEntered: (state, { digits }) => {
    const named = state.candidates.filter(({ payer }) => payer.phoneLast4 === digits)
    // Two candidates with the same digits cannot be told apart by them.
    const [candidate] = named
    if (named.length === 1 && candidate) return confirmWith(state.sale, candidate, state.mode)
    const attemptsLeft = state.attemptsLeft - 1
    if (attemptsLeft === 0) return otherTender(state.sale, { code: 'faceNotFound' })
    return { state: { ...state, attemptsLeft }, effects: [], notice: { code: 'wrongDigits', attemptsLeft } }
  },
  backPressed: (state) => otherTender(state.sale, null),
  cancelPressed: (state) => cancelSale(state.sale, 'shopper'),
  idleTimedOut: (state) => otherTender(state.sale, null),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

export const confirmAnswers: Answers<'confirm'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  confirmed: (state, input) => {
    const due = basketTotal(state.sale.basket).amountMinor
    if (input.saleId !== state.sale.saleId || input.totalMinor !== due) return refuse(state, 'staleScreen')
    return startWithFace(state, input.attemptKey)
  },
  notMePressed: (state) => otherTender(state.sale, { code: 'notYou' }),
  backPressed: (state) => otherTender(state.sale, null),
  cancelPressed: (state) => cancelSale(state.sale, 'shopper'),
  idleTimedOut: (state) => otherTender(state.sale, null),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

function confirmWith(sale: Sale, { payer, evidence }: FaceCandidate, mode: PaymentMode): Step {
  const strengthened = { ...evidence, secondFactor: true }
  return { state: { kind: 'confirm', sale, payer, evidence: strengthened, mode }, effects: [], notice: null }
}

function otherTender(sale: Sale, notice: Notice | null, effects: readonly CheckoutEffect[] = []): Step {
  return { state: { kind: 'tenderChoice', sale }, effects, notice }
}

function prepend(effect: CheckoutEffect, step: Step): Step {
  return { ...step, effects: [effect, ...step.effects] }
}

function noticeOf(refusal: FaceRefusal) {
  switch (refusal) {
    case 'notFound':
      return 'faceNotFound'
    case 'notClear':
      return 'faceNotClear'
    case 'attack':
      return 'faceAttack'
    case 'challenge':
      return 'faceChallenge'
    case 'timeout':
      return 'faceTimeout'
    case 'cameraUnavailable':
      return 'cameraUnavailable'
    case 'engineUnavailable':
      return 'faceEngineUnavailable'
    default:
      return unreachable(refusal)
  }
}
