import { randomKey } from '../crypto.ts'
import { publish } from '../feed/publish.ts'
import { minorDigits } from '../../src-main/domain/money/currencies.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import type { PaymentScope } from './policy.ts'
import { type IdentityHistory, identityCapMinor, leaseMinor } from './risk.ts'

/** Leases made in one round; the rest waits for the next. */
const aRound = 500

interface Wanted {
  readonly laneId: string
  readonly accountId: string
  readonly currency: string
}

/**
 * Gives every lane that knows a face what it may accept of that identity on its own, and a new lease when half of the
 * last one's time is over. Settles leases whose lane's journal has been seen past their expiry.
 */
export async function renewLeases(scope: PaymentScope): Promise<void> {
  const { database, nowMs } = scope.context
  await settleLeases(database, nowMs())
  for (const wanted of await wantedLeases(database, nowMs() - scope.policy.leaseMs / 2, nowMs()))
    await database.transaction((tx) => lease(scope, tx, wanted))
}

/**
 * The head of the lane's journal is later, by the lane's own clock, than the expiry: whatever was accepted under the
 * lease stands before it and is here. Until then an expired lease counts in full.
 */
async function settleLeases(database: Queryable, atMs: number): Promise<void> {
  await database.query(
    `UPDATE allowance_lease l SET settled_at_ms = $1
     FROM (
       SELECT DISTINCT ON (p.lane_id) p.lane_id, e.lane_at_ms AS seen_ms
       FROM lane_position p JOIN journal_entry e ON e.lane_id = p.lane_id AND e.epoch = p.epoch AND e.seq = p.acked_seq
       ORDER BY p.lane_id, p.began_at_ms DESC
     ) head
     WHERE l.lane_id = head.lane_id AND l.settled_at_ms IS NULL AND l.expires_at_ms <= $1
       AND head.seen_ms > l.expires_at_ms`,
    [atMs],
  )
}

/** Faces on lanes without a lease that was given since `sinceMs` and under today's circumstances. */
async function wantedLeases(database: Queryable, sinceMs: number, atMs: number): Promise<Wanted[]> {
  const rows = await database.query<{ lane_id: string; account_id: string; currency: string }>(
    `SELECT DISTINCT f.lane_id, f.account_id, a.currency FROM member_face f
     JOIN wallet_account a ON a.account_id = f.account_id AND a.kind = 'shopper'
     JOIN lane ON lane.lane_id = f.lane_id AND lane.public_key IS NOT NULL
     LEFT JOIN LATERAL (
       SELECT issued_at_ms, amount_minor FROM allowance_lease l WHERE l.lane_id = f.lane_id AND l.account_id = f.account_id
       ORDER BY issued_at_ms DESC LIMIT 1
     ) last ON true
     WHERE f.deleted_seq IS NULL AND (last.issued_at_ms IS NULL OR last.issued_at_ms <= $1 OR last.issued_at_ms > $2
       OR (last.amount_minor > 0 AND EXISTS (
         SELECT 1 FROM recovery r WHERE r.account_id = f.account_id AND r.state = 'open')))
     LIMIT $3`,
    [sinceMs, atMs, aRound],
  )
  return rows.map((row) => ({ laneId: row.lane_id, accountId: row.account_id, currency: row.currency }))
}

/** Under the account's lock, so that two leases never share the same rest of the cap. */
async function lease(scope: PaymentScope, tx: Transaction, wanted: Wanted): Promise<void> {
  const { laneId, accountId, currency } = wanted
  if (minorDigits(currency) === null) return
  const now = scope.context.nowMs()
  await tx.query('SELECT 1 FROM wallet_account WHERE account_id = $1 FOR NO KEY UPDATE', [accountId])
  const capMinor = identityCapMinor(await historyOf(tx, accountId, now), currency, scope.policy.risk)
  const amountMinor = leaseMinor({
    capMinor,
    lanes: await lanesKnowing(tx, accountId),
    elsewhereMinor: await elsewhere(tx, wanted),
  })
  const leaseKey = randomKey()
  const expiresAtMs = now + scope.policy.leaseMs
  await tx.query(
    `INSERT INTO allowance_lease (lease_key, lane_id, account_id, currency, amount_minor, issued_at_ms, expires_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [leaseKey, laneId, accountId, currency, amountMinor, now, expiresAtMs],
  )
  const item = { kind: 'allowance' as const, leaseKey, accountId, currency, amountMinor, expiresAtMs }
  await publish(tx, { laneId }, item, now)
}

async function lanesKnowing(tx: Transaction, accountId: string): Promise<number> {
  const rows = await tx.query<{ count: string }>(
    'SELECT count(DISTINCT lane_id) FROM member_face WHERE account_id = $1 AND deleted_seq IS NULL',
    [accountId],
  )
  return Math.max(1, toSafeInteger(rows[0]?.count ?? '1'))
}

/** Of every other lane: its largest open lease, or what waits here of it, whichever is more. */
export async function elsewhere(tx: Queryable, { laneId, accountId, currency }: Wanted): Promise<number[]> {
  const rows = await tx.query<{ exposure: string }>(
    `SELECT greatest(coalesce(l.leased, 0), coalesce(d.waiting, 0)) AS exposure
     FROM (SELECT lane_id, max(amount_minor) AS leased FROM allowance_lease
       WHERE account_id = $1 AND currency = $2 AND settled_at_ms IS NULL GROUP BY lane_id) l
     FULL JOIN (SELECT lane_id, sum(amount_minor) AS waiting FROM deferred_payment
       WHERE account_id = $1 AND currency = $2 AND state = 'UPLOADED' GROUP BY lane_id) d USING (lane_id)
     WHERE lane_id <> $3`,
    [accountId, currency, laneId],
  )
  return rows.map(({ exposure }) => toSafeInteger(exposure))
}

async function historyOf(tx: Transaction, accountId: string, atMs: number): Promise<IdentityHistory> {
  const rows = await tx.query<{
    created_at_ms: string
    blocked: boolean
    good: string
    failed: string
    owes: boolean
  }>(
    `SELECT a.created_at_ms, a.blocked,
       (SELECT count(*) FROM (SELECT 1 FROM payment_attempt p WHERE p.account_id = $1 AND p.state = 'approved'
         AND p.refunded_minor = 0 LIMIT 1000) g) AS good,
       (SELECT count(*) FROM deferred_payment d WHERE d.account_id = $1 AND d.state IN ('DECLINED', 'EXPIRED')) AS failed,
       EXISTS (SELECT 1 FROM recovery r WHERE r.account_id = $1 AND r.state = 'open') AS owes
     FROM wallet_account a WHERE a.account_id = $1`,
    [accountId],
  )
  const [row] = rows
  if (row === undefined) throw new Error(`Account ${accountId} is not there`)
  return {
    ageMs: atMs - toSafeInteger(row.created_at_ms),
    blocked: row.blocked,
    goodPayments: toSafeInteger(row.good),
    failedDeferred: toSafeInteger(row.failed),
    owes: row.owes,
  }
}
