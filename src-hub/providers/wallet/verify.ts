import type { Queryable } from '../../store/database.ts'

export interface LedgerVerdict {
  readonly balanced: boolean
  /** One line each, keys only. */
  readonly problems: readonly string[]
}

/** Each query finds rows that must not exist; `problem` names the row. */
const checks: readonly string[] = [
  // A transaction's postings: zero in sum, its amount on the positive side, one currency.
  `SELECT 'transaction ' || t.transaction_id || ' does not balance' AS problem
     FROM wallet_transaction t LEFT JOIN wallet_ledger l USING (transaction_id)
     GROUP BY t.transaction_id, t.amount_minor, t.currency
     HAVING coalesce(sum(l.amount_minor), 0) <> 0
       OR coalesce(sum(l.amount_minor) FILTER (WHERE l.amount_minor > 0), 0) <> t.amount_minor
       OR bool_or(l.currency <> t.currency)`,
  `SELECT 'account ' || a.account_id || ' does not hold the sum of its postings' AS problem
     FROM wallet_account a LEFT JOIN wallet_ledger l USING (account_id)
     WHERE a.kind = 'shopper'
     GROUP BY a.account_id, a.balance_minor
     HAVING coalesce(sum(l.amount_minor), 0) <> a.balance_minor`,
  `SELECT 'attempt ' || t.attempt_key || ' was charged but never asked for' AS problem
     FROM wallet_transaction t LEFT JOIN payment_attempt p USING (attempt_key)
     WHERE t.attempt_key IS NOT NULL AND p.attempt_key IS NULL`,
  // What an attempt says against what was posted for it.
  `SELECT 'attempt ' || p.attempt_key || ' is ' || p.state || ' but its postings differ' AS problem
     FROM payment_attempt p
     LEFT JOIN (
       SELECT attempt_key,
         count(*) FILTER (WHERE kind = 'charge') AS charges,
         coalesce(sum(amount_minor) FILTER (WHERE kind = 'charge'), 0) AS charged,
         coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0) AS refunded,
         coalesce(sum(amount_minor) FILTER (WHERE kind = 'void'), 0) AS voided
       FROM wallet_transaction WHERE attempt_key IS NOT NULL GROUP BY attempt_key
     ) w USING (attempt_key)
     WHERE coalesce(p.provider, 'wallet') = 'wallet' AND NOT CASE p.state
       WHEN 'approved' THEN coalesce(w.charges, 0) = 1 AND w.charged = p.amount_minor
         AND w.refunded = p.refunded_minor AND w.voided = 0
       WHEN 'cancelled' THEN coalesce(w.charges, 0) <= 1
         AND coalesce(w.charged, 0) = coalesce(w.voided, 0) + coalesce(w.refunded, 0)
       ELSE w.attempt_key IS NULL
     END`,
]

/** Proves the wallet's books at any time, from the postings up; takes no locks. */
export async function verifyLedger(database: Queryable): Promise<LedgerVerdict> {
  const problems: string[] = []
  for (const check of checks) {
    const rows = await database.query<{ problem: string }>(`${check} LIMIT 100`)
    problems.push(...rows.map(({ problem }) => problem))
  }
  return { balanced: problems.length === 0, problems }
}
