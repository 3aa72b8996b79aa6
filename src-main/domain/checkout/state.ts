import type { Basket } from '../../contract/basket.ts'
import type { Item } from '../../contract/catalogue.ts'
import type { Notice, paperStates } from '../../contract/laneView.ts'
import type { DeclineReason, FaceEvidence, PaymentMode, TenderKind } from '../../contract/payment.ts'
import type { CopyReason, ReceiptDocument } from '../../contract/receipt.ts'
import type { Key, Language } from '../../contract/values.ts'

/** One shopper's visit. `ageApproved` holds for the whole sale: staff looks at a shopper once. */
export interface Sale {
  readonly saleId: Key
  readonly receiptToken: Key
  readonly language: Language
  readonly basket: Basket
}

/** Someone the gallery knows. Shown masked only. */
export interface Payer {
  readonly subjectKey: Key
  readonly accountId: Key
  readonly maskedName: string
  readonly maskedAccount: string
  readonly phoneLast4: string
}

/** What the lane remembers of an intent that may have left it. */
export interface Attempt {
  readonly attemptKey: Key
  readonly tender: TenderKind
  readonly mode: PaymentMode
  readonly amountMinor: number
  readonly maskedAccount: string | null
}

export type Paper = (typeof paperStates)[number]

/** A sale that is paid and committed; nothing that happens to paper can undo it. */
export interface CompletedSale {
  readonly saleId: Key
  readonly receipt: ReceiptDocument
  readonly receiptUrl: string | null
  readonly mode: PaymentMode
}

export type UnknownPhase = 'querying' | 'cancelling' | 'attendant'

export type CheckoutState =
  | { readonly kind: 'attract' }
  | { readonly kind: 'scanning'; readonly sale: Sale; readonly lastLineId: number | null }
  | { readonly kind: 'tenderChoice'; readonly sale: Sale }
  | { readonly kind: 'faceCapture'; readonly sale: Sale }
  | { readonly kind: 'codeCapture'; readonly sale: Sale }
  | {
      readonly kind: 'secondFactor'
      readonly sale: Sale
      readonly candidates: readonly FaceCandidate[]
      readonly mode: PaymentMode
      readonly attemptsLeft: number
    }
  | {
      readonly kind: 'confirm'
      readonly sale: Sale
      readonly payer: Payer
      readonly evidence: FaceEvidence
      readonly mode: PaymentMode
    }
  | { readonly kind: 'authorising'; readonly sale: Sale; readonly attempt: Attempt }
  | { readonly kind: 'approved'; readonly sale: Sale; readonly attempt: Attempt }
  | { readonly kind: 'declined'; readonly sale: Sale; readonly reason: DeclineReason }
  | { readonly kind: 'unknown'; readonly sale: Sale; readonly attempt: Attempt; readonly phase: UnknownPhase }
  | { readonly kind: 'printing'; readonly completed: CompletedSale }
  | { readonly kind: 'done'; readonly completed: CompletedSale; readonly paper: Paper }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'outOfOrder'; readonly reasons: readonly string[]; readonly sale: Sale | null }

export type CheckoutStateKind = CheckoutState['kind']
export type StateOf<K extends CheckoutStateKind> = Extract<CheckoutState, { kind: K }>

/** A member of the candidate list with what was measured for it. */
export interface FaceCandidate {
  readonly payer: Payer
  readonly evidence: FaceEvidence
}

export type FaceRefusal =
  'notFound' | 'notClear' | 'attack' | 'challenge' | 'timeout' | 'cameraUnavailable' | 'engineUnavailable'

/** Things a person at the lane did. Keys come from outside so that the machine stays pure. */
export type ShopperInput =
  | { readonly type: 'sessionStarted'; readonly saleId: Key; readonly receiptToken: Key }
  | { readonly type: 'languageChosen'; readonly language: Language }
  | { readonly type: 'countChanged'; readonly lineId: number; readonly count: number }
  | { readonly type: 'lineRemoved'; readonly lineId: number }
  | { readonly type: 'payPressed' }
  | { readonly type: 'tenderChosen'; readonly tender: TenderKind }
  | { readonly type: 'backPressed' }
  | { readonly type: 'digitsEntered'; readonly digits: string }
  | {
      readonly type: 'confirmed'
      readonly saleId: Key
      readonly totalMinor: number
      readonly attemptKey: Key
    }
  | { readonly type: 'notMePressed' }
  | { readonly type: 'cancelPressed' }
  | { readonly type: 'copyPressed' }
  | { readonly type: 'noPaperPressed' }
  | { readonly type: 'finishPressed' }

