import { type Queryable, type Transaction, toSafeInteger } from '../../store/database.ts'

/** A shopper's leave to charge another provider for what they pay by face; one lives at a time. */
export interface Agreement {
  readonly provider: string
  /** The provider's own number. */
  readonly agreementNo: string
  readonly accountId: string
  /** Largest single payment. */
  readonly paymentLimitMinor: number
  readonly signedAtMs: number
  readonly endedAtMs: number | null
}

interface AgreementRow {
  provider: string
  agreement_no: string
  account_id: string
  payment_limit_minor: string
  signed_at_ms: string
  ended_at_ms: string | null
}

function agreementOf(row: AgreementRow): Agreement {
  return {
    provider: row.provider,
    agreementNo: row.agreement_no,
    accountId: row.account_id,
    paymentLimitMinor: toSafeInteger(row.payment_limit_minor),
    signedAtMs: toSafeInteger(row.signed_at_ms),
    endedAtMs: row.ended_at_ms === null ? null : toSafeInteger(row.ended_at_ms),
  }
}

export async function liveAgreement(database: Queryable, accountId: string): Promise<Agreement | null> {
  const rows = await database.query<AgreementRow>(
    'SELECT * FROM wallet_agreement WHERE account_id = $1 AND ended_at_ms IS NULL',
    [accountId],
  )
  return rows[0] === undefined ? null : agreementOf(rows[0])
}

/**
 * Keeps a signed agreement; the account's earlier one ends. Signing the same number again only changes its limit.
 * Answers null when the number belongs to another account or has ended: an ended agreement is never revived.
 */
export async function signAgreement(
  tx: Transaction,
  { provider, agreementNo, accountId, paymentLimitMinor }: Omit<Agreement, 'signedAtMs' | 'endedAtMs'>,
  atMs: number,
): Promise<Agreement | null> {
  await tx.query(`SELECT 1 FROM wallet_account WHERE account_id = $1 FOR NO KEY UPDATE`, [accountId])
  await tx.query(
    `UPDATE wallet_agreement SET ended_at_ms = $4
     WHERE account_id = $1 AND ended_at_ms IS NULL AND (provider, agreement_no) <> ($2, $3)`,
    [accountId, provider, agreementNo, atMs],
  )
  const rows = await tx.query<AgreementRow>(
    `INSERT INTO wallet_agreement (provider, agreement_no, account_id, payment_limit_minor, signed_at_ms)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (provider, agreement_no) DO UPDATE SET payment_limit_minor = excluded.payment_limit_minor
       WHERE wallet_agreement.account_id = excluded.account_id AND wallet_agreement.ended_at_ms IS NULL
     RETURNING *`,
    [provider, agreementNo, accountId, paymentLimitMinor, atMs],
  )
  return rows[0] === undefined ? null : agreementOf(rows[0])
}

/** From now on faces of this account are charged from its balance. What was begun under the agreement goes on. */
export async function endAgreement(database: Queryable, accountId: string, atMs: number): Promise<boolean> {
  const rows = await database.query(
    'UPDATE wallet_agreement SET ended_at_ms = $2 WHERE account_id = $1 AND ended_at_ms IS NULL RETURNING 1',
    [accountId, atMs],
  )
  return rows.length > 0
}
