import type { JournalledInstrument, Wallet } from '../contract/payment.ts'
import type { Key } from '../contract/values.ts'
import type { PaidPart } from '../domain/checkout/state.ts'
import type { AttemptRecord, AttemptState } from '../ports/store.ts'

/** States whose amount the shopper has paid, or the shop has accepted as paid: a debt has its own recovery. */
const counted: ReadonlySet<AttemptState> = new Set([
  'approved',
  'deferred',
  'processed',
  'deferredDeclined',
  'expired',
  'voiding',
])

export function isPaidPart({ state, releasedBy, recoveryKey }: AttemptRecord): boolean {
  if (recoveryKey !== undefined) return false
  return counted.has(state) || (state === 'unknown' && releasedBy !== undefined)
}

/** The part of its sale that an attempt pays. */
export function partOf(record: AttemptRecord): PaidPart {
  const { attemptKey, instrument, mode, amount, outcome } = record
  const approval = outcome?.kind === 'approved' ? outcome : null
  return {
    attemptKey,
    tender: instrument.kind,
    wallet: walletOf(instrument),
    mode,
    amountMinor: Math.min(approval?.approvedMinor ?? amount.amountMinor, amount.amountMinor),
    maskedAccount: approval?.maskedAccount ?? null,
    approvalCode: approval && approval.approvalCode !== '' ? approval.approvalCode : null,
    cash: instrument.kind === 'cash' ? instrument : null,
    card: instrument.kind === 'card' ? instrument : null,
    releasedBy: record.releasedBy ?? null,
  }
}

/** Parts that were paid while the outcome of this attempt was unknown. */
export function linkedParts(ofSale: readonly AttemptRecord[], attemptKey: Key): readonly PaidPart[] {
  return ofSale.filter((other) => other.linkedTo === attemptKey && isPaidPart(other)).map(partOf)
}

/**
 * The first payment turned out charged after all. The hub gives the second one back only when it is the only one and the
 * same amount; of anything else, and of cash and cards it never sees, the first one has to be taken back.
 */
export function isGivenBackByHub(again: readonly PaidPart[], firstMinor: number): boolean {
  const [second] = again
  return again.length === 1 && second?.mode !== 'local' && second?.amountMinor === firstMinor
}

function walletOf(instrument: JournalledInstrument): Wallet | null {
  switch (instrument.kind) {
    case 'walletCode':
      return instrument.wallet ?? 'own'
    case 'walletFace':
      return instrument.wallet
    default:
      return null
  }
}
