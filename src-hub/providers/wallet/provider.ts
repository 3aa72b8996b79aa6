import type { DeclineReason } from '../../../src-main/contract/payment.ts'
import { type Transaction, toSafeInteger } from '../../store/database.ts'
import type { MoneyBack, MoneyBackAnswer, PaymentProvider, ProviderAnswer, ProviderOrder } from '../port.ts'
import { hubTimetable } from '../timetables.ts'
import { findAccount, lockAccount, type WalletAccount } from './accounts.ts'
import { burnCode } from './codes.ts'
import { post, systemAccount } from './ledger.ts'

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
    cancel: (tx, order) => giveBack(tx, 'void', order),
    refund: (tx, order) => giveBack(tx, 'refund', order),
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
  const transactionId = await post(tx, {
    kind: 'charge',
    providerKey: order.providerKey,
    attemptKey: order.attemptKey,
    saleId: order.saleId,
    amountMinor: order.amountMinor,
    currency: order.currency,
    from: account.accountId,
    to: await systemAccount(tx, 'merchant', order.currency, order.atMs),
    atMs: order.atMs,
  })
  return approved(account, transactionId, order.amountMinor)
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
  const rows = await tx.query<{ transaction_id: string; account_id: string; charged: string }>(
    `SELECT transaction_id, account_id, -l.amount_minor AS charged FROM wallet_transaction JOIN wallet_ledger l USING (transaction_id)
     WHERE provider_key = $1 AND kind = 'charge' AND l.amount_minor < 0`,
    [providerKey],
  )
  const charge = rows[0]
  const account = charge === undefined ? null : await findAccount(tx, charge.account_id)
  if (charge === undefined || account === null) return null
  return approved(account, charge.transaction_id, toSafeInteger(charge.charged))
}

/** The money goes back the way it came; which account that was, the charge's own postings say. */
async function giveBack(
  tx: Transaction,
  kind: 'void' | 'refund',
  order: MoneyBack,
): Promise<MoneyBackAnswer> {
  const rows = await tx.query<{ account_id: string; sale_id: string }>(
    `SELECT account_id, sale_id FROM wallet_transaction JOIN wallet_ledger l USING (transaction_id)
     WHERE attempt_key = $1 AND kind = 'charge' AND l.amount_minor < 0`,
    [order.attemptKey],
  )
  const charge = rows[0]
  // Nothing was charged, and without its row lock nobody can charge it: the key is closed already.
  if (charge === undefined) return { kind: 'done', providerReference: '' }
  const transactionId = await post(tx, {
    kind,
    providerKey: order.providerKey,
    attemptKey: order.attemptKey,
    saleId: charge.sale_id,
    amountMinor: order.amountMinor,
    currency: order.currency,
    from: await systemAccount(tx, 'merchant', order.currency, order.atMs),
    to: charge.account_id,
    atMs: order.atMs,
  })
  return { kind: 'done', providerReference: referenceOf(transactionId) }
}

function approved(account: WalletAccount, transactionId: string, approvedMinor: number): ProviderAnswer {
  return {
    kind: 'approved',
    approvedMinor,
    accountId: account.accountId,
    approvalCode: transactionId.padStart(6, '0').slice(-6),
    providerReference: referenceOf(transactionId),
    maskedAccount: account.maskedAccount,
  }
}

function referenceOf(transactionId: string): string {
  return `wallet-${transactionId}`
}

function declined(reason: DeclineReason, accountId: string | null): ProviderAnswer {
  return { kind: 'declined', reason, accountId }
}
