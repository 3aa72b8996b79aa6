import { approveAge, changeCount, overridePrice, removeLine, setWeight } from '../basket/basket.ts'
import { basketTotal, isPayable } from '../basket/reading.ts'
import type { Answers } from './answers.ts'
import { noButtons, nothingAwaited } from './answers.ts'
import { chooseTender, start, toChoice } from './choosing.ts'
import { leave } from './leaving.ts'
import type { BeginSale } from './sale.ts'
import { changeBasket, dueMinor, refuse, scanInto, scanning } from './sale.ts'
import type { CheckoutState, InputOf, Sale, StateOf, Step } from './state.ts'

export function attractAnswers(begin: BeginSale): Answers<'attract'> {
  return {
    ...noButtons,
    ...nothingAwaited,
    sessionStarted: (_state, input) => scanning(begin(input)),
    // A first item on the scanner says "start" as clearly as the button does; so does a member's card.
    itemScanned: (state, input) => scanInto(state, begin(input), input),
    memberFound: (_state, input) => scanning({ ...begin(input), member: input.member }),
    scanRefused: (state, input) => ({ state, effects: [], notice: input.notice }),
    walletCodeRead: (state) => ({ state, effects: [], notice: { code: 'codeNotForPaying' } }),
    couponRead: (state) => ({ state, effects: [], notice: { code: 'couponNotNow' } }),
    laneFailed: (_state, input) => outOfOrder(input.reasons, null),
  }
}

export const scanningAnswers: Answers<'scanning'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  itemScanned: (state, input) => scanInto(state, state.sale, input),
  scanRefused: (state, input) => ({ state, effects: [], notice: input.notice }),
  walletCodeRead: (state) => ({ state, effects: [], notice: { code: 'codeNotForPaying' } }),
  couponRead: (state) => ({ state, effects: [], notice: { code: 'couponNotNow' } }),
  countChanged: (state, input) =>
    changeBasket(state, state.sale, changeCount(state.sale.basket, input.lineId, input.count)),
  lineRemoved: (state, input) => changeBasket(state, state.sale, removeLine(state.sale.basket, input.lineId)),
  lineRefused: (state, input) => changeBasket(state, state.sale, removeLine(state.sale.basket, input.lineId)),
  memberFound: (state, input) => memberOf(state, input.member),
  memberRemoved: (state) => memberOf(state, null),
  ageApproved: (state, input) => changeBasket(state, state.sale, approveAge(state.sale.basket, input.lineId)),
  weightEntered: (state, input) =>
    changeBasket(state, state.sale, setWeight(state.sale.basket, input.lineId, input.grams)),
  priceOverridden: (state, input) => overridden(state, input),
  payPressed: (state) => toTenderChoice(state, state.sale),
  cancelPressed: (state) => leave(state.sale, 'shopper'),
  backPressed: (state) => refuse(state, 'notNow'),
  idleTimedOut: (state) => leave(state.sale, 'idle'),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

/** The changed price and the basket with it are one commit. */
function overridden(state: StateOf<'scanning'>, { lineId, override }: InputOf<'priceOverridden'>): Step {
  const changed = changeBasket(state, state.sale, overridePrice(state.sale.basket, lineId, override))
  if (changed.refused !== undefined || !('sale' in changed.state) || changed.state.sale === null)
    return changed
  return { ...changed, effects: [{ type: 'commitOverride', sale: changed.state.sale, lineId }] }
}

type Choosing = StateOf<'tenderChoice'>

export const tenderChoiceAnswers: Answers<'tenderChoice'> = {
  ...noButtons,
  ...nothingAwaited,
  languageChosen: (state, input) => languageOf(state, input.language),
  itemScanned: (state, input) =>
    isPartlyPaid(state) ? { state, effects: [], notice: kept } : scanInto(state, state.sale, input),
  scanRefused: (state, input) => ({ state, effects: [], notice: input.notice }),
  memberFound: (state, input) => memberOf(state, input.member),
  memberRemoved: (state) => memberOf(state, null),
  // Showing the code is the choice: no button is needed first.
  walletCodeRead: (state, input) => payWithCode(state.sale, input),
  couponRead: (state, input) => payWithCoupon(state.sale, input),
  tenderChosen: (state, input) => chooseTender(state, state.sale, input),
  backPressed: (state) => (isPartlyPaid(state) ? refuse(state, 'notNow', kept) : scanning(state.sale)),
  cancelPressed: (state) => leave(state.sale, 'shopper'),
  hubNeeded: (state) => ({ state, effects: [], notice: { code: 'hubNeeded' } }),
  // Money of somebody who walked off is not left to a clock.
  idleTimedOut: (state) =>
    isPartlyPaid(state) ? { state, effects: [{ type: 'callStaff', kind: 'help' }] } : scanning(state.sale),
  laneFailed: (state, input) => outOfOrder(input.reasons, state.sale),
}

/** A basket of which a part is paid cannot change any more. */
const kept = { code: 'partlyPaidKept' } as const

function isPartlyPaid({ sale }: Choosing): boolean {
  return sale.paid.length > 0
}

export function payWithCode(
  sale: Sale,
  { attemptKey, code }: InputOf<'walletCodeRead'>,
  askMinor = dueMinor(sale),
): Step {
  return start(sale, { attemptKey, askMinor, instrument: { kind: 'walletCode', code } })
}

export function payWithCoupon(
  sale: Sale,
  { attemptKey, code }: InputOf<'couponRead'>,
  askMinor = dueMinor(sale),
): Step {
  return start(sale, { attemptKey, askMinor, instrument: { kind: 'coupon', code } })
}

export function toTenderChoice(state: CheckoutState, sale: Sale, notice: Step['notice'] = null): Step {
  if (sale.basket.lines.length === 0 || basketTotal(sale.basket).amountMinor === 0)
    return refuse(state, 'basketEmpty')
  if (!isPayable(sale.basket)) return refuse(state, 'staffNeededFirst', { code: 'staffNeededFirst' })
  return { state: { kind: 'tenderChoice', sale }, effects: [], notice }
}

/** Where a kept sale goes on: at the scanner, or where the rest is to be paid. */
export function resume(sale: Sale): Step {
  const notice = { code: 'basketKept' } as const
  return sale.paid.length > 0 ? toChoice(sale, notice) : scanning(sale, { notice })
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

/** The card that was shown counts for the whole sale, whatever of it is paid already; the one before it does not. */
export function memberOf(
  state: Extract<CheckoutState, { readonly sale: Sale }>,
  member: Sale['member'],
): Step {
  const sale = { ...state.sale, member }
  return { state: { ...state, sale }, effects: [{ type: 'commitOpenSale', sale }], notice: null }
}
