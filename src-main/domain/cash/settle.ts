import type { CashInstrument } from '../../contract/payment.ts'
import { err, ok, type Result } from '../../contract/result.ts'
import { roundCash, type CashRounding } from './rounding.ts'

export const cashProblems = [
  /** Nothing was given for something that costs coins. */
  'cash.nothing',
  /** No coins of this currency make that amount. */
  'cash.noSuchCoins',
] as const
export type CashProblem = (typeof cashProblems)[number]

export interface CashPart {
  /** Of the sale, without the rounding: all that was due, or what was given when that is less. */
  readonly amountMinor: number
  readonly instrument: CashInstrument
}

/** What cash pays of `dueMinor` (1 or more). Rounding happens once, with the cash that pays the rest. */
export function settleCash(
  dueMinor: number,
  tenderedMinor: number,
  rounding: Pick<CashRounding, 'unitMinor' | 'mode'>,
): Result<CashPart, CashProblem> {
  if (tenderedMinor % rounding.unitMinor !== 0) return err('cash.noSuchCoins')
  const cashDueMinor = roundCash(dueMinor, rounding)
  if (tenderedMinor < cashDueMinor) {
    if (tenderedMinor === 0) return err('cash.nothing')
    return ok({
      amountMinor: tenderedMinor,
      instrument: { kind: 'cash', tenderedMinor, changeMinor: 0, roundingMinor: 0 },
    })
  }
  const changeMinor = tenderedMinor - cashDueMinor
  const roundingMinor = cashDueMinor - dueMinor
  return ok({
    amountMinor: dueMinor,
    instrument: { kind: 'cash', tenderedMinor, changeMinor, roundingMinor },
  })
}
