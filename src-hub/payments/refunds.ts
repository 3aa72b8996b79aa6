import type { RefundRequest } from '../../src-main/contract/hubApi.ts'
import type { PaymentOutcome } from '../../src-main/contract/payment.ts'
import type { PaymentProvider } from '../providers/port.ts'
import { Refusal } from '../refusal.ts'
import { type Transaction, toSafeInteger } from '../store/database.ts'
import type { Attempt } from './attempts.ts'

interface RefundRow {
  attempt_key: string
  amount_minor: string
  currency: string
  provider_reference: string
}

/** Gives back a part or all of an approved attempt, never more than was paid; one refund key pays out once. */
export async function refundAttempt(
  tx: Transaction,
  provider: PaymentProvider,
  attempt: Attempt,
  request: RefundRequest,
  atMs: number,
): Promise<PaymentOutcome> {
  const earlier = await findRefund(tx, request.refundKey)
  if (earlier !== null) {
    requireSame(earlier, request)
    return { kind: 'refunded', providerReference: earlier.provider_reference }
  }
  const { order, outcome } = attempt
  if (attempt.state !== 'approved' || order === null) return outcome
  if (order.currency !== request.currency) {
    throw new Refusal(409, 'payment.refundCurrency', `This attempt was paid in ${order.currency}.`)
  }
  if (attempt.refundedMinor + request.amountMinor > order.amountMinor) {
    throw new Refusal(409, 'payment.refundTooLarge', 'More would be given back than was paid.')
  }
  const { attemptKey, refundKey, amountMinor, currency } = request
  const answer = await provider.refund(tx, {
    chargeKey: `${attemptKey}-${attempt.tries}`,
    providerKey: `${attemptKey}-refund-${refundKey}`,
    attemptKey,
    amountMinor,
    chargedMinor: order.amountMinor,
    currency,
    atMs,
    signal: AbortSignal.timeout(10_000),
  })
  if (answer.kind !== 'done') return { kind: 'pending' }
  const { providerReference } = answer
  await tx.query(
    `INSERT INTO payment_refund (refund_key, attempt_key, amount_minor, currency, provider_reference, created_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [refundKey, attemptKey, amountMinor, currency, providerReference, atMs],
  )
  await tx.query('UPDATE payment_attempt SET refunded_minor = refunded_minor + $2 WHERE attempt_key = $1', [
    attemptKey,
    amountMinor,
  ])
  return { kind: 'refunded', providerReference }
}

async function findRefund(tx: Transaction, refundKey: string): Promise<RefundRow | null> {
  const rows = await tx.query<RefundRow>(
    'SELECT attempt_key, amount_minor, currency, provider_reference FROM payment_refund WHERE refund_key = $1',
    [refundKey],
  )
  return rows[0] ?? null
}

function requireSame(row: RefundRow, request: RefundRequest): void {
  const same =
    row.attempt_key === request.attemptKey &&
    toSafeInteger(row.amount_minor) === request.amountMinor &&
    row.currency === request.currency
  if (!same) throw new Refusal(409, 'payment.keyReused', 'This refund key was used for another refund.')
}
