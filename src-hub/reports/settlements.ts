import type { Settlement, StatementLine } from '../../src-main/contract/day.ts'
import type { DayBounds } from '../../src-main/domain/reconciliation/day.ts'
import { type Queryable, toSafeInteger } from '../store/database.ts'
import { statementName } from './hub-book.ts'

interface SumRow {
  provider: string
  currency: string
  count: string
  sum: string
}

/** What each provider settles for a day by the hub's own ledger: what was charged that day less what went back. */
export async function readSettlements(
  database: Queryable,
  { fromMs, untilMs }: DayBounds,
  fees: ReadonlyMap<string, number> = new Map(),
): Promise<Settlement[]> {
  const [charges, refunds] = await Promise.all([
    database.query<SumRow>(
      `SELECT provider, currency, count(*), sum(approved_minor) FROM payment_attempt
       WHERE state = 'approved' AND resolved_at_ms >= $1 AND resolved_at_ms < $2 GROUP BY provider, currency`,
      [fromMs, untilMs],
    ),
    database.query<SumRow>(
      `SELECT a.provider, r.currency, count(*), sum(r.amount_minor) FROM payment_refund r
       JOIN payment_attempt a USING (attempt_key)
       WHERE r.state = 'done' AND r.created_at_ms >= $1 AND r.created_at_ms < $2 AND a.provider IS NOT NULL
       GROUP BY a.provider, r.currency`,
      [fromMs, untilMs],
    ),
  ])
  const charged = summed(charges)
  const refunded = summed(refunds)
  const names = [...new Set([...charged.keys(), ...refunded.keys()])].toSorted()
  return names.map((name) => {
    const [provider = '', currency = ''] = name.split(' ')
    const charge = charged.get(name) ?? { count: 0, sumMinor: 0 }
    const refund = refunded.get(name) ?? { count: 0, sumMinor: 0 }
    const feeMinor = fees.get(name) ?? null
    return {
      provider,
      currency,
      charges: charge.count,
      chargedMinor: charge.sumMinor,
      refunds: refund.count,
      refundedMinor: refund.sumMinor,
      feeMinor,
      netMinor: charge.sumMinor - refund.sumMinor - (feeMinor ?? 0),
    }
  })
}

/** What the given statements keep, by `provider currency`. */
export function feesOf(statement: readonly StatementLine[]): Map<string, number> {
  const fees = new Map<string, number>()
  for (const { provider, currency, feeMinor } of statement) {
    const name = `${provider} ${currency}`
    fees.set(name, (fees.get(name) ?? 0) + feeMinor)
  }
  return fees
}

function summed(rows: readonly SumRow[]): Map<string, { count: number; sumMinor: number }> {
  const sums = new Map<string, { count: number; sumMinor: number }>()
  for (const { provider, currency, count, sum } of rows) {
    const name = `${statementName(provider)} ${currency}`
    const known = sums.get(name) ?? { count: 0, sumMinor: 0 }
    sums.set(name, {
      count: known.count + toSafeInteger(count),
      sumMinor: known.sumMinor + toSafeInteger(sum),
    })
  }
  return sums
}
