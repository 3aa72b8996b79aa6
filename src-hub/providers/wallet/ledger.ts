import { type Queryable, type Transaction, toSafeInteger } from '../../store/database.ts'

/** One movement of money between two accounts. The database refuses what does not balance or overdraws a shopper. */
export interface Movement {
  readonly kind: 'fund' | 'charge' | 'void' | 'refund'
  /** Unique: the same movement is posted once, however often it is asked for. */
  readonly providerKey: string
  readonly attemptKey: string | null
  readonly saleId: string | null
  readonly amountMinor: number
  readonly currency: string
  readonly from: string
  readonly to: string
  readonly atMs: number
}

/** Posts both sides and answers with the transaction's number; posting a known key again only finds it. */
export async function post(tx: Transaction, movement: Movement): Promise<string> {
  const { kind, providerKey, attemptKey, saleId, amountMinor, currency, from, to, atMs } = movement
  const inserted = await tx.query<{ transaction_id: string }>(
    `INSERT INTO wallet_transaction (kind, provider_key, attempt_key, sale_id, amount_minor, currency, at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (provider_key) DO NOTHING RETURNING transaction_id`,
    [kind, providerKey, attemptKey, saleId, amountMinor, currency, atMs],
  )
  const id = inserted[0]?.transaction_id
  if (id === undefined) return knownTransaction(tx, providerKey)
  await tx.query(
    `INSERT INTO wallet_ledger (transaction_id, account_id, amount_minor, currency)
     VALUES ($1::bigint, $2, $3::bigint, $5), ($1::bigint, $4, -$3::bigint, $5)`,
    [id, to, amountMinor, from, currency],
  )
  return id
}

async function knownTransaction(tx: Transaction, providerKey: string): Promise<string> {
  const rows = await tx.query<{ transaction_id: string }>(
    'SELECT transaction_id FROM wallet_transaction WHERE provider_key = $1',
    [providerKey],
  )
  const id = rows[0]?.transaction_id
  if (id === undefined) throw new Error(`The wallet lost transaction ${providerKey}`)
  return id
}

/** The store's own account, or where top-ups, points and coupons come from; one per currency, made when first needed. */
export async function systemAccount(
  tx: Transaction,
  kind: 'merchant' | 'funding' | 'pointsFunding' | 'couponFunding',
  currency: string,
  atMs: number,
): Promise<string> {
  const accountId = `${kind}:${currency}`
  await tx.query(
    `INSERT INTO wallet_account (account_id, kind, name, currency, created_at_ms) VALUES ($1, $2, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [accountId, kind, currency, atMs],
  )
  return accountId
}

export interface Charge {
  readonly attemptKey: string
  readonly saleId: string
  /** What is left of it after voids and refunds; never 0 here. */
  readonly amountMinor: number
  readonly currency: string
}

/** Every charge that still stands, one row for each posting: a double charge would show as two. */
export async function standingCharges(database: Queryable): Promise<Charge[]> {
  const rows = await database.query<{ attempt_key: string; sale_id: string; net: string; currency: string }>(
    `SELECT c.attempt_key, c.sale_id, c.currency, c.amount_minor - coalesce((
         SELECT sum(b.amount_minor) FROM wallet_transaction b
         WHERE b.attempt_key = c.attempt_key AND b.kind IN ('void', 'refund')), 0) AS net
     FROM wallet_transaction c WHERE c.kind = 'charge' ORDER BY c.transaction_id`,
  )
  const charges = rows.map((row) => ({
    attemptKey: row.attempt_key,
    saleId: row.sale_id,
    amountMinor: toSafeInteger(row.net),
    currency: row.currency,
  }))
  return charges.filter(({ amountMinor }) => amountMinor !== 0)
}
