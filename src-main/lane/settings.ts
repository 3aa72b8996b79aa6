import type { TaxPolicy } from '../contract/basket.ts'
import type { FaceWallet } from '../contract/payment.ts'
import type { Jurisdiction } from '../contract/rights.ts'
import type { Language, Profile } from '../contract/values.ts'
import type { CheckoutStateKind } from '../domain/checkout/state.ts'
import type { ChallengePolicy } from '../domain/face/policy.ts'
import type { OfflinePolicy } from '../domain/offline/policy.ts'
import type { ReceiptMerchant } from '../domain/receipt/receipt.ts'
import type { WithoutDrawer } from './offers.ts'

/** What the lane controller needs of the configuration. */
export interface LaneSettings {
  readonly laneId: string
  readonly profile: Profile
  readonly mode: 'production' | 'development'
  /** Fed by a replayed camera. */
  readonly bench: boolean
  readonly camera: 'page' | 'lane'
  readonly jurisdiction: Jurisdiction
  readonly merchant: ReceiptMerchant
  readonly currency: string
  readonly language: Language
  readonly timeZone: string
  /** Patterns of price labels, see `domain/barcode/priceLabel.ts`. */
  readonly barcodes: { readonly labels: readonly string[] }
  readonly tax: TaxPolicy
  readonly offline: OfflinePolicy
  /** Beside face and phone code, which are always offered. */
  readonly tenders: {
    readonly points: boolean
    readonly coupon: boolean
    readonly card: boolean
    readonly walletFace: readonly FaceWallet[]
  }
  readonly cash: {
    readonly enabled: boolean
    readonly country?: string
    readonly roundToMinor?: number
    /** While a configured drawer does not work; `byHand` unless given. */
    readonly withoutDrawer?: WithoutDrawer
  }
  readonly challenge: ChallengePolicy
  /** How long a screen may stand untouched, ms; a state without an entry waits for ever. */
  readonly idleMs: Readonly<Partial<Record<CheckoutStateKind, number>>>
}
