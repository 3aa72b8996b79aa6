import { type Queryable, toSafeInteger } from '../../store/database.ts'

export interface RecentPayment {
  readonly amountMinor: number
  readonly currency: string
  readonly atMs: number
  /** Null until the lane has synced the sale. */
  readonly receiptToken: string | null
  readonly givenBack: boolean
}

/** The shopper's latest charges, for their own page. */
export async function recentPayments(database: Queryable, accountId: string): Promise<RecentPayment[]> {
  const rows = await database.query<{
    amount_minor: string
    currency: string
    at_ms: string
    receipt_token: string | null
    given_back: boolean
  }>(
    `SELECT t.amount_minor, t.currency, t.at_ms, r.receipt_token,
       EXISTS (SELECT 1 FROM wallet_transaction b
         WHERE b.attempt_key = t.attempt_key AND b.kind IN ('void', 'refund')) AS given_back
     FROM wallet_ledger l JOIN wallet_transaction t USING (transaction_id)
     LEFT JOIN sale r ON r.sale_id = t.sale_id
     WHERE l.account_id = $1 AND t.kind = 'charge' ORDER BY t.transaction_id DESC LIMIT 3`,
    [accountId],
  )
  return rows.map((row) => ({
    amountMinor: toSafeInteger(row.amount_minor),
    currency: row.currency,
    atMs: toSafeInteger(row.at_ms),
    receiptToken: row.receipt_token,
    givenBack: row.given_back,
  }))
}
