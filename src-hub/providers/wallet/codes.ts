import { randomInt } from 'node:crypto'
import type { HubSecrets } from '../../secrets.ts'
import { type Transaction, toSafeInteger } from '../../store/database.ts'

/** How long a payment code may be used, as with the large wallets' codes. */
export const codeLifetimeMs = 120_000
/** Codes of one account that may be open at once: the page in the shopper's hand and a few it just replaced. */
const openCodes = 5

export interface IssuedCode {
  readonly code: string
  readonly expiresAtMs: number
}

/** Only this is stored: a keyed hash, because 16 digits could be searched. */
export function hashCode(secrets: HubSecrets, code: string): Buffer {
  return secrets.keyed('code', code)
}

/** A fresh single-use code: 18 digits, the first two 99. */
export async function issueCode(
  tx: Transaction,
  secrets: HubSecrets,
  accountId: string,
  atMs: number,
): Promise<IssuedCode> {
  const eightDigits = () => String(randomInt(100_000_000)).padStart(8, '0')
  const code = `99${eightDigits()}${eightDigits()}`
  const expiresAtMs = atMs + codeLifetimeMs
  await tx.query(
    'INSERT INTO wallet_code (code_hash, account_id, issued_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4)',
    [hashCode(secrets, code), accountId, atMs, expiresAtMs],
  )
  await tx.query(
    `DELETE FROM wallet_code WHERE account_id = $1 AND used_by IS NULL AND code_hash NOT IN (
       SELECT code_hash FROM wallet_code WHERE account_id = $1 AND used_by IS NULL
       ORDER BY issued_at_ms DESC, expires_at_ms DESC LIMIT $2)`,
    [accountId, openCodes],
  )
  return { code, expiresAtMs }
}

export type BurnedCode =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'refused'; readonly reason: 'codeInvalid' | 'codeExpired' }

/**
 * Uses the code up. The same user (an attempt, or one signed request) may ask again and learns the same account;
 * for anybody else a used code looks like one that never was.
 */
export async function burnCode(
  tx: Transaction,
  codeHash: Buffer,
  usedBy: string,
  atMs: number,
): Promise<BurnedCode> {
  const rows = await tx.query<{ account_id: string; expires_at_ms: string; used_by: string | null }>(
    'SELECT account_id, expires_at_ms, used_by FROM wallet_code WHERE code_hash = $1 FOR UPDATE',
    [codeHash],
  )
  const code = rows[0]
  if (code === undefined) return { kind: 'refused', reason: 'codeInvalid' }
  if (code.used_by === usedBy) return { kind: 'account', accountId: code.account_id }
  if (code.used_by !== null) return { kind: 'refused', reason: 'codeInvalid' }
  const leftMs = toSafeInteger(code.expires_at_ms) - atMs
  // Far more than it was given: the clock was put back since, and nobody knows its age.
  if (leftMs <= 0 || leftMs > 2 * codeLifetimeMs) return { kind: 'refused', reason: 'codeExpired' }
  await tx.query('UPDATE wallet_code SET used_by = $2, used_at_ms = $3 WHERE code_hash = $1', [
    codeHash,
    usedBy,
    atMs,
  ])
  return { kind: 'account', accountId: code.account_id }
}
