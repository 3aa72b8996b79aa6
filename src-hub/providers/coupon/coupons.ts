import { randomBytes } from 'node:crypto'
import { randomKey } from '../../crypto.ts'
import type { HubSecrets } from '../../secrets.ts'
import { type Transaction, toSafeInteger } from '../../store/database.ts'
import { hashCode } from '../wallet/codes.ts'
import { post, systemAccount } from '../wallet/ledger.ts'

export interface Coupon {
  /** Its account on the ledger. */
  readonly accountId: string
  readonly faceMinor: number
  /** What it is still good for: 0 once it was used, until it comes back. */
  readonly openMinor: number
  readonly currency: string
  readonly expiresAtMs: number
}

/** Crockford's base 32: no I, L, O or U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** `FC` and 12 characters of 60 random bits. */
function newCode(): string {
  return `FC${Array.from(randomBytes(12), (byte) => alphabet[byte % 32]).join('')}`
}

/** Makes a coupon and answers with its code, which only its holder has: the hub keeps a keyed hash. */
export async function issueCoupon(
  tx: Transaction,
  secrets: HubSecrets,
  {
    faceMinor,
    currency,
    expiresAtMs,
  }: { readonly faceMinor: number; readonly currency: string; readonly expiresAtMs: number },
  atMs: number,
): Promise<string> {
  const code = newCode()
  const accountId = `coupon:${randomKey()}`
  await tx.query(
    `INSERT INTO wallet_account (account_id, kind, name, currency, balance_minor, created_at_ms)
     VALUES ($1, 'coupon', 'coupon', $2, 0, $3)`,
    [accountId, currency, atMs],
  )
  await post(tx, {
    kind: 'fund',
    providerKey: accountId,
    attemptKey: null,
    saleId: null,
    amountMinor: faceMinor,
    currency,
    from: await systemAccount(tx, 'couponFunding', currency, atMs),
    to: accountId,
    atMs,
  })
  await tx.query(
    `INSERT INTO coupon (code_hash, account_id, face_minor, currency, open_minor, issued_at_ms, expires_at_ms)
     VALUES ($1, $2, $3, $4, $3, $5, $6)`,
    [hashCode(secrets, code), accountId, faceMinor, currency, atMs, expiresAtMs],
  )
  return code
}

/** The coupon of a code, and nobody else uses it before this transaction ends. */
export async function lockCoupon(tx: Transaction, codeHash: Buffer): Promise<Coupon | null> {
  const rows = await tx.query<{
    account_id: string
    face_minor: string
    open_minor: string
    currency: string
    expires_at_ms: string
  }>('SELECT * FROM coupon WHERE code_hash = $1 FOR UPDATE', [codeHash])
  const [row] = rows
  if (row === undefined) return null
  return {
    accountId: row.account_id,
    faceMinor: toSafeInteger(row.face_minor),
    openMinor: toSafeInteger(row.open_minor),
    currency: row.currency,
    expiresAtMs: toSafeInteger(row.expires_at_ms),
  }
}

/** A coupon is used once, however much of it was needed. */
export async function useUp(tx: Transaction, accountId: string): Promise<void> {
  await tx.query('UPDATE coupon SET open_minor = 0 WHERE account_id = $1', [accountId])
}

/** What came back is good again: all of the coupon when all of it came back, else that part. */
export async function reopen(tx: Transaction, accountId: string, amountMinor: number): Promise<void> {
  await tx.query(
    `UPDATE coupon c SET open_minor = CASE WHEN a.balance_minor = c.face_minor THEN c.face_minor
       ELSE least(c.face_minor, c.open_minor + $2) END
     FROM wallet_account a WHERE a.account_id = c.account_id AND c.account_id = $1`,
    [accountId, amountMinor],
  )
}
