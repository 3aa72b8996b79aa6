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
  // Shoppers' money, points and coupons alike.
  `SELECT 'account ' || a.account_id || ' does not hold the sum of its postings' AS problem
     FROM wallet_account a LEFT JOIN wallet_ledger l USING (account_id)
     WHERE a.balance_minor IS NOT NULL
     GROUP BY a.account_id, a.balance_minor
     HAVING coalesce(sum(l.amount_minor), 0) <> a.balance_minor`,
  `SELECT DISTINCT 'account ' || a.account_id || ' has postings in another currency than its own' AS problem
     FROM wallet_account a JOIN wallet_ledger l USING (account_id) WHERE l.currency <> a.currency`,
  // Whose money it is, and for which goods: the account that was asked, and the same one for what goes back.
  `SELECT 'attempt ' || t.attempt_key || ' moved the money of another account or sale than its own' AS problem
     FROM wallet_transaction t JOIN payment_attempt p USING (attempt_key) JOIN wallet_ledger l USING (transaction_id)
     JOIN wallet_account a ON a.account_id = l.account_id AND a.kind IN ('shopper', 'points', 'coupon')
     GROUP BY t.attempt_key
     HAVING count(DISTINCT l.account_id) > 1 OR bool_or(t.sale_id IS DISTINCT FROM p.sale_id)
       OR bool_or(a.kind = 'shopper' AND l.account_id IS DISTINCT FROM p.account_id)`,
  `SELECT 'attempt ' || t.attempt_key || ' was charged but never asked for' AS problem
     FROM wallet_transaction t LEFT JOIN payment_attempt p USING (attempt_key)
     WHERE t.attempt_key IS NOT NULL AND p.attempt_key IS NULL`,
  // What an attempt says against what was posted for it. What other providers charged stands in their statements.
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
     WHERE coalesce(p.provider, 'wallet') IN ('wallet', 'points', 'coupon') AND NOT CASE p.state
       WHEN 'approved' THEN coalesce(w.charges, 0) = 1 AND w.charged = p.approved_minor
         AND w.refunded = p.refunded_minor AND w.voided = 0
       WHEN 'cancelled' THEN coalesce(w.charges, 0) <= 1
         AND coalesce(w.charged, 0) = coalesce(w.voided, 0) + coalesce(w.refunded, 0)
       ELSE w.attempt_key IS NULL
     END`,
  // A promise of money back is a part of what is written as given back, once and no more than was paid.
  `SELECT 'attempt ' || p.attempt_key || ' was refunded otherwise than was promised' AS problem
     FROM payment_attempt p JOIN (
       SELECT attempt_key, sum(amount_minor) FILTER (WHERE state = 'done') AS done,
         sum(amount_minor) FILTER (WHERE state <> 'refused') AS promised
       FROM payment_refund GROUP BY attempt_key
     ) r USING (attempt_key)
     WHERE coalesce(r.done, 0) <> p.refunded_minor OR coalesce(r.promised, 0) > coalesce(p.approved_minor, 0)`,
  `SELECT 'coupon account ' || c.account_id || ' is good for more than it holds' AS problem
     FROM coupon c JOIN wallet_account a USING (account_id) WHERE c.open_minor > a.balance_minor`,
  // A deferred payment's final state follows from its attempt's.
  `SELECT 'deferred payment ' || d.attempt_key || ' is ' || d.state || ' but its attempt is ' ||
       coalesce(p.state, 'not there') AS problem
     FROM deferred_payment d LEFT JOIN payment_attempt p USING (attempt_key)
     WHERE NOT CASE d.state
       WHEN 'UPLOADED' THEN true
       WHEN 'PROCESSED' THEN p.state IN ('approved', 'cancelled')
       WHEN 'DECLINED' THEN p.state = 'declined'
       ELSE p.state = 'cancelled'
     END OR (d.state <> 'UPLOADED' AND p.state IS NULL)`,
  `SELECT 'debt ' || r.recovery_key || ' is paid by an attempt that is not approved' AS problem
     FROM recovery r LEFT JOIN payment_attempt p ON p.attempt_key = r.paid_by
     WHERE r.state = 'paid' AND p.state IS DISTINCT FROM 'approved'`,
]

/** Proves the hub's books at any time, from the postings up; takes no locks. */
export async function verifyLedger(database: Queryable): Promise<LedgerVerdict> {
  const problems: string[] = []
  for (const check of checks) {
    const rows = await database.query<{ problem: string }>(`${check} LIMIT 100`)
    problems.push(...rows.map(({ problem }) => problem))
  }
  return { balanced: problems.length === 0, problems }
}
