import type { StatementLine } from '../../src-main/contract/day.ts'
import type { DayBounds } from '../../src-main/domain/reconciliation/day.ts'
import type { HubPayment } from '../../src-main/domain/reconciliation/match.ts'
import { type Queryable, toSafeInteger } from '../store/database.ts'

/** Providers whose ledger is the hub's own: their statement is always at hand. */
export const ownProviders: readonly string[] = ['wallet', 'points', 'coupon']

/** Attempts that a lane reported or the hub settled on that day. */
export async function attemptsOfDay(database: Queryable, { fromMs, untilMs }: DayBounds): Promise<string[]> {
  const rows = await database.query<{ key: string }>(
    `SELECT attempt_key AS key FROM payment_attempt WHERE resolved_at_ms >= $1 AND resolved_at_ms < $2
     UNION SELECT attempt_key FROM payment_attempt
       WHERE resolved_at_ms IS NULL AND created_at_ms >= $1 AND created_at_ms < $2
     UNION SELECT projection->>'attemptKey' FROM journal_entry
       WHERE type = 'payment.attempted' AND received_at_ms >= $1 AND received_at_ms < $2
       AND projection->>'mode' <> 'local' AND projection IS NOT NULL`,
    [fromMs, untilMs],
  )
  return rows.map(({ key }) => key)
}

interface AttemptRow {
  attempt_key: string
  lane_id: string
  sale_id: string | null
  state: 'started' | 'approved' | 'declined' | 'cancelled'
  currency: string | null
  approved_minor: string | null
  refunded_minor: string
  provider: string | null
  tries: number
}

/** What the hub's own ledger of attempts says of these. A tombstone is a payment that was not charged. */
export async function readHubBook(database: Queryable, keys: readonly string[]): Promise<HubPayment[]> {
  const rows = await database.query<AttemptRow>(
    `SELECT attempt_key, lane_id, sale_id, state, currency, approved_minor, refunded_minor, provider, tries
     FROM payment_attempt WHERE attempt_key = ANY ($1)`,
    [keys],
  )
  return rows.map((row) => {
    const charged = row.state === 'approved'
    const netMinor = toSafeInteger(row.approved_minor ?? '0') - toSafeInteger(row.refunded_minor)
    return {
      attemptKey: row.attempt_key,
      laneId: row.lane_id,
      saleId: row.sale_id,
      currency: row.currency ?? '',
      state: charged ? 'charged' : row.state === 'started' ? 'open' : 'notCharged',
      netMinor: charged ? netMinor : 0,
      provider: row.provider === null ? null : statementName(row.provider),
      providerKey: row.tries > 0 ? `${row.attempt_key}-${row.tries}` : null,
    }
  })
}

/** A wallet's debit agreements are in the same statement as the wallet. */
export function statementName(provider: string): string {
  return provider.replace(/-agreement$/, '')
}

/** The hub's own wallet, points and coupons as a statement, from the postings up. */
export async function readOwnStatement(
  database: Queryable,
  keys: readonly string[],
  { fromMs, untilMs }: DayBounds,
): Promise<StatementLine[]> {
  const rows = await database.query<{
    kind: 'charge' | 'void' | 'refund'
    provider: string | null
    charge_key: string
    amount_minor: string
    currency: string
    at_ms: string
  }>(
    `SELECT t.kind, a.provider, coalesce(c.provider_key, t.provider_key) AS charge_key, t.amount_minor, t.currency, t.at_ms
     FROM wallet_transaction t
     LEFT JOIN payment_attempt a USING (attempt_key)
     LEFT JOIN wallet_transaction c ON c.attempt_key = t.attempt_key AND c.kind = 'charge'
     WHERE t.kind IN ('charge', 'void', 'refund') AND t.attempt_key IS NOT NULL
       AND (t.attempt_key = ANY ($1) OR (t.kind = 'charge' AND t.at_ms >= $2 AND t.at_ms < $3))`,
    [keys, fromMs, untilMs],
  )
  return rows.map(({ kind, provider, charge_key, amount_minor, currency, at_ms }) => ({
    provider: provider ?? 'wallet',
    kind: kind === 'void' ? 'cancel' : kind,
    providerKey: charge_key,
    amountMinor: toSafeInteger(amount_minor),
    currency,
    feeMinor: 0,
    atMs: toSafeInteger(at_ms),
  }))
}
