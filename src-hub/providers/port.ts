import type { DeclineReason, FaceWallet, Wallet } from '../../src-main/contract/payment.ts'
import type { Transaction } from '../store/database.ts'

/** What a provider can do; the offline policy and the lanes' tenders follow from it. */
export interface ProviderDeclaration {
  /** May be charged later, from the lane's journal alone. */
  readonly deferrable: boolean
  /** What is approved is charged: there is no call that captures later. */
  readonly capture: 'immediate'
  readonly partialRefund: boolean
  /** Needs a token its own device software made minutes ago. */
  readonly needsLiveToken: boolean
  /** Takes money of a bench lane (a replayed camera): only play money may. */
  readonly takesBench: boolean
  /** May approve less than was asked for; what is missing stays due. */
  readonly partialApproval: boolean
}

/**
 * When the hub asks about a charge without a final word, and when it stops. ms; counted from the first call of the
 * same try.
 */
export interface ProviderTimetable {
  readonly firstQueryMs: number
  readonly everyMs: number
  /** Still pending after this long: cancelled at once. */
  readonly patienceMs: number
  /** Not cancelled sooner, whoever asks. 0 where it may be cancelled at any time. */
  readonly cancelNotBeforeMs: number
}

/**
 * Who pays. `code` and `token` are worth money while they live: they are there only in the first call, never stored,
 * and null in every later one. A charge without them can only be asked about or cancelled.
 */
export type Payer =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'points'; readonly accountId: string }
  /** A debit agreement the shopper signed with another provider. */
  | {
      readonly kind: 'agreement'
      readonly accountId: string
      readonly provider: string
      readonly agreementNo: string
    }
  | {
      readonly kind: 'code'
      readonly wallet: Wallet
      readonly codeHash: Buffer
      readonly code: string | null
    }
  | { readonly kind: 'faceToken'; readonly wallet: FaceWallet; readonly token: string | null }
  | { readonly kind: 'coupon'; readonly codeHash: Buffer }

export interface ProviderOrder {
  /**
   * `${attemptKey}-${try}`: the provider charges one key at most once. A wire that takes fewer characters gets a
   * function of it, never anything random.
   */
  readonly providerKey: string
  readonly attemptKey: string
  readonly laneId: string
  readonly saleId: string
  /** 1 or more. */
  readonly amountMinor: number
  readonly currency: string
  readonly payer: Payer
  /** When the hub first saw the order, ms UTC: a code is judged by this, not by how long a repetition took. */
  readonly atMs: number
  /** When it fires, the call answers `pending` soon after: what was sent may have arrived. */
  readonly signal: AbortSignal
}

/** Nobody knows yet: the buyer is asked, or no answer that can be trusted came. */
export interface ProviderPending {
  readonly kind: 'pending'
  readonly queryAfterMs: number
  readonly nativeCode?: string
}

export type ProviderAnswer =
  | {
      readonly kind: 'approved'
      /** 1 to the order's amount; less only where `partialApproval` is declared. */
      readonly approvedMinor: number
      /** The hub's own account, where one was charged. */
      readonly accountId: string | null
      readonly approvalCode: string
      readonly providerReference: string
      readonly maskedAccount: string
    }
  /** Final: this provider key was not and will never be charged. */
  | {
      readonly kind: 'declined'
      readonly reason: DeclineReason
      readonly accountId: string | null
      /** The provider's own code, untouched. */
      readonly nativeCode?: string
    }
  | ProviderPending

export interface MoneyBack {
  /** The charge that money comes back from. */
  readonly chargeKey: string
  /** This giving back; one key gives back once, however often it is asked for. */
  readonly providerKey: string
  readonly attemptKey: string
  readonly amountMinor: number
  /** What the charge was approved for. */
  readonly chargedMinor: number
  readonly currency: string
  readonly atMs: number
  readonly signal: AbortSignal
}

export type MoneyBackAnswer =
  | { readonly kind: 'done'; readonly providerReference: string }
  | ProviderPending
  /** It will not be done this way, however often it is asked for. */
  | { readonly kind: 'refused'; readonly nativeCode: string }

/**
 * One place money is charged at. Every call runs under the attempt's row lock, after the attempt was committed, and may
 * be repeated with the same provider key after a crash: the answer is then the first one's. Trouble on the line is
 * `pending`, never an exception: what throws is a bug, and the attempt is asked about later.
 */
export interface PaymentProvider {
  /** Stored with every attempt; stable for ever. */
  readonly name: string
  /**
   * `hub`: its ledger is in the hub's own database and posts within `tx`, all or nothing. `outside`: it is called over
   * a network and must not touch `tx`; the hub calls it on connections of its own, so that a slow one holds up nothing
   * else.
   */
  readonly ledger: 'hub' | 'outside'
  readonly declares: ProviderDeclaration
  readonly timetable: ProviderTimetable
  authorise(tx: Transaction, order: ProviderOrder): Promise<ProviderAnswer>
  /** What became of a key; null when the provider has never seen it. Live codes and tokens are null here. */
  query(tx: Transaction, order: ProviderOrder): Promise<ProviderAnswer | null>
  /**
   * Takes a whole charge back before settlement, or closes a key that is still pending or was never seen, so that it
   * cannot be charged later: `done` is said only when that is certain.
   */
  cancel(tx: Transaction, order: MoneyBack): Promise<MoneyBackAnswer>
  /** Gives back a part or all of it. */
  refund(tx: Transaction, order: MoneyBack): Promise<MoneyBackAnswer>
}

/** Every provider this hub has. */
export interface ProviderRegistry {
  /** Who charges this payer; null when this hub has nobody for it. */
  providerFor(payer: Payer): PaymentProvider | null
  /** The provider an attempt was begun with; null when it is no longer configured. */
  named(name: string): PaymentProvider | null
  readonly all: readonly PaymentProvider[]
}
