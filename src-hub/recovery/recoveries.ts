import type { Recovery } from '../../src-main/contract/deferred.ts'
import { randomKey } from '../crypto.ts'
import { publish } from '../feed/publish.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'

/** A debt: goods left the store on trust and their payment did not come. */
export interface Debt extends Recovery {
  /** The deferred payment it stands for. */
  readonly attemptKey: string
  readonly accountId: string
  readonly laneId: string
  readonly soldAtMs: number
  readonly paidBy: string | null
  readonly resolvedAtMs: number | null
}

export interface DebtRow {
  recovery_key: string
  attempt_key: string
  account_id: string
  sale_id: string
  lane_id: string
  amount_minor: string
  currency: string
  state: Debt['state']
  sold_at_ms: string
  opened_at_ms: string
  paid_by: string | null
  resolved_at_ms: string | null
}

export function debtOf(row: DebtRow): Debt {
  return {
    recoveryKey: row.recovery_key,
    attemptKey: row.attempt_key,
    accountId: row.account_id,
    saleId: row.sale_id,
    laneId: row.lane_id,
    amountMinor: toSafeInteger(row.amount_minor),
    currency: row.currency,
    state: row.state,
    soldAtMs: toSafeInteger(row.sold_at_ms),
    openedAtMs: toSafeInteger(row.opened_at_ms),
    paidBy: row.paid_by,
    resolvedAtMs: row.resolved_at_ms === null ? null : toSafeInteger(row.resolved_at_ms),
  }
}

export async function findDebt(database: Queryable, recoveryKey: string): Promise<Debt | null> {
  const rows = await database.query<DebtRow>('SELECT * FROM recovery WHERE recovery_key = $1', [recoveryKey])
  return rows[0] === undefined ? null : debtOf(rows[0])
}

export async function debtsOfSale(database: Queryable, saleId: string): Promise<Debt[]> {
  const rows = await database.query<DebtRow>(
    'SELECT * FROM recovery WHERE sale_id = $1 ORDER BY opened_at_ms',
    [saleId],
  )
  return rows.map(debtOf)
}

/** What the account owes, oldest first. */
export async function openDebts(database: Queryable, accountId: string): Promise<Debt[]> {
  const rows = await database.query<DebtRow>(
    `SELECT * FROM recovery WHERE account_id = $1 AND state = 'open' ORDER BY opened_at_ms, recovery_key`,
    [accountId],
  )
  return rows.map(debtOf)
}

/** Of everybody, for the merchant. */
export async function allOpenDebts(database: Queryable, limit = 500): Promise<Debt[]> {
  const rows = await database.query<DebtRow>(
    `SELECT * FROM recovery WHERE state = 'open' ORDER BY opened_at_ms, recovery_key LIMIT $1`,
    [limit],
  )
  return rows.map(debtOf)
}

export async function owes(database: Queryable, accountId: string): Promise<boolean> {
  const rows = await database.query(
    `SELECT 1 FROM recovery WHERE account_id = $1 AND state = 'open' LIMIT 1`,
    [accountId],
  )
  return rows.length > 0
}

/** Opens the debt of a deferred payment, once, and takes the face tender from whoever owes it. */
export async function openDebt(
  tx: Transaction,
  debt: Pick<
    Debt,
    'attemptKey' | 'accountId' | 'saleId' | 'laneId' | 'amountMinor' | 'currency' | 'soldAtMs'
  >,
  atMs: number,
): Promise<string> {
  const rows = await tx.query<{ recovery_key: string }>(
    `INSERT INTO recovery (recovery_key, attempt_key, account_id, sale_id, lane_id, amount_minor, currency, state,
       sold_at_ms, opened_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)
     ON CONFLICT (attempt_key) DO UPDATE SET attempt_key = excluded.attempt_key RETURNING recovery_key`,
    [
      randomKey(),
      debt.attemptKey,
      debt.accountId,
      debt.saleId,
      debt.laneId,
      debt.amountMinor,
      debt.currency,
      debt.soldAtMs,
      atMs,
    ],
  )
  const recoveryKey = rows[0]?.recovery_key
  if (recoveryKey === undefined) throw new Error('The debt did not come back')
  await publishFaceTender(tx, debt.accountId, atMs)
  return recoveryKey
}

/** Tells every lane whether this account may pay by face. */
export async function publishFaceTender(tx: Transaction, accountId: string, atMs: number): Promise<void> {
  const [oldest] = await openDebts(tx, accountId)
  const standing =
    oldest === undefined
      ? { blocked: false }
      : {
          blocked: true,
          recoveryKey: oldest.recoveryKey,
          owed: { amountMinor: oldest.amountMinor, currency: oldest.currency, atMs: oldest.soldAtMs },
        }
  await publish(tx, { laneId: null }, { kind: 'faceTender', accountId, ...standing }, atMs)
}
