import type {
  DeclineReason,
  JournalledInstrument,
  PaymentMode,
  PaymentOutcome,
} from '../../src-main/contract/payment.ts'
import { declineReasonSchema } from '../../src-main/contract/payment.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'

/** What a lane asks to be charged, as the hub keeps it: a code only as its keyed hash. */
export interface Order {
  readonly attemptKey: string
  readonly laneId: string
  readonly saleId: string
  readonly amountMinor: number
  readonly currency: string
  readonly instrument: JournalledInstrument
  /** Null when the journal alone brings the order: it never holds a code. */
  readonly codeHash: Buffer | null
  readonly mode: PaymentMode
  readonly bench: boolean
}

export type AttemptState = 'started' | 'approved' | 'declined' | 'cancelled'

export interface Attempt {
  readonly attemptKey: string
  readonly laneId: string
  readonly state: AttemptState
  /** Null for a tombstone. */
  readonly order: Order | null
  readonly tries: number
  readonly accountId: string | null
  readonly refundedMinor: number
  readonly createdAtMs: number
  readonly outcome: PaymentOutcome
}

interface AttemptRow {
  attempt_key: string
  lane_id: string
  state: AttemptState
  sale_id: string | null
  amount_minor: string | null
  currency: string | null
  instrument: JournalledInstrument | null
  account_id: string | null
  code_hash: Buffer | null
  mode: PaymentMode | null
  bench: boolean | null
  tries: number
  reason: DeclineReason | null
  native_code: string | null
  approval_code: string | null
  provider_reference: string | null
  masked_account: string | null
  refunded_minor: string
  created_at_ms: string
}

/** Writes the attempt down if its key is new. Whoever comes second finds the first one's row. */
export async function beginAttempt(database: Queryable, order: Order, atMs: number): Promise<void> {
  await database.query(
    `INSERT INTO payment_attempt (attempt_key, lane_id, state, sale_id, amount_minor, currency, instrument, account_id,
       code_hash, mode, bench, created_at_ms)
     VALUES ($1, $2, 'started', $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (attempt_key) DO NOTHING`,
    [
      order.attemptKey,
      order.laneId,
      order.saleId,
      order.amountMinor,
      order.currency,
      JSON.stringify(order.instrument),
      order.instrument.kind === 'face' ? order.instrument.accountId : null,
      order.codeHash,
      order.mode,
      order.bench,
      atMs,
    ],
  )
}

/** A cancel of a key nobody has seen: the row that makes every later authorise of it refused. */
export async function layTombstone(
  tx: Transaction,
  attemptKey: string,
  laneId: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO payment_attempt (attempt_key, lane_id, state, created_at_ms, resolved_at_ms)
     VALUES ($1, $2, 'cancelled', $3, $3) ON CONFLICT (attempt_key) DO NOTHING`,
    [attemptKey, laneId, atMs],
  )
}

export async function findAttempt(database: Queryable, attemptKey: string): Promise<Attempt | null> {
  const rows = await database.query<AttemptRow>('SELECT * FROM payment_attempt WHERE attempt_key = $1', [
    attemptKey,
  ])
  return rows[0] === undefined ? null : attemptOf(rows[0])
}

/** Keys of attempts without a final word, oldest first. */
export async function startedSince(database: Queryable, sinceMs: number): Promise<string[]> {
  const rows = await database.query<{ attempt_key: string }>(
    `SELECT attempt_key FROM payment_attempt WHERE state = 'started' AND created_at_ms >= $1
     ORDER BY created_at_ms`,
    [sinceMs],
  )
  return rows.map(({ attempt_key }) => attempt_key)
}

/** The row, and with it the only right to call a provider about this key, until the transaction ends. */
export async function lockAttempt(tx: Transaction, attemptKey: string): Promise<Attempt | null> {
  const rows = await tx.query<AttemptRow>('SELECT * FROM payment_attempt WHERE attempt_key = $1 FOR UPDATE', [
    attemptKey,
  ])
  return rows[0] === undefined ? null : attemptOf(rows[0])
}

export interface Resolution {
  readonly state: Exclude<AttemptState, 'started'>
  readonly accountId?: string | null
  readonly reason?: DeclineReason
  readonly nativeCode?: string
  readonly approvalCode?: string
  readonly provider?: string
  readonly providerReference?: string
  readonly maskedAccount?: string
  readonly tries?: number
}

/** Writes the final word on an attempt and answers with the row as it now stands. */
export async function resolveAttempt(
  tx: Transaction,
  attemptKey: string,
  resolution: Resolution,
  atMs: number,
): Promise<Attempt> {
  const rows = await tx.query<AttemptRow>(
    `UPDATE payment_attempt SET state = $2, account_id = coalesce($3, account_id), reason = $4, native_code = $5,
       approval_code = coalesce($6, approval_code), provider = coalesce($7, provider),
       provider_reference = coalesce($8, provider_reference), masked_account = coalesce($9, masked_account),
       tries = coalesce($10, tries), resolved_at_ms = $11
     WHERE attempt_key = $1 RETURNING *`,
    [
      attemptKey,
      resolution.state,
      resolution.accountId,
      resolution.reason,
      resolution.nativeCode,
      resolution.approvalCode,
      resolution.provider,
      resolution.providerReference,
      resolution.maskedAccount,
      resolution.tries,
      atMs,
    ],
  )
  if (rows[0] === undefined) throw new Error(`Attempt ${attemptKey} is not there`)
  return attemptOf(rows[0])
}

function attemptOf(row: AttemptRow): Attempt {
  return {
    attemptKey: row.attempt_key,
    laneId: row.lane_id,
    state: row.state,
    order: orderOf(row),
    tries: row.tries,
    accountId: row.account_id,
    refundedMinor: toSafeInteger(row.refunded_minor),
    createdAtMs: toSafeInteger(row.created_at_ms),
    outcome: outcomeOf(row),
  }
}

function orderOf(row: AttemptRow): Order | null {
  const { sale_id: saleId, amount_minor: amountMinor, currency, instrument, mode, bench } = row
  if (saleId === null || amountMinor === null || currency === null || instrument === null) return null
  if (mode === null || bench === null) return null
  return {
    attemptKey: row.attempt_key,
    laneId: row.lane_id,
    saleId,
    amountMinor: toSafeInteger(amountMinor),
    currency,
    instrument,
    codeHash: row.code_hash,
    mode,
    bench,
  }
}

function outcomeOf(row: AttemptRow): PaymentOutcome {
  switch (row.state) {
    case 'started':
      return { kind: 'pending' }
    case 'cancelled':
      return { kind: 'cancelled' }
    case 'declined': {
      const reason = declineReasonSchema.catch('other').parse(row.reason)
      return {
        kind: 'declined',
        reason,
        ...(row.native_code === null ? {} : { nativeCode: row.native_code }),
      }
    }
    case 'approved':
      return row.refunded_minor === row.amount_minor ? refundedOutcome(row) : approvedOutcome(row)
  }
}

function approvedOutcome(row: AttemptRow): PaymentOutcome {
  return {
    kind: 'approved',
    approvalCode: row.approval_code ?? '',
    providerReference: row.provider_reference ?? '',
    maskedAccount: row.masked_account ?? '',
  }
}

function refundedOutcome(row: AttemptRow): PaymentOutcome {
  return { kind: 'refunded', providerReference: row.provider_reference ?? '' }
}
