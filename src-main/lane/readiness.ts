import type { CheckoutInput, CheckoutState } from '../domain/checkout/state.ts'

/** Where a read means something: goods, or a code to pay with. */
export const scannableStates: ReadonlySet<CheckoutState['kind']> = new Set([
  'attract',
  'scanning',
  'tenderChoice',
  'codeCapture',
  'declined',
  'done',
  'cancelled',
])

/** Where a member's card counts: there is a sale that is not paid, or one may begin. */
export function takesMemberCard(kind: CheckoutState['kind']): boolean {
  return scannableStates.has(kind) && kind !== 'done' && kind !== 'cancelled'
}

/** The next shopper, at the screen of the last one. */
export function beginsAnew({ kind }: CheckoutState, { type }: CheckoutInput): boolean {
  return (kind === 'done' || kind === 'cancelled') && (type === 'itemScanned' || type === 'sessionStarted')
}
