import type { Transaction } from '../../store/database.ts'
import type { PaymentProvider, ProviderAnswer, ProviderOrder } from '../port.ts'
import { hubTimetable } from '../timetables.ts'
import { findAccount } from '../wallet/accounts.ts'
import { post, systemAccount } from '../wallet/ledger.ts'
import { approvedBy, findCharge, postBack } from '../wallet/money-back.ts'
import { lockPoints, pointsAccountId } from './accounts.ts'

/** Points as money: as many as there are, up to what is due; they come back as points, never as money. */
export function createPoints(): PaymentProvider {
  return {
    name: 'points',
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
    query: async (tx, order) => {
      const charge = await findCharge(tx, order.providerKey)
      return charge === null ? null : approvedBy(charge, payerOf(order), masked)
    },
    cancel: (tx, order) => postBack(tx, 'void', order),
    refund: (tx, order) => postBack(tx, 'refund', order),
  }
}

/** What stands on a receipt where an account would. */
const masked = '****'

function payerOf({ payer }: ProviderOrder): string {
  if (payer.kind === 'points') return payer.accountId
  throw new Error(`Points cannot charge a payer by ${payer.kind}`)
}

async function redeem(tx: Transaction, order: ProviderOrder): Promise<ProviderAnswer> {
  const accountId = payerOf(order)
  const account = await findAccount(tx, accountId)
  if (account === null) return { kind: 'declined', reason: 'accountUnknown', accountId: null }
  if (account.blocked) return { kind: 'declined', reason: 'accountBlocked', accountId }
  const held = await lockPoints(tx, accountId, order.currency)
  const amountMinor = Math.min(held, order.amountMinor)
  if (amountMinor === 0) return { kind: 'declined', reason: 'insufficientFunds', accountId }
  const transactionId = await post(tx, {
    kind: 'charge',
    providerKey: order.providerKey,
    attemptKey: order.attemptKey,
    saleId: order.saleId,
    amountMinor,
    currency: order.currency,
    from: pointsAccountId(accountId, order.currency),
    to: await systemAccount(tx, 'merchant', order.currency, order.atMs),
    atMs: order.atMs,
  })
  return approvedBy({ transactionId, amountMinor }, accountId, masked)
}
