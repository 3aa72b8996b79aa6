import type {
  DeclineReason,
  JournalledInstrument,
  PaymentMode,
  PaymentOutcome,
} from '../../src-main/contract/payment.ts'
import { declineReasonSchema } from '../../src-main/contract/payment.ts'
import { type Queryable, type Transaction, toSafeInteger } from '../store/database.ts'
import type { KeptPayer } from './payer.ts'

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
  readonly mode: Exclude<PaymentMode, 'local'>
  readonly bench: boolean
  /** The debt it pays. */
  readonly recoveryKey: string | null
}

export type AttemptState = 'started' | 'approved' | 'declined' | 'cancelled'

export interface Attempt {
  readonly attemptKey: string
  readonly laneId: string
  readonly state: AttemptState
  /** Null for a tombstone. */
  readonly order: Order | null
  /** With whom it was begun; null for a tombstone and for what was declined before anybody was asked. */
  readonly provider: string | null
  readonly payer: KeptPayer | null
  /** The number of the try whose key may be on the wire; 1 or more once begun. */
  readonly tries: number
  readonly accountId: string | null
  readonly approvedMinor: number | null
  readonly refundedMinor: number
  readonly createdAtMs: number
  /** First call of the current try. */
  readonly calledAtMs: number
  readonly cancelAskedAtMs: number | null
  readonly approvalCode: string | null
  readonly maskedAccount: string | null
  readonly outcome: PaymentOutcome
}

export interface AttemptRow {
  attempt_key: string
  lane_id: string
  state: AttemptState
  sale_id: string | null
  amount_minor: string | null
  currency: string | null
  instrument: JournalledInstrument | null
  account_id: string | null
  code_hash: Buffer | null
  mode: Order['mode'] | null
  bench: boolean | null
  payer: KeptPayer | null
  tries: number
  reason: DeclineReason | null
  native_code: string | null
  approval_code: string | null
  approved_minor: string | null
  provider: string | null
  provider_reference: string | null
  masked_account: string | null
  refunded_minor: string
  recovery_key: string | null
  created_at_ms: string
  called_at_ms: string | null
  cancel_asked_at_ms: string | null
}

export async function findAttempt(database: Queryable, attemptKey: string): Promise<Attempt | null> {
  const rows = await database.query<AttemptRow>('SELECT * FROM payment_attempt WHERE attempt_key = $1', [
    attemptKey,
  ])
  return rows[0] === undefined ? null : attemptOf(rows[0])
}

/**
 * The row, and with it the only right to call a provider about this key, until the transaction ends. Null when there
 * is none, or, with `skip`, when somebody else holds it.
 */
export async function lockAttempt(
  tx: Transaction,
  attemptKey: string,
  others: 'wait' | 'skip' = 'wait',
): Promise<Attempt | null> {
  const rows = await tx.query<AttemptRow>(
    `SELECT * FROM payment_attempt WHERE attempt_key = $1 FOR UPDATE ${others === 'skip' ? 'SKIP LOCKED' : ''}`,
    [attemptKey],
  )
  return rows[0] === undefined ? null : attemptOf(rows[0])
}

/** The same, for a key that must be there. */
export async function lockKnown(tx: Transaction, attemptKey: string): Promise<Attempt> {
  const attempt = await lockAttempt(tx, attemptKey)
  if (attempt === null) throw new Error(`Attempt ${attemptKey} is not there`)
  return attempt
}

/** Keys the hub has something left to do about, the longest waiting first. */
export async function dueAttempts(database: Queryable, atMs: number, limit: number): Promise<string[]> {
  const rows = await database.query<{ attempt_key: string }>(
    `SELECT attempt_key FROM payment_attempt WHERE due_at_ms <= $1 ORDER BY due_at_ms LIMIT $2`,
    [atMs, limit],
  )
  return rows.map(({ attempt_key }) => attempt_key)
}

export function attemptOf(row: AttemptRow): Attempt {
  const created = toSafeInteger(row.created_at_ms)
  return {
    attemptKey: row.attempt_key,
    laneId: row.lane_id,
    state: row.state,
    order: orderOf(row),
    provider: row.provider,
    payer: row.payer,
    tries: row.tries,
    accountId: row.account_id,
    approvedMinor: numberOrNull(row.approved_minor),
    refundedMinor: toSafeInteger(row.refunded_minor),
    createdAtMs: created,
    calledAtMs: numberOrNull(row.called_at_ms) ?? created,
    cancelAskedAtMs: numberOrNull(row.cancel_asked_at_ms),
    approvalCode: row.approval_code,
    maskedAccount: row.masked_account,
    outcome: outcomeOf(row),
  }
}

function numberOrNull(text: string | null): number | null {
  return text === null ? null : toSafeInteger(text)
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
    recoveryKey: row.recovery_key,
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
      if (row.refunded_minor === row.approved_minor) return refundedOutcome(row)
      // Whether it is still charged is not certain until the provider has confirmed.
      return row.cancel_asked_at_ms === null ? approvedOutcome(row) : { kind: 'pending' }
  }
}

function approvedOutcome(row: AttemptRow): PaymentOutcome {
  const whole = row.approved_minor === row.amount_minor
  return {
    kind: 'approved',
    approvalCode: row.approval_code ?? '',
    providerReference: row.provider_reference ?? '',
    maskedAccount: row.masked_account ?? '',
    ...(whole || row.approved_minor === null ? {} : { approvedMinor: toSafeInteger(row.approved_minor) }),
  }
}

function refundedOutcome(row: AttemptRow): PaymentOutcome {
  return { kind: 'refunded', providerReference: row.provider_reference ?? '' }
}
