import type {
  CheckoutInput,
  CheckoutInputType,
  CheckoutState,
  CheckoutStateKind,
  InputOf,
  LaneInput,
  ShopperInput,
  StateOf,
  Step,
} from './state.ts'

/** How one state answers one input. */
export type Answer<K extends CheckoutStateKind, T extends CheckoutInputType> = (
  state: StateOf<K>,
  input: InputOf<T>,
) => Step

/** How one state answers every input: the type is complete only when none was forgotten. */
export type Answers<K extends CheckoutStateKind> = { readonly [T in CheckoutInputType]: Answer<K, T> }

type Always = (state: CheckoutState, input: CheckoutInput) => Step

/** The input says nothing to this state: an answer that came too late, a timer of a screen that is gone. */
const ignored: Always = (state) => ({ state, effects: [] })

/** The shopper asked for something that this screen does not offer. */
const refused: Always = (state) => ({ state, effects: [], refused: 'notNow' })

/** Every button refused: a state adds the ones its screen shows. */
export const noButtons: { readonly [T in ShopperInput['type']]: Always } = {
  sessionStarted: refused,
  languageChosen: ignored,
  countChanged: refused,
  lineRemoved: refused,
  memberRemoved: refused,
  payPressed: refused,
  tenderChosen: refused,
  backPressed: refused,
  digitsEntered: refused,
  confirmed: refused,
  notMePressed: refused,
  recoveryChosen: refused,
  cancelPressed: refused,
  copyPressed: refused,
  noPaperPressed: refused,
  finishPressed: refused,
}

/** Every happening ignored: a state adds the ones it waits for. */
export const nothingAwaited: { readonly [T in LaneInput['type']]: Always } = {
  itemScanned: ignored,
  scanRefused: ignored,
  memberFound: ignored,
  walletCodeRead: ignored,
  couponRead: ignored,
  faceIdentified: ignored,
  faceAmbiguous: ignored,
  faceRefused: ignored,
  walletFaceSeen: ignored,
  walletFaceRefused: ignored,
  cashTaken: refused,
  hubNeeded: ignored,
  cardPrompted: ignored,
  authorisationApproved: ignored,
  authorisationDeclined: ignored,
  paymentDeferred: ignored,
  attemptCancelled: ignored,
  outcomeUnknown: ignored,
  staffHeldUnknown: ignored,
  staffReleasedUnknown: ignored,
  staffChoseOtherTender: ignored,
  partVoided: ignored,
  voidUnconfirmed: ignored,
  staffHeldVoids: ignored,
  cashReturned: ignored,
  saleCommitted: ignored,
  vendProgressed: ignored,
  vendFinished: ignored,
  paperReported: ignored,
  ageApproved: ignored,
  weightEntered: ignored,
  lineRefused: ignored,
  priceOverridden: refused,
  idleTimedOut: ignored,
  laneFailed: ignored,
  laneRecovered: ignored,
}
