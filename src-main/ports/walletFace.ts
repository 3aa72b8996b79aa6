import type { FaceWallet } from '../contract/payment.ts'

export type WalletFaceOutcome =
  /** Lives minutes and pays once: it goes to the hub at once and is never journalled or logged. */
  | { readonly kind: 'seen'; readonly token: string }
  | {
      readonly kind: 'refused'
      /** `left`: the shopper walked away from it; `otherTender`: asked to pay another way. */
      readonly refusal: 'left' | 'timeout' | 'otherTender' | 'unavailable'
      /** The device software's or the wallet's own code. */
      readonly nativeCode: string
    }

export interface WalletFaceOptions {
  /** When it fires, the device stops looking and the outcome is refused as `left`. */
  readonly signal: AbortSignal
  /** For the whole look, from the first call to the token. */
  readonly timeoutMs: number
}

/**
 * A wallet's own face device: closed software with a camera of its own that looks at the shopper, shows its own screens
 * and hands out a token which only that wallet can match. The lane's face engine has no part in it.
 */
export interface WalletFacePort {
  readonly wallet: FaceWallet
  /** One look at a time; a second one while the first is running is refused as `unavailable`. Never rejects. */
  look(options: WalletFaceOptions): Promise<WalletFaceOutcome>
}
