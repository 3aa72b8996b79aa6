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

/** The next shopper, at the screen of the last one. */
export function beginsAnew({ kind }: CheckoutState, { type }: CheckoutInput): boolean {
  return (kind === 'done' || kind === 'cancelled') && (type === 'itemScanned' || type === 'sessionStarted')
}
