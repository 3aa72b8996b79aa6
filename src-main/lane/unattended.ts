import type { CheckoutInput, CheckoutState } from '../domain/checkout/state.ts'

/**
 * What a lane does by itself where another one calls staff: at a vending machine nobody comes. A payment that nobody
 * knows the end of goes on being cancelled, without the shopper; parts that were paid go back. Null: nothing waits.
 */
export function withoutStaff(
  kind: 'help' | 'cashReturn' | 'unknownOutcome',
  state: CheckoutState,
): CheckoutInput | null {
  if (kind === 'help') return state.kind === 'tenderChoice' ? { type: 'cancelPressed' } : null
  if (state.kind === 'voiding') return { type: 'staffHeldVoids' }
  if (state.kind === 'unknown') return { type: 'staffHeldUnknown', attemptKey: state.attempt.attemptKey }
  return null
}
