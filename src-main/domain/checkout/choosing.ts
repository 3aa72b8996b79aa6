import type { Notice } from '../../contract/laneView.ts'
import { unreachable } from '../../contract/result.ts'
import type { PaidPart } from './state.ts'
import { dueMinor, refuse } from './sale.ts'
import type { CheckoutEffect, CheckoutState, EffectInstrument, InputOf, Sale, Step } from './state.ts'

/** Where the shopper chooses (again) how to pay what is due. */
export function toChoice(sale: Sale, notice: Notice | null, effects: readonly CheckoutEffect[] = []): Step {
  return { state: { kind: 'tenderChoice', sale }, effects, notice }
}

/** The screen on which a tender begins; a part of what is due may be asked for, never more. */
export function chooseTender(state: CheckoutState, sale: Sale, input: InputOf<'tenderChosen'>): Step {
  const askMinor = Math.min(input.amountMinor ?? Infinity, dueMinor(sale))
  const { tender } = input
  switch (tender) {
    case 'face':
    case 'points':
      return {
        state: { kind: 'faceCapture', sale, tender, askMinor },
        effects: [{ type: 'startFaceCapture', tender }],
        notice: null,
      }
    case 'walletCode':
    case 'coupon':
      return {
        state: { kind: 'codeCapture', sale, tender, askMinor, owing: null },
        effects: [],
        notice: null,
      }
    case 'walletFace':
      if (input.wallet === null) return refuse(state, 'notNow')
      return {
        state: { kind: 'walletFace', sale, wallet: input.wallet, askMinor },
        effects: [{ type: 'startWalletFace', wallet: input.wallet }],
        notice: null,
      }
    case 'card':
      return start(sale, { attemptKey: input.attemptKey, askMinor, instrument: { kind: 'card' } })
    case 'cash':
      return { state: { kind: 'cash', sale }, effects: [], notice: null }
    default:
      return unreachable(tender)
  }
}

/**
 * Money may only move from here on: the intent is committed before the request leaves. A live code, a token or a card
 * presented while the amount stands on the screen is the shopper's confirmation, and never deferred.
 */
export function start(
  sale: Sale,
  ask: { readonly attemptKey: string; readonly askMinor: number; readonly instrument: EffectInstrument },
): Step {
  const { attemptKey, askMinor, instrument } = ask
  const attempt = {
    attemptKey,
    tender: instrument.kind,
    mode: instrument.kind === 'card' ? 'local' : 'online',
    amountMinor: askMinor,
    maskedAccount: null,
    linkedTo: sale.linkedTo,
    owing: null,
  } as const
  return {
    state: { kind: 'authorising', sale, attempt, prompt: null },
    effects: [{ type: 'authorise', sale, attempt, instrument }],
    notice: null,
  }
}

/** A part more is paid: the sale is complete, or the rest is asked for. */
export function paid(sale: Sale, part: PaidPart): Step {
  // One payment stands for the unknown one; whatever follows is for the rest of the sale.
  const next = { ...sale, paid: [...sale.paid, part], linkedTo: null }
  if (dueMinor(next) > 0) {
    const { tender, amountMinor } = part
    return toChoice(next, { code: 'partlyPaid', tender, amountMinor })
  }
  return {
    state: { kind: 'approved', sale: next, tender: part.tender },
    effects: [{ type: 'completeSale', sale: next }],
    notice: null,
  }
}
