import { unreachable } from '../contract/result.ts'
import type { Key } from '../contract/values.ts'
import type { Attempt, CheckoutEffect } from '../domain/checkout/state.ts'
import type { AttemptNews, Payments, VoidNews } from '../payments/attempts.ts'
import type { Looking } from './looking.ts'
import { requestOf } from './requests.ts'
import type { LaneDrawer } from './cashDrawer.ts'
import type { ReceiptPrinter } from './receiptPrinter.ts'
import type { Selling } from './selling.ts'
import type { StaffDesk } from './staffDesk.ts'
import type { WalletFacing } from './walletFacing.ts'

export interface EffectsDeps {
  readonly payments: Payments
  readonly selling: Selling
  readonly staff: StaffDesk
  readonly looking: Looking
  readonly walletFacing: WalletFacing
  readonly newsOf: (attempt: Attempt) => (news: AttemptNews) => void
  readonly voidNews: (news: VoidNews) => void
  readonly callStaff: (kind: 'help' | 'cashReturn') => void
  readonly openDrawer: LaneDrawer['open']
  readonly complete: (saleId: Key) => void
  readonly dispense: (saleId: Key) => void
  readonly receipts: Pick<ReceiptPrinter, 'print' | 'decline'>
  /** Fires when the lane closes: papers are left to its next start. */
  readonly closing: AbortSignal
}

/** What the checkout asks for. `commit` runs before the new state may be seen and throws `Failure`; `act` after it. */
export interface Effects {
  commit(effect: CheckoutEffect): void
  act(effect: CheckoutEffect): void
}

export function createEffects(deps: EffectsDeps): Effects {
  const { payments, selling, staff, looking, walletFacing } = deps
  return {
    commit(effect) {
      switch (effect.type) {
        case 'commitOpenSale':
          return selling.keep(effect.sale)
        case 'commitOverride':
          return selling.override(effect.sale, effect.lineId)
        case 'commitSaleCancelled':
          return selling.cancel(effect.sale, effect.reason)
        case 'authorise': {
          const { sale, attempt, instrument } = effect
          return payments.begin({ ...requestOf(sale, attempt), instrument }, deps.newsOf(attempt))
        }
        case 'commitCash':
          return payments.takeCash(requestOf(effect.sale, effect.attempt), effect.cash, effect.staffId)
        case 'commitVoids':
          return payments.beginVoid(effect.attemptKeys)
        case 'commitCashReturned':
          return payments.cashReturned(effect.attemptKeys, effect.staffId)
        case 'startFaceCapture':
        case 'stopFaceCapture':
        case 'startWalletFace':
        case 'stopWalletFace':
        case 'completeSale':
        case 'dispense':
        case 'holdUnknown':
        case 'callStaff':
        case 'print':
        case 'stopPrinting':
          return
        default:
          return unreachable(effect)
      }
    },
    act(effect) {
      switch (effect.type) {
        case 'commitSaleCancelled':
          return staff.dismissSale()
        case 'startFaceCapture':
          return looking.start(effect.tender)
        case 'stopFaceCapture':
          return looking.stop()
        case 'startWalletFace':
          return walletFacing.start(effect.wallet)
        case 'stopWalletFace':
          return walletFacing.stop()
        case 'completeSale':
          return deps.complete(effect.sale.saleId)
        case 'dispense':
          return deps.dispense(effect.saleId)
        case 'commitVoids':
          return payments.pursueVoids(effect.attemptKeys, deps.voidNews)
        case 'callStaff':
          return deps.callStaff(effect.kind)
        case 'holdUnknown':
          return payments.hold(effect.attemptKey)
        case 'print':
          return void deps.receipts.print(effect.completed.saleId, effect.copy, deps.closing)
        case 'stopPrinting':
          return deps.receipts.decline(effect.saleId)
        case 'commitCash':
          return deps.openDrawer('sale', effect.staffId)
        case 'commitCashReturned':
          return deps.openDrawer('return', effect.staffId)
        case 'commitOpenSale':
        case 'commitOverride':
        case 'authorise':
          return
        default:
          return unreachable(effect)
      }
    },
  }
}
