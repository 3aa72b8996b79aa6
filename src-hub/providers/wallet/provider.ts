import type { DeclineReason } from '../../../src-main/contract/payment.ts'
import type { Transaction } from '../../store/database.ts'
import type { PaymentProvider, ProviderAnswer, ProviderOrder } from '../port.ts'
import { hubTimetable } from '../timetables.ts'
import { findAccount, lockAccount, type WalletAccount } from './accounts.ts'
import { burnCode } from './codes.ts'
import { post, systemAccount } from './ledger.ts'
import { approvedBy, findCharge, postBack } from './money-back.ts'

export interface WalletLimits {
  /** Largest single payment. */
  readonly paymentMinor: number
}

/** The hub's own wallet: authorises and captures in one posting, inside the attempt's transaction. */
export function createWallet(limits: WalletLimits): PaymentProvider {
  return {
    name: 'wallet',
    ledger: 'hub',
    timetable: hubTimetable,
    declares: {
      deferrable: true,
      capture: 'immediate',
      partialRefund: true,
      needsLiveToken: false,
      takesBench: true,
      partialApproval: false,
    },
    authorise: (tx, order) => authorise(tx, order, limits),
    query: (tx, { providerKey }) => answerOf(tx, providerKey),
    cancel: (tx, order) => postBack(tx, 'void', order),
    refund: (tx, order) => postBack(tx, 'refund', order),
  }
}

async function authorise(
  tx: Transaction,
  order: ProviderOrder,
  limits: WalletLimits,
): Promise<ProviderAnswer> {
  const payer = await payerOf(tx, order)
  if (payer.kind === 'refused') return declined(payer.reason, null)
  const account = await lockAccount(tx, payer.accountId)
  if (account === null) return declined('accountUnknown', null)
  const refusal = refusalOf(account, order, limits)
  if (refusal !== null) return declined(refusal, account.accountId)
  const { amountMinor } = order
  const transactionId = await post(tx, {
    kind: 'charge',
    providerKey: order.providerKey,
    attemptKey: order.attemptKey,
    saleId: order.saleId,
    amountMinor,
    currency: order.currency,
    from: account.accountId,
    to: await systemAccount(tx, 'merchant', order.currency, order.atMs),
    atMs: order.atMs,
  })
  return approvedBy({ transactionId, amountMinor }, account.accountId, account.maskedAccount)
}

async function payerOf(tx: Transaction, { payer, attemptKey, atMs }: ProviderOrder) {
  if (payer.kind === 'account') return payer
  if (payer.kind === 'code' && payer.wallet === 'own') return burnCode(tx, payer.codeHash, attemptKey, atMs)
  throw new Error(`The wallet cannot charge a payer by ${payer.kind}`)
}

function refusalOf(account: WalletAccount, order: ProviderOrder, limits: WalletLimits): DeclineReason | null {
  if (account.blocked) return 'accountBlocked'
  if (account.currency !== order.currency) return 'currencyNotHeld'
  if (order.amountMinor > limits.paymentMinor) return 'amountOverLimit'
  if (account.balanceMinor < order.amountMinor) return 'insufficientFunds'
  return null
}

async function answerOf(tx: Transaction, providerKey: string): Promise<ProviderAnswer | null> {
  const charge = await findCharge(tx, providerKey)
  const account = charge === null ? null : await findAccount(tx, charge.accountId)
  return charge === null || account === null
    ? null
    : approvedBy(charge, account.accountId, account.maskedAccount)
}

function declined(reason: DeclineReason, accountId: string | null): ProviderAnswer {
  return { kind: 'declined', reason, accountId }
}
