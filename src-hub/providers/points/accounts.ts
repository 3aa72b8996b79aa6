import { type Queryable, type Transaction, toSafeInteger } from '../../store/database.ts'
import { post, systemAccount } from '../wallet/ledger.ts'

/** A shopper's points in one currency; one point is one minor unit of it, and a liability of the store. */
export function pointsAccountId(accountId: string, currency: string): string {
  return `points:${accountId}:${currency}`
}

export async function pointsBalance(
  database: Queryable,
  accountId: string,
  currency: string,
): Promise<number> {
  const rows = await database.query<{ balance_minor: string }>(
    `SELECT balance_minor FROM wallet_account WHERE account_id = $1 AND kind = 'points'`,
    [pointsAccountId(accountId, currency)],
  )
  return toSafeInteger(rows[0]?.balance_minor ?? '0')
}

/** The same, and nobody else redeems them before this transaction ends. */
export async function lockPoints(tx: Transaction, accountId: string, currency: string): Promise<number> {
  const rows = await tx.query<{ balance_minor: string }>(
    `SELECT balance_minor FROM wallet_account WHERE account_id = $1 AND kind = 'points' FOR UPDATE`,
    [pointsAccountId(accountId, currency)],
  )
  return toSafeInteger(rows[0]?.balance_minor ?? '0')
}

/** Gives points to a shopper, once for each `grantKey`. The account of the shopper must exist. */
export async function grantPoints(
  tx: Transaction,
  grant: {
    readonly grantKey: string
    readonly accountId: string
    readonly amountMinor: number
    readonly currency: string
  },
  atMs: number,
): Promise<void> {
  const { grantKey, accountId, amountMinor, currency } = grant
  const to = pointsAccountId(accountId, currency)
  await tx.query(
    `INSERT INTO wallet_account (account_id, kind, name, currency, balance_minor, created_at_ms)
     VALUES ($1, 'points', 'points', $2, 0, $3) ON CONFLICT DO NOTHING`,
    [to, currency, atMs],
  )
  const from = await systemAccount(tx, 'pointsFunding', currency, atMs)
  await post(tx, {
    kind: 'fund',
    providerKey: `points-${accountId}-${grantKey}`,
    attemptKey: null,
    saleId: null,
    amountMinor,
    currency,
    from,
    to,
    atMs,
  })
}
