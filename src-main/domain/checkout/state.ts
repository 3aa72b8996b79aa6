import type { Basket, TaxPolicy } from '../../contract/basket.ts'
import type { Item } from '../../contract/catalogue.ts'
import type { CardPrompt, Notice, Owing, paperStates } from '../../contract/laneView.ts'
import type {
  CardInstrument,
  CashInstrument,
  DeclineReason,
  FaceEvidence,
  FaceWallet,
  Instrument,
  PaymentMode,
  TenderKind,
  Wallet,
} from '../../contract/payment.ts'
import type { Member } from '../../contract/membership.ts'
import type { LineOverride } from '../../contract/override.ts'
import type { CopyReason, ReceiptDocument } from '../../contract/receipt.ts'
import type { Key, Language } from '../../contract/values.ts'
import type { VendView } from '../../contract/vending.ts'
import type { LabelledPiece } from '../basket/basket.ts'
import type { CashPart } from '../cash/settle.ts'

/** A part of the sale that is paid, accepted offline, or released by staff while its outcome was unknown. */
export interface PaidPart {
  readonly attemptKey: Key
  readonly tender: TenderKind
  readonly wallet: Wallet | null
  readonly mode: PaymentMode
  /** Of the sale; what cash was rounded by is not in it. */
  readonly amountMinor: number
  readonly maskedAccount: string | null
  /** The hub's or the terminal's; null while the charge is deferred, and for cash. */
  readonly approvalCode: string | null
  readonly cash: CashInstrument | null
  readonly card: CardInstrument | null
  readonly releasedBy: string | null
}

/** One shopper's visit. `ageApproved` holds for the whole sale: staff looks at a shopper once. */
export interface Sale {
  readonly saleId: Key
  readonly receiptToken: Key
  readonly language: Language
  readonly basket: Basket
  readonly paid: readonly PaidPart[]
  /** An attempt of this sale whose outcome is still unknown while the shopper pays another way. */
  readonly linkedTo: Key | null
  /** Whose card was shown; the last one, where there were several. */
  readonly member: Member | null
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
  /** As far as the lane knows it before the answer. */
  readonly maskedAccount: string | null
  readonly linkedTo: Key | null
  /** A debt is paid, not this sale. */
  readonly owing: Owing | null
}

export type Paper = (typeof paperStates)[number]

/** A sale that is paid and committed; nothing that happens to paper can undo it. */
export interface CompletedSale {
  readonly saleId: Key
  readonly receipt: ReceiptDocument
  readonly receiptUrl: string | null
  /** `deferred` when any part is. */
  readonly mode: PaymentMode
  /** Cash to hand to the shopper. */
  readonly changeMinor: number
  /** Missing where no machine gives out what was sold. */
  readonly vend?: VendView
}

/** A completed sale whose goods a machine gives out. */
export type VendedSale = CompletedSale & { readonly vend: VendView }

export type UnknownPhase = 'querying' | 'cancelling' | 'attendant'
export type VoidPhase = 'voiding' | 'attendant' | 'cash'
export type CancelReason = 'shopper' | 'idle' | 'staff' | 'restart'

/** Tenders that begin with a look at this lane's camera, and those that begin with a code at its scanner. */
export type FaceTender = 'face' | 'points'
export type CodeTender = 'walletCode' | 'coupon'

export type CheckoutState =
  | { readonly kind: 'attract' }
  | { readonly kind: 'scanning'; readonly sale: Sale; readonly lastLineId: number | null }
  | { readonly kind: 'tenderChoice'; readonly sale: Sale }
  /** `askMinor` here and below: what the shopper wants to pay this way, 1 to what is due. */
  | {
      readonly kind: 'faceCapture'
      readonly sale: Sale
      readonly tender: FaceTender
      readonly askMinor: number
    }
  | {
      readonly kind: 'codeCapture'
      readonly sale: Sale
      readonly tender: CodeTender
      readonly askMinor: number
      readonly owing: Owing | null
    }
  | {
      readonly kind: 'walletFace'
      readonly sale: Sale
      readonly wallet: FaceWallet
      readonly askMinor: number
    }
  | { readonly kind: 'cash'; readonly sale: Sale }
  | {
      readonly kind: 'secondFactor'
      readonly sale: Sale
      readonly tender: FaceTender
      readonly askMinor: number
      readonly candidates: readonly PossibleCandidate[]
      readonly attemptsLeft: number
    }
  | {
      readonly kind: 'confirm'
      readonly sale: Sale
      readonly tender: FaceTender
      readonly askMinor: number
      readonly candidate: FaceCandidate
      readonly mode: PaymentMode
    }
  /** Whoever said "this is me" owes for an earlier purchase; null when the hub did not say what. */
  | {
      readonly kind: 'owing'
      readonly sale: Sale
      readonly payer: Payer
      readonly owing: Owing
    }
  | {
      readonly kind: 'authorising'
      readonly sale: Sale
      readonly attempt: Attempt
      readonly prompt: CardPrompt | null
    }
  | { readonly kind: 'approved'; readonly sale: Sale; readonly tender: TenderKind }
  | { readonly kind: 'declined'; readonly sale: Sale; readonly reason: DeclineReason }
  | { readonly kind: 'unknown'; readonly sale: Sale; readonly attempt: Attempt; readonly phase: UnknownPhase }
  /** Given up with parts paid; `sale.paid` are those that are not taken back yet. */
  | {
      readonly kind: 'voiding'
      readonly sale: Sale
      readonly phase: VoidPhase
      readonly reason: CancelReason
    }
  /** Paid and committed; the machine gives out, or finds out what became of a piece. */
  | { readonly kind: 'dispensing'; readonly completed: VendedSale }
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
  /** May not pay by face; `owing` as far as the hub told what for. */
  readonly block: { readonly owing: Owing | null } | null
  /** Held at the hub; null where it was not asked. One point pays one minor unit. */
  readonly points: number | null
}

