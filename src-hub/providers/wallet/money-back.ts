import { type Transaction, toSafeInteger } from '../../store/database.ts'
import type { MoneyBack, MoneyBackAnswer, ProviderAnswer } from '../port.ts'
import { post, systemAccount } from './ledger.ts'

export interface PostedCharge {
  readonly transactionId: string
  /** The account that was charged. */
  readonly accountId: string
  readonly saleId: string
  readonly amountMinor: number
}

/** The charge that stands under a provider key on the hub's own ledger, whichever account it came from. */
export async function findCharge(tx: Transaction, providerKey: string): Promise<PostedCharge | null> {
  const rows = await tx.query<{
    transaction_id: string
    account_id: string
    sale_id: string
    charged: string
  }>(
    `SELECT transaction_id, account_id, sale_id, -l.amount_minor AS charged
     FROM wallet_transaction JOIN wallet_ledger l USING (transaction_id)
     WHERE provider_key = $1 AND kind = 'charge' AND l.amount_minor < 0`,
    [providerKey],
  )
  const [row] = rows
  if (row === undefined) return null
  return {
    transactionId: row.transaction_id,
    accountId: row.account_id,
    saleId: row.sale_id,
    amountMinor: toSafeInteger(row.charged),
  }
}

/** The money goes back the way it came; which account that was, the charge's own postings say. */
export async function postBack(
  tx: Transaction,
  kind: 'void' | 'refund',
  order: MoneyBack,
): Promise<MoneyBackAnswer & { readonly kind: 'done'; readonly charge: PostedCharge | null }> {
  const charge = await findCharge(tx, order.chargeKey)
  // Nothing was charged, and without its row lock nobody can charge it: the key is closed already.
  if (charge === null) return { kind: 'done', providerReference: '', charge }
  const transactionId = await post(tx, {
    kind,
    providerKey: order.providerKey,
    attemptKey: order.attemptKey,
    saleId: charge.saleId,
    amountMinor: order.amountMinor,
    currency: order.currency,
    from: await systemAccount(tx, 'merchant', order.currency, order.atMs),
    to: charge.accountId,
    atMs: order.atMs,
  })
  return { kind: 'done', providerReference: referenceOf(transactionId), charge }
}

/** What an approval on the hub's own ledger looks like. */
export function approvedBy(
  charge: Pick<PostedCharge, 'transactionId' | 'amountMinor'>,
  accountId: string | null,
  maskedAccount: string,
): ProviderAnswer {
  return {
    kind: 'approved',
    approvedMinor: charge.amountMinor,
    accountId,
    approvalCode: charge.transactionId.padStart(6, '0').slice(-6),
    providerReference: referenceOf(charge.transactionId),
    maskedAccount,
  }
}

function referenceOf(transactionId: string): string {
  return `wallet-${transactionId}`
}
