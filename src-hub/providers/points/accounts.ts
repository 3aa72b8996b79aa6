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

/** Points that come or go, once for each `providerKey`. The account of the shopper must exist. */
export interface PointsMovement {
  readonly providerKey: string
  readonly accountId: string
  readonly amountMinor: number
  readonly currency: string
  /** What they were earned with. */
  readonly saleId: string | null
}

/** Gives points to a shopper. */
export async function creditPoints(tx: Transaction, movement: PointsMovement, atMs: number): Promise<void> {
  const { currency } = movement
  const to = pointsAccountId(movement.accountId, currency)
  await tx.query(
    `INSERT INTO wallet_account (account_id, kind, name, currency, balance_minor, created_at_ms)
     VALUES ($1, 'points', 'points', $2, 0, $3) ON CONFLICT DO NOTHING`,
    [to, currency, atMs],
  )
  const from = await systemAccount(tx, 'pointsFunding', currency, atMs)
  await post(tx, { ...movementOf(movement), from, to, atMs })
}

/** Takes points from a shopper, who must hold them: see `lockPoints`. */
export async function takePoints(tx: Transaction, movement: PointsMovement, atMs: number): Promise<void> {
  const { accountId, currency } = movement
  const from = pointsAccountId(accountId, currency)
  const to = await systemAccount(tx, 'pointsFunding', currency, atMs)
  await post(tx, { ...movementOf(movement), from, to, atMs })
}

function movementOf({ providerKey, amountMinor, currency, saleId }: PointsMovement) {
  return { kind: 'fund', providerKey, attemptKey: null, saleId, amountMinor, currency } as const
}

/** The operator's gift of points, once for each `grantKey`. */
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
  const providerKey = `points-${accountId}-${grantKey}`
  await creditPoints(tx, { providerKey, accountId, amountMinor, currency, saleId: null }, atMs)
}
