import type { DeclineReason } from '../../src-main/contract/payment.ts'
import type { Transaction } from '../store/database.ts'

/** What a provider can do; the offline policy and the lanes' tenders follow from it. */
export interface ProviderDeclaration {
  /** May be charged later, from the lane's journal alone. */
  readonly deferrable: boolean
  readonly capture: 'immediate' | 'separate'
  readonly partialRefund: boolean
  /** Needs a token its own device software made minutes ago. */
  readonly needsLiveToken: boolean
  /** Takes money of a bench lane (a replayed camera): only play money may. */
  readonly takesBench: boolean
}

export type Payer =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'code'; readonly codeHash: Buffer }

export interface ProviderOrder {
  /** A function of (attempt key, try number): the provider charges one key at most once. */
  readonly providerKey: string
  readonly attemptKey: string
  readonly saleId: string
  readonly amountMinor: number
  readonly currency: string
  readonly payer: Payer
  /** When the hub first saw the order: a code is judged by this, not by how long a repetition took. */
  readonly atMs: number
}

export type ProviderAnswer =
  | {
      readonly kind: 'approved'
      readonly accountId: string
      readonly approvalCode: string
      readonly providerReference: string
      readonly maskedAccount: string
    }
  | {
      readonly kind: 'declined'
      readonly reason: DeclineReason
      readonly accountId: string | null
      /** The provider's own code, untouched. */
      readonly nativeCode?: string
    }

export interface MoneyBack {
  readonly providerKey: string
  readonly attemptKey: string
  readonly amountMinor: number
  readonly currency: string
  readonly atMs: number
}

/**
 * One place money is charged at. Every call runs under the attempt's row lock, after the attempt was committed, and may
 * be repeated with the same provider key after a crash: the answer is then the first one's. A provider whose ledger is
 * in the hub's own database posts within `tx`; any other ignores it.
 */
export interface PaymentProvider {
  readonly name: string
  readonly declares: ProviderDeclaration
  authorise(tx: Transaction, order: ProviderOrder): Promise<ProviderAnswer>
  /** What became of a key; null when the provider never charged it. */
  query(tx: Transaction, providerKey: string): Promise<ProviderAnswer | null>
  /** Takes a whole charge back before settlement. */
  cancel(tx: Transaction, order: MoneyBack): Promise<{ readonly providerReference: string }>
  /** Gives back a part or all of it. */
  refund(tx: Transaction, order: MoneyBack): Promise<{ readonly providerReference: string }>
}
