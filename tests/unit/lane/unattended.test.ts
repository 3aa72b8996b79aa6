import { describe, expect, it } from 'vitest'
import type { CheckoutState, Sale } from '../../../src-main/domain/checkout/state.ts'
import { withoutStaff } from '../../../src-main/lane/unattended.ts'
import { attemptKey, part, saleKeys } from '../checkout/inputs.ts'

const sale: Sale = {
  ...saleKeys,
  language: 'en',
  basket: { currency: 'CNY', lines: [], nextLineId: 1 },
  paid: [part()],
  linkedTo: null,
  member: null,
}
const attempt = {
  attemptKey,
  tender: 'walletCode',
  mode: 'online',
  amountMinor: 1200,
  maskedAccount: null,
  linkedTo: null,
  owing: null,
} as const
const unknown: CheckoutState = { kind: 'unknown', sale, attempt, phase: 'attendant' }
const voiding: CheckoutState = { kind: 'voiding', sale, phase: 'attendant', reason: 'shopper' }

describe('a lane to which nobody comes', () => {
  it('lets go of a payment without an answer, and of parts that are still being taken back', () => {
    expect(withoutStaff('unknownOutcome', unknown)).toEqual({ type: 'staffHeldUnknown', attemptKey })
    expect(withoutStaff('unknownOutcome', voiding)).toEqual({ type: 'staffHeldVoids' })
  })

  it('gives a sale up that was paid in part, and nothing where nothing waits for staff', () => {
    expect(withoutStaff('help', { kind: 'tenderChoice', sale })).toEqual({ type: 'cancelPressed' })
    expect(withoutStaff('help', { kind: 'attract' })).toBeNull()
    expect(withoutStaff('unknownOutcome', { kind: 'scanning', sale, lastLineId: null })).toBeNull()
  })
})
