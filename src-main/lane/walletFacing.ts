import type { FaceWallet } from '../contract/payment.ts'
import type { CheckoutInput } from '../domain/checkout/state.ts'
import type { RandomPort } from '../ports/random.ts'
import type { WalletFacePort } from '../ports/walletFace.ts'

export type WalletFaces = ReadonlyMap<FaceWallet, WalletFacePort>

export interface WalletFacingDeps {
  /** The devices that stand at this lane. */
  readonly devices: WalletFaces
  readonly random: RandomPort
  readonly dispatch: (input: CheckoutInput) => void
}

/** A look by a wallet's own device software; its token goes on at once and is kept nowhere. */
export interface WalletFacing {
  start(wallet: FaceWallet): void
  stop(): void
}

/** The device's own screen asks longer than this only of somebody who has left. */
const lookTimeoutMs = 60_000

export function createWalletFacing({ devices, random, dispatch }: WalletFacingDeps): WalletFacing {
  let current: AbortController | null = null

  async function look(device: WalletFacePort, controller: AbortController): Promise<void> {
    const { signal } = controller
    const outcome = await device.look({ signal, timeoutMs: lookTimeoutMs })
    // A look that was stopped says nothing any more: the shopper is on another screen.
    if (current !== controller) return
    current = null
    if (outcome.kind === 'refused') return dispatch({ type: 'walletFaceRefused', refusal: outcome.refusal })
    const { wallet } = device
    dispatch({ type: 'walletFaceSeen', wallet, token: outcome.token, attemptKey: random.key() })
  }

  return {
    start(wallet) {
      current?.abort()
      current = new AbortController()
      const device = devices.get(wallet)
      if (device) void look(device, current)
      else dispatch({ type: 'walletFaceRefused', refusal: 'unavailable' })
    },
    stop() {
      current?.abort()
      current = null
    },
  }
}