/** Things that happened around the shopper: scanner, face engine, hub, printer, staff, clock. */
export type LaneInput =
  | { readonly type: 'itemScanned'; readonly item: Item; readonly saleId: Key; readonly receiptToken: Key }
  | { readonly type: 'scanRefused'; readonly notice: Notice }
  | { readonly type: 'walletCodeRead'; readonly code: string; readonly attemptKey: Key }
  | { readonly type: 'faceIdentified'; readonly candidate: FaceCandidate; readonly mode: PaymentMode }
  | {
      readonly type: 'faceAmbiguous'
      readonly candidates: readonly FaceCandidate[]
      readonly mode: PaymentMode
    }
  | { readonly type: 'faceRefused'; readonly refusal: FaceRefusal }
  /** The policy lets nothing of this tender be taken while the hub is out of reach. */
  | { readonly type: 'hubNeeded' }
  | { readonly type: 'authorisationApproved'; readonly attemptKey: Key; readonly maskedAccount: string }
  | { readonly type: 'authorisationDeclined'; readonly attemptKey: Key; readonly reason: DeclineReason }
  | { readonly type: 'paymentDeferred'; readonly attemptKey: Key }
  | { readonly type: 'attemptCancelled'; readonly attemptKey: Key }
  | { readonly type: 'outcomeUnknown'; readonly attemptKey: Key; readonly phase: UnknownPhase }
  | { readonly type: 'staffHeldUnknown'; readonly attemptKey: Key }
  | { readonly type: 'saleCommitted'; readonly completed: CompletedSale }
  | { readonly type: 'paperFinished'; readonly saleId: Key; readonly paper: Paper }
  | { readonly type: 'ageApproved'; readonly lineId: number }
  | { readonly type: 'weightEntered'; readonly lineId: number; readonly grams: number }
  | { readonly type: 'lineRefused'; readonly lineId: number }
  | { readonly type: 'idleTimedOut' }
  | { readonly type: 'laneFailed'; readonly reasons: readonly string[] }
  | { readonly type: 'laneRecovered' }

export type CheckoutInput = ShopperInput | LaneInput
export type CheckoutInputType = CheckoutInput['type']
export type InputOf<T extends CheckoutInputType> = Extract<CheckoutInput, { type: T }>

/** What the lane controller must do, in order. `commit…` effects are written before the new state is shown. */
export type CheckoutEffect =
  | { readonly type: 'commitOpenSale'; readonly sale: Sale | null }
  | {
      readonly type: 'commitSaleCancelled'
      readonly sale: Sale
      readonly reason: 'shopper' | 'idle' | 'staff'
    }
  | { readonly type: 'startFaceCapture' }
  | { readonly type: 'stopFaceCapture' }
  | {
      readonly type: 'authorise'
      readonly sale: Sale
      readonly attempt: Attempt
      readonly instrument: EffectInstrument
    }
  | { readonly type: 'completeSale'; readonly sale: Sale; readonly attempt: Attempt }
  | { readonly type: 'holdUnknown'; readonly attemptKey: Key }
  | { readonly type: 'print'; readonly completed: CompletedSale; readonly copy: CopyReason | null }
  | { readonly type: 'stopPrinting' }

export type EffectInstrument =
  | { readonly kind: 'face'; readonly accountId: Key; readonly evidence: FaceEvidence }
  | { readonly kind: 'walletCode'; readonly code: string }

/** The machine's answer. `refused` says that a person asked for something this state does not offer; nothing changed. */
export interface Step {
  readonly state: CheckoutState
  readonly effects: readonly CheckoutEffect[]
  /** `undefined` leaves the current notice, `null` clears it. */
  readonly notice?: Notice | null
  readonly refused?: 'notNow' | 'staleScreen' | 'noSuchLine' | 'staffNeededFirst' | 'basketEmpty' | 'limit'
}