/** One of several. How they would pay is decided for each: what may wait for the hub is theirs and nobody else's. */
export interface PossibleCandidate extends FaceCandidate {
  /** Null for who cannot pay without the hub, and there is none. */
  readonly mode: PaymentMode | null
}

export type FaceRefusal =
  'notFound' | 'notClear' | 'attack' | 'challenge' | 'timeout' | 'cameraUnavailable' | 'engineUnavailable'

/** Why a wallet's own device software gave no token. */
export type WalletFaceRefusal = 'left' | 'timeout' | 'otherTender' | 'unavailable'

/** Things a person at the lane did. Keys come from outside so that the machine stays pure. */
export type ShopperInput =
  | { readonly type: 'sessionStarted'; readonly saleId: Key; readonly receiptToken: Key }
  | { readonly type: 'languageChosen'; readonly language: Language }
  | { readonly type: 'countChanged'; readonly lineId: number; readonly count: number }
  | { readonly type: 'lineRemoved'; readonly lineId: number }
  | { readonly type: 'memberRemoved' }
  | { readonly type: 'payPressed' }
  | {
      readonly type: 'tenderChosen'
      readonly tender: TenderKind
      /** Null: all that is due. */
      readonly amountMinor: number | null
      readonly wallet: FaceWallet | null
      /** For tenders that begin with their choice: the card. */
      readonly attemptKey: Key
    }
  | { readonly type: 'backPressed' }
  | { readonly type: 'digitsEntered'; readonly digits: string }
  | {
      readonly type: 'confirmed'
      readonly saleId: Key
      readonly totalMinor: number
      readonly attemptKey: Key
    }
  | { readonly type: 'notMePressed' }
  | { readonly type: 'recoveryChosen' }
  | { readonly type: 'cancelPressed' }
  | { readonly type: 'copyPressed' }
  | { readonly type: 'noPaperPressed' }
  | { readonly type: 'finishPressed' }

