import { err, ok, type Result } from '../../contract/result.ts'
import type { Money } from '../../contract/values.ts'

export const moneyProblems = ['money.overflow', 'money.currencyMismatch'] as const
export type MoneyProblem = (typeof moneyProblems)[number]

export function zero(currency: string): Money {
  return { amountMinor: 0, currency }
}

/** Minor units; `money.overflow` beyond what an integer holds exactly (2^53). */
export function addMinor(a: number, b: number): Result<number, 'money.overflow'> {
  const sum = a + b
  return Number.isSafeInteger(sum) ? ok(sum) : err('money.overflow')
}

/** Order does not matter: the sum is exact or it is refused. */
export function sumMinor(amounts: readonly number[]): Result<number, 'money.overflow'> {
  return toSafe(amounts.reduce((sum, amount) => sum + BigInt(amount), 0n))
}

export function addMoney(a: Money, b: Money): Result<Money, MoneyProblem> {
  if (a.currency !== b.currency) return err('money.currencyMismatch')
  const sum = addMinor(a.amountMinor, b.amountMinor)
  return sum.ok ? ok({ amountMinor: sum.value, currency: a.currency }) : sum
}

export function sumMoney(amounts: readonly Money[], currency: string): Result<Money, MoneyProblem> {
  if (amounts.some((amount) => amount.currency !== currency)) return err('money.currencyMismatch')
  const sum = sumMinor(amounts.map((amount) => amount.amountMinor))
  return sum.ok ? ok({ amountMinor: sum.value, currency }) : sum
}

/**
 * `amountMinor * numerator / denominator`, computed exactly and rounded once, half away from zero, so that a refund
 * mirrors its sale. All three are integers and `denominator` is positive.
 */
export function multiplyRounded(
  amountMinor: number,
  numerator: number,
  denominator: number,
): Result<number, 'money.overflow'> {
  const product = BigInt(amountMinor) * BigInt(numerator)
  const divisor = BigInt(denominator)
  const magnitude = product < 0n ? -product : product
  const rounded = (2n * magnitude + divisor) / (2n * divisor)
  return toSafe(product < 0n ? -rounded : rounded)
}

function toSafe(exact: bigint): Result<number, 'money.overflow'> {
  const value = Number(exact)
  return Number.isSafeInteger(value) ? ok(value) : err('money.overflow')
}
