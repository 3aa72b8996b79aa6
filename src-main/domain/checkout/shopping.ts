import type { TenderKind } from '../../contract/payment.ts'
import { unreachable } from '../../contract/result.ts'
import { approveAge, changeCount, removeLine, setWeight } from '../basket/basket.ts'
import { basketTotal, isPayable } from '../basket/reading.ts'
import type { Answers } from './answers.ts'
import { noButtons, nothingAwaited } from './answers.ts'
import type { BeginSale } from './sale.ts'
import { changeBasket, refuse, scanInto, scanning } from './sale.ts'
import { startWithCode } from './paying.ts'
import type { CheckoutState, Sale, Step } from './state.ts'

export function attractAnswers(begin: BeginSale): Answers<'attract'> {
  return {
    ...noButtons,
    ...nothingAwaited,
    sessionStarted: (_state, input) => scanning(begin(input)),
    // A first item on the scanner says "start" as clearly as the button does.
    itemScanned: (state, input) => scanInto(state, begin(input), input.item),
    scanRefused: (state, input) => ({ state, effects: [], notice: input.notice }),
    walletCodeRead: (state) => ({ state, effects: [], notice: { code: 'codeNotForPaying' } }),
    laneFailed: (_state, input) => outOfOrder(input.reasons, null),
  }
}

export const scanningAnswers: Answers<'scanning'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  itemScanned: (state, input) => scanInto(state, state.sale, input.item),
  scanRefused: (state, input) => ({ state, effects: [], notice: input.notice }),
  walletCodeRead: (state) => ({ state, effects: [], notice: { code: 'codeNotForPaying' } }),
  countChanged: (state, input) =>
    changeBasket(state, state.sale, changeCount(state.sale.basket, input.lineId, input.count)),
  lineRemoved: (state, input) => changeBasket(state, state.sale, removeLine(state.sale.basket, input.lineId)),
  lineRefused: (state, input) => changeBasket(state, state.sale, removeLine(state.sale.basket, input.lineId)),
  ageApproved: (state, input) => changeBasket(state, state.sale, approveAge(state.sale.basket, input.lineId)),
  weightEntered: (state, input) =>
    changeBasket(state, state.sale, setWeight(state.sale.basket, input.lineId, input.grams)),
  payPressed: (state) => toTenderChoice(state, state.sale),
  cancelPressed: (state) => cancelSale(state.sale, 'shopper'),
  backPressed: (state) => refuse(state, 'notNow'),
  idleTimedOut: (state) => cancelSale(state.sale, 'idle'),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

export const tenderChoiceAnswers: Answers<'tenderChoice'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  itemScanned: (state, input) => scanInto(state, state.sale, input.item),
  scanRefused: (state, input) => ({ state, effects: [], notice: input.notice }),
  // Showing the code is the choice: no button is needed first.
  walletCodeRead: (state, input) => startWithCode(state.sale, input),
  tenderChosen: (state, input) => chooseTender(state, state.sale, input.tender),
  backPressed: (state) => scanning(state.sale),
  cancelPressed: (state) => cancelSale(state.sale, 'shopper'),
  hubNeeded: (state) => ({ state, effects: [], notice: { code: 'hubNeeded' } }),
  idleTimedOut: (state) => scanning(state.sale),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

export function chooseTender(state: CheckoutState, sale: Sale, tender: TenderKind): Step {
  switch (tender) {
    case 'face':
      return { state: { kind: 'faceCapture', sale }, effects: [{ type: 'startFaceCapture' }], notice: null }
    case 'walletCode':
      return { state: { kind: 'codeCapture', sale }, effects: [], notice: null }
    case 'walletFace':
    case 'points':
    case 'coupon':
    case 'card':
    case 'cash':
      return refuse(state, 'notNow')
    default:
      return unreachable(tender)
  }
}

export function toTenderChoice(state: CheckoutState, sale: Sale, notice: Step['notice'] = null): Step {
  if (sale.basket.lines.length === 0 || basketTotal(sale.basket).amountMinor === 0)
    return refuse(state, 'basketEmpty')
  if (!isPayable(sale.basket)) return refuse(state, 'staffNeededFirst', { code: 'staffNeededFirst' })
  return { state: { kind: 'tenderChoice', sale }, effects: [], notice }
}

export function cancelSale(sale: Sale, reason: 'shopper' | 'idle' | 'staff'): Step {
  // An empty basket leaves no trace: nobody bought anything.
  const commit =
    sale.basket.lines.length === 0
      ? ({ type: 'commitOpenSale', sale: null } as const)
      : ({ type: 'commitSaleCancelled', sale, reason } as const)
  return { state: { kind: 'cancelled' }, effects: [commit], notice: null }
}

export function outOfOrder(reasons: readonly string[], sale: Sale | null): Step {
  return { state: { kind: 'outOfOrder', reasons, sale }, effects: [], notice: null }
}

/** The sale's language follows the switch on whatever screen it is touched; the receipt will be in it. */
export function languageOf(
  state: Extract<CheckoutState, { readonly sale: Sale }>,
  language: Sale['language'],
): Step {
  const sale = { ...state.sale, language }
  return { state: { ...state, sale }, effects: [{ type: 'commitOpenSale', sale }] }
}
