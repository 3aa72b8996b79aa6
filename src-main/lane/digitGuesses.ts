import type { Key } from '../contract/values.ts'
import type { CheckoutInput, CheckoutState } from '../domain/checkout/state.ts'
import { digitsLimit, mayTry, stillCounting } from '../domain/rights/attemptLimit.ts'
import type { ClockPort } from '../ports/clock.ts'

/** Wrong last digits under a face, over all its looks: looking again must not buy new guesses. */
export interface DigitGuesses {
  /** Told of every input and what came of it. */
  follow(before: CheckoutState, input: CheckoutInput, after: CheckoutState): void
  /** Nobody may guess for this face any more, for now. */
  exhausted(subjectKey: Key): boolean
}

export function countDigitGuesses(clock: Pick<ClockPort, 'monotonicMs'>): DigitGuesses {
  const wrongAtMs = new Map<Key, readonly number[]>()
  const of = (subjectKey: Key): readonly number[] => wrongAtMs.get(subjectKey) ?? []
  return {
    follow(before, input, after) {
      if (before.kind !== 'secondFactor' || input.type !== 'digitsEntered' || after.kind === 'confirm') return
      const nowMs = clock.monotonicMs()
      for (const { payer } of before.candidates) {
        const counting = stillCounting(digitsLimit, of(payer.subjectKey), nowMs)
        wrongAtMs.set(payer.subjectKey, [...counting, nowMs])
      }
    },
    exhausted: (subjectKey) => !mayTry(digitsLimit, of(subjectKey), clock.monotonicMs()),
  }
}