/** Things that happened around the shopper: scanner, face engine, hub, printer, staff, clock. */
export type LaneInput =
  | {
      readonly type: 'itemScanned'
      readonly item: Item
      /** Of the catalogue the item comes from. */
      readonly priceVersion: string | null
      /** What the code said of this very piece, beyond which article it is. */
      readonly piece?: LabelledPiece
      readonly saleId: Key
      readonly receiptToken: Key
    }
  | { readonly type: 'scanRefused'; readonly notice: Notice }
  /** The hub knows the card that was shown. */
  | {
      readonly type: 'memberFound'
      readonly member: Member
      readonly saleId: Key
      readonly receiptToken: Key
    }
  | { readonly type: 'walletCodeRead'; readonly code: string; readonly attemptKey: Key }
  | { readonly type: 'couponRead'; readonly code: string; readonly attemptKey: Key }
  | { readonly type: 'faceIdentified'; readonly candidate: FaceCandidate; readonly mode: PaymentMode }
  | {
      readonly type: 'faceAmbiguous'
      readonly candidates: readonly PossibleCandidate[]
    }
  | { readonly type: 'faceRefused'; readonly refusal: FaceRefusal }
  | {
      readonly type: 'walletFaceSeen'
      readonly wallet: FaceWallet
      readonly token: string
      readonly attemptKey: Key
    }
  | { readonly type: 'walletFaceRefused'; readonly refusal: WalletFaceRefusal }
  /** Staff took it, counted, and said so with their PIN. */
  | {
      readonly type: 'cashTaken'
      readonly part: CashPart
      readonly attemptKey: Key
      readonly staffId: string
    }
  /** The policy lets nothing of this tender be taken while the hub is out of reach. */
  | { readonly type: 'hubNeeded' }
  | { readonly type: 'cardPrompted'; readonly attemptKey: Key; readonly prompt: CardPrompt }
  | { readonly type: 'authorisationApproved'; readonly attemptKey: Key; readonly part: PaidPart }
  | { readonly type: 'authorisationDeclined'; readonly attemptKey: Key; readonly reason: DeclineReason }
  | { readonly type: 'paymentDeferred'; readonly attemptKey: Key; readonly part: PaidPart }
  | { readonly type: 'attemptCancelled'; readonly attemptKey: Key }
  | { readonly type: 'outcomeUnknown'; readonly attemptKey: Key; readonly phase: UnknownPhase }
  /** Staff keeps the goods, or lets them go, or lets the shopper pay another way. */
  | { readonly type: 'staffHeldUnknown'; readonly attemptKey: Key }
  | { readonly type: 'staffReleasedUnknown'; readonly attemptKey: Key; readonly part: PaidPart }
  | { readonly type: 'staffChoseOtherTender'; readonly attemptKey: Key }
  | { readonly type: 'partVoided'; readonly attemptKey: Key }
  | { readonly type: 'voidUnconfirmed' }
  /** Staff sends the shopper off; what is not taken back yet goes on being taken back. */
  | { readonly type: 'staffHeldVoids' }
  | { readonly type: 'cashReturned'; readonly staffId: string }
  | { readonly type: 'saleCommitted'; readonly completed: CompletedSale }
  /** A piece turned, dropped or did not, or its money is on the way back. */
  | { readonly type: 'vendProgressed'; readonly saleId: Key; readonly vend: VendView }
  /** Nothing more happens at the machine while the shopper is there. */
  | { readonly type: 'vendFinished'; readonly saleId: Key; readonly vend: VendView }
  | { readonly type: 'paperReported'; readonly saleId: Key; readonly paper: Paper }
  | { readonly type: 'ageApproved'; readonly lineId: number }
  | { readonly type: 'weightEntered'; readonly lineId: number; readonly grams: number }
  | { readonly type: 'lineRefused'; readonly lineId: number }
  /** Staff changed a price, within what their role may. */
  | { readonly type: 'priceOverridden'; readonly lineId: number; readonly override: LineOverride }
  | { readonly type: 'idleTimedOut' }
  | { readonly type: 'laneFailed'; readonly reasons: readonly string[] }
  | { readonly type: 'laneRecovered' }

export type CheckoutInput = ShopperInput | LaneInput
export type CheckoutInputType = CheckoutInput['type']
export type InputOf<T extends CheckoutInputType> = Extract<CheckoutInput, { type: T }>

/** What pays at the hub, or the card that a terminal at the lane asks for. */
export type EffectInstrument = Instrument | { readonly kind: 'card' }

/** What the lane controller must do, in order. `commit…` effects are written before the new state is shown. */
export type CheckoutEffect =
  | { readonly type: 'commitOpenSale'; readonly sale: Sale | null }
  /** The changed basket, and who changed which price. */
  | { readonly type: 'commitOverride'; readonly sale: Sale; readonly lineId: number }
  | { readonly type: 'commitSaleCancelled'; readonly sale: Sale; readonly reason: CancelReason }
  | { readonly type: 'startFaceCapture'; readonly tender: FaceTender }
  | { readonly type: 'stopFaceCapture' }
  | { readonly type: 'startWalletFace'; readonly wallet: FaceWallet }
  | { readonly type: 'stopWalletFace' }
  | {
      readonly type: 'authorise'
      readonly sale: Sale
      readonly attempt: Attempt
      readonly instrument: EffectInstrument
    }
  /** Committed with its outcome: cash that staff holds in hand is paid. */
  | {
      readonly type: 'commitCash'
      readonly sale: Sale
      readonly attempt: Attempt
      readonly cash: CashInstrument
      readonly staffId: string
    }
  | { readonly type: 'completeSale'; readonly sale: Sale }
  | { readonly type: 'holdUnknown'; readonly attemptKey: Key }
  | { readonly type: 'commitVoids'; readonly attemptKeys: readonly Key[] }
  | {
      readonly type: 'commitCashReturned'
      readonly attemptKeys: readonly Key[]
      readonly staffId: string
    }
  | { readonly type: 'dispense'; readonly saleId: Key }
  | { readonly type: 'callStaff'; readonly kind: 'help' | 'cashReturn' }
  | { readonly type: 'print'; readonly completed: CompletedSale; readonly copy: CopyReason | null }
  | { readonly type: 'stopPrinting'; readonly saleId: Key }

/** What a new sale starts with: the shop's currency and taxes, and the language the idle screen stands in. */
export interface SaleDefaults {
  readonly currency: string
  readonly tax: TaxPolicy
  readonly language: Language
}

/** The machine's answer. `refused` says that a person asked for something this state does not offer; nothing changed. */
export interface Step {
  readonly state: CheckoutState
  readonly effects: readonly CheckoutEffect[]
  /** `undefined` leaves the current notice, `null` clears it. */
  readonly notice?: Notice | null
  readonly refused?: 'notNow' | 'staleScreen' | 'noSuchLine' | 'staffNeededFirst' | 'basketEmpty' | 'limit'
}
