import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'

export const caseKinds = [
  /** The provider of an attempt without a final word is no longer configured. */
  'providerMissing',
  /** No answer that can be trusted for long. The hub goes on asking. */
  'providerSilent',
  /** A charge that must go back is refused by its provider: give the money back another way. */
  'cannotGiveBack',
  /** The provider neither charges nor closes it. */
  'cannotClose',
  /** A refund was refused. */
  'refundRefused',
  /** Approved, and the lane has reported no sale for it. */
  'saleMissing',
  /** Staff let the goods go while the outcome was unknown. */
  'released',
  /** A lane knows it as approved, a restored hub does not, and cannot ask. */
  'lostInRestore',
  /** A completed sale counts on a payment that was cancelled. */
  'goodsUnpaid',
] as const
export type CaseKind = (typeof caseKinds)[number]

/** Something about a payment that a person has to see to. */
export interface PaymentCase {
  readonly caseId: number
  readonly kind: CaseKind
  readonly attemptKey: string
  readonly owner: string
  readonly detail: string
  readonly openedAtMs: number
  readonly resolvedAtMs: number | null
  readonly resolution: string | null
}

/** One open case of a kind an attempt; opening it again changes nothing. */
export async function openCase(
  tx: Queryable,
  kind: CaseKind,
  attemptKey: string,
  detail: string,
  atMs: number,
  owner = 'operator',
): Promise<void> {
  await tx.query(
    `INSERT INTO payment_case (kind, attempt_key, owner, detail, opened_at_ms) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (attempt_key, kind) WHERE resolved_at_ms IS NULL DO NOTHING`,
    [kind, attemptKey, owner, detail, atMs],
  )
}

/** Cases that only a person can end: the final word of the attempt does not change what they are about. */
const endedByPeople: readonly CaseKind[] = ['refundRefused', 'saleMissing', 'goodsUnpaid', 'lostInRestore']

/** The attempt has its final word: what was open for want of one is settled. */
export async function resolveCases(
  tx: Transaction,
  attemptKey: string,
  resolution: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE payment_case SET resolved_at_ms = $3, resolution = $2
     WHERE attempt_key = $1 AND resolved_at_ms IS NULL AND kind <> ALL ($4)`,
    [attemptKey, resolution, atMs, endedByPeople],
  )
}

export async function closeCase(
  tx: Transaction,
  caseId: number,
  resolution: string,
  atMs: number,
): Promise<PaymentCase | null> {
  const rows = await tx.query<CaseRow>(
    `UPDATE payment_case SET resolved_at_ms = $3, resolution = $2
     WHERE case_id = $1 AND resolved_at_ms IS NULL RETURNING *`,
    [caseId, resolution, atMs],
  )
  return rows[0] === undefined ? null : caseOf(rows[0])
}

export async function findOpenCase(tx: Transaction, caseId: number): Promise<PaymentCase | null> {
  const rows = await tx.query<CaseRow>(
    'SELECT * FROM payment_case WHERE case_id = $1 AND resolved_at_ms IS NULL FOR UPDATE',
    [caseId],
  )
  return rows[0] === undefined ? null : caseOf(rows[0])
}

export async function openCases(database: Queryable, limit = 500): Promise<PaymentCase[]> {
  const rows = await database.query<CaseRow>(
    'SELECT * FROM payment_case WHERE resolved_at_ms IS NULL ORDER BY opened_at_ms, case_id LIMIT $1',
    [limit],
  )
  return rows.map(caseOf)
}

interface CaseRow {
  case_id: string
  kind: CaseKind
  attempt_key: string
  owner: string
  detail: string
  opened_at_ms: string
  resolved_at_ms: string | null
  resolution: string | null
}

function caseOf(row: CaseRow): PaymentCase {
  return {
    caseId: toSafeInteger(row.case_id),
    kind: row.kind,
    attemptKey: row.attempt_key,
    owner: row.owner,
    detail: row.detail,
    openedAtMs: toSafeInteger(row.opened_at_ms),
    resolvedAtMs: row.resolved_at_ms === null ? null : toSafeInteger(row.resolved_at_ms),
    resolution: row.resolution,
  }
}
