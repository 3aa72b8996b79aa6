import { unreachable } from '../../contract/result.ts'
import type { Answers } from './answers.ts'
import { noButtons, nothingAwaited } from './answers.ts'
import { toChoice } from './choosing.ts'
import { leave } from './leaving.ts'
import { startRecovery, startWithFace } from './paying.ts'
import { refuse } from './sale.ts'
import { languageOf, memberOf, outOfOrder, payWithCode, payWithCoupon } from './shopping.ts'
import type { CheckoutEffect, FaceRefusal, StateOf, Step } from './state.ts'

/** Tries at the last four digits before another tender is the only way. */
export const secondFactorTries = 3

const stopCamera: CheckoutEffect = { type: 'stopFaceCapture' }

export const faceCaptureAnswers: Answers<'faceCapture'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  faceIdentified: ({ sale, tender, askMinor: asked }, { candidate, mode }) => {
    const askMinor = Math.min(asked, candidate.points ?? asked)
    if (askMinor === 0) return toChoice(sale, { code: 'noPoints' }, [stopCamera])
    return {
      state: { kind: 'confirm', sale, tender, askMinor, candidate, mode },
      effects: [stopCamera],
      notice: null,
    }
  },
  faceAmbiguous: ({ sale, tender, askMinor }, { candidates }) => ({
    state: {
      kind: 'secondFactor',
      sale,
      tender,
      askMinor,
      candidates,
      attemptsLeft: secondFactorTries,
    },
    effects: [stopCamera],
    notice: null,
  }),
  faceRefused: (state, input) => toChoice(state.sale, { code: noticeOf(input.refusal) }, [stopCamera]),
  hubNeeded: (state) => toChoice(state.sale, { code: 'hubNeeded' }, [stopCamera]),
  backPressed: (state) => toChoice(state.sale, null, [stopCamera]),
  tenderChosen: (state, input) =>
    input.tender === 'walletCode'
      ? {
          state: {
            kind: 'codeCapture',
            sale: state.sale,
            tender: 'walletCode',
            askMinor: state.askMinor,
            owing: null,
          },
          effects: [stopCamera],
          notice: null,
        }
      : refuse(state, 'notNow'),
  cancelPressed: (state) => prepend(stopCamera, leave(state.sale, 'shopper')),
  idleTimedOut: (state) => toChoice(state.sale, { code: 'faceTimeout' }, [stopCamera]),
  laneFailed: (state, input) => prepend(stopCamera, outOfOrder(input.reasons, state.sale)),
}

export const codeCaptureAnswers: Answers<'codeCapture'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  walletCodeRead: (state, input) =>
    state.owing === null ? payWithCode(state.sale, input, state.askMinor) : startRecovery(state, input),
  couponRead: (state, input) =>
    state.owing === null
      ? payWithCoupon(state.sale, input, state.askMinor)
      : { state, effects: [], notice: { code: 'couponNotNow' } },
  // Goods held to the scanner here would be bought without having been seen in the total.
  itemScanned: (state) => ({ state, effects: [], notice: { code: 'codeNotForPaying' } }),
  scanRefused: (state, input) => ({ state, effects: [], notice: input.notice }),
  memberFound: (state, input) => memberOf(state, input.member),
  hubNeeded: (state) => toChoice(state.sale, { code: 'hubNeeded' }),
  backPressed: (state) => toChoice(state.sale, null),
  cancelPressed: (state) => leave(state.sale, 'shopper'),
  idleTimedOut: (state) => toChoice(state.sale, null),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

export const secondFactorAnswers: Answers<'secondFactor'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  digitsEntered: (state, { digits }) => {
    const named = state.candidates.filter(({ payer }) => payer.phoneLast4 === digits)
    // Two candidates with the same digits cannot be told apart by them.
    const [possible] = named
    if (named.length === 1 && possible) {
      const { sale, tender, askMinor } = state
      const { mode, ...candidate } = possible
      if (mode === null) return toChoice(sale, { code: 'hubNeeded' })
      const strengthened = { ...candidate, evidence: { ...candidate.evidence, secondFactor: true } }
      return {
        state: { kind: 'confirm', sale, tender, askMinor, candidate: strengthened, mode },
        effects: [],
        notice: null,
      }
    }
    const attemptsLeft = state.attemptsLeft - 1
    if (attemptsLeft === 0) return toChoice(state.sale, { code: 'faceNotFound' })
    return { state: { ...state, attemptsLeft }, effects: [], notice: { code: 'wrongDigits', attemptsLeft } }
  },
  backPressed: (state) => toChoice(state.sale, null),
  cancelPressed: (state) => leave(state.sale, 'shopper'),
  idleTimedOut: (state) => toChoice(state.sale, null),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

export const confirmAnswers: Answers<'confirm'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  confirmed: (state, input) => {
    if (input.saleId !== state.sale.saleId || input.totalMinor !== state.askMinor)
      return refuse(state, 'staleScreen')
    return owes(state) ?? startWithFace(state, input.attemptKey)
  },
  notMePressed: (state) => toChoice(state.sale, { code: 'notYou' }),
  backPressed: (state) => toChoice(state.sale, null),
  cancelPressed: (state) => leave(state.sale, 'shopper'),
  idleTimedOut: (state) => toChoice(state.sale, null),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

/** Told only now: before "this is me" it would be told to whoever stands there. Points are theirs all the same. */
function owes({ sale, tender, candidate }: StateOf<'confirm'>): Step | null {
  const { block, payer } = candidate
  if (block === null || tender !== 'face') return null
  if (block.owing === null) return toChoice(sale, { code: 'faceOwing' })
  return { state: { kind: 'owing', sale, payer, owing: block.owing }, effects: [], notice: null }
}

export const owingAnswers: Answers<'owing'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  recoveryChosen: ({ sale, owing }) => ({
    state: { kind: 'codeCapture', sale, tender: 'walletCode', askMinor: owing.amountMinor, owing },
    effects: [],
    notice: null,
  }),
  hubNeeded: (state) => toChoice(state.sale, { code: 'hubNeeded' }),
  backPressed: (state) => toChoice(state.sale, null),
  cancelPressed: (state) => leave(state.sale, 'shopper'),
  idleTimedOut: (state) => toChoice(state.sale, null),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
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
