import type { DeclineReason } from '../../../src-main/contract/payment.ts'
import type { Transaction } from '../../store/database.ts'
import type { MoneyBack, MoneyBackAnswer, PaymentProvider, ProviderAnswer, ProviderOrder } from '../port.ts'
import { hubTimetable } from '../timetables.ts'
import { post, systemAccount } from '../wallet/ledger.ts'
import { approvedBy, findCharge, postBack } from '../wallet/money-back.ts'
import { type Coupon, lockCoupon, reopen, useUp } from './coupons.ts'

/** Coupons of the store: single use, for their face value or what is due, whichever is less. */
export function createCoupons(): PaymentProvider {
  return {
    name: 'coupon',
    ledger: 'hub',
    timetable: hubTimetable,
    declares: {
      deferrable: false,
      capture: 'immediate',
      partialRefund: true,
      needsLiveToken: false,
      takesBench: true,
      partialApproval: true,
    },
    authorise: redeem,
    query: async (tx, { providerKey }) => {
      const charge = await findCharge(tx, providerKey)
      return charge === null ? null : approvedBy(charge, null, masked)
    },
    cancel: (tx, order) => comesBack(tx, 'void', order),
    refund: (tx, order) => comesBack(tx, 'refund', order),
  }
}

const masked = '****'

async function redeem(tx: Transaction, order: ProviderOrder): Promise<ProviderAnswer> {
  if (order.payer.kind !== 'coupon') throw new Error(`A coupon cannot charge ${order.payer.kind}`)
  const coupon = await lockCoupon(tx, order.payer.codeHash)
  const refusal = coupon === null ? 'codeInvalid' : refusalOf(coupon, order)
  if (coupon === null || refusal !== null)
    return { kind: 'declined', reason: refusal ?? 'codeInvalid', accountId: null }
  const amountMinor = Math.min(coupon.openMinor, order.amountMinor)
  const transactionId = await post(tx, {
    kind: 'charge',
    providerKey: order.providerKey,
    attemptKey: order.attemptKey,
    saleId: order.saleId,
    amountMinor,
    currency: order.currency,
    from: coupon.accountId,
    to: await systemAccount(tx, 'merchant', order.currency, order.atMs),
    atMs: order.atMs,
  })
  await useUp(tx, coupon.accountId)
  return approvedBy({ transactionId, amountMinor }, null, masked)
}

/** A used coupon looks like one that never was. */
function refusalOf(coupon: Coupon, order: ProviderOrder): DeclineReason | null {
  if (coupon.openMinor === 0) return 'codeInvalid'
  if (coupon.expiresAtMs <= order.atMs) return 'codeExpired'
  return coupon.currency === order.currency ? null : 'currencyNotHeld'
}

async function comesBack(
  tx: Transaction,
  kind: 'void' | 'refund',
  order: MoneyBack,
): Promise<MoneyBackAnswer> {
  const { charge, ...answer } = await postBack(tx, kind, order)
  if (charge !== null) await reopen(tx, charge.accountId, order.amountMinor)
  return answer
}
