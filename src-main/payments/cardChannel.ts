import type { FailureData } from '../contract/failure.ts'
import type { CardInstrument, DeclineReason } from '../contract/payment.ts'
import { err, ok, unreachable, type Result } from '../contract/result.ts'
import type { CardApproval, CardOutcome, CardRefusal, CardTerminalPort } from '../ports/cardTerminal.ts'
import type { ChannelAnswer, PaymentChannel } from './channel.ts'

/** A card at the lane's own terminal: what became of it is asked there, never assumed. */
export function cardChannel(terminal: CardTerminalPort): PaymentChannel {
  const recover = async (attemptKey: string) => answerOf(await terminal.recover(attemptKey))
  return {
    async authorise({ attemptKey, saleId, amount }, { signal, onPrompt }) {
      return answerOf(await terminal.authorise({ attemptKey, saleId, amount }, { signal, onPrompt }))
    },
    query: recover,
    async cancel(attemptKey) {
      const known = await recover(attemptKey)
      if (!known.ok || known.value.outcome.kind !== 'approved') return known
      const reversal = await terminal.reverse(attemptKey)
      switch (reversal.kind) {
        case 'done':
          return ok({ outcome: { kind: 'cancelled' }, card: null })
        case 'refused':
          return err(refused(reversal.nativeCode))
        case 'unknown':
          return err(reversal.failure)
        default:
          return unreachable(reversal)
      }
    },
  }
}

function answerOf(outcome: CardOutcome): Result<ChannelAnswer, FailureData> {
  switch (outcome.kind) {
    case 'approved':
      return ok(approved(outcome.approval))
    case 'declined': {
      const { reason, nativeCode } = outcome
      return ok({ outcome: { kind: 'declined', reason: reasonOf(reason), nativeCode }, card: null })
    }
    case 'cancelled':
      return ok({ outcome: { kind: 'cancelled' }, card: null })
    case 'unknown':
      return err(outcome.failure)
    default:
      return unreachable(outcome)
  }
}

function approved(approval: CardApproval): ChannelAnswer {
  const { approvedMinor, maskedPan, scheme, traceNumber, terminalId, approvalCode } = approval
  const card: CardInstrument = { kind: 'card', terminalId, maskedPan, scheme, traceNumber }
  return {
    outcome: {
      kind: 'approved',
      approvedMinor,
      approvalCode,
      providerReference: `${terminalId}-${traceNumber}`,
      maskedAccount: maskedPan,
    },
    card,
  }
}

function refused(nativeCode: string): FailureData {
  return {
    code: 'card.reversalRefused',
    attempted: 'take a card payment back',
    remedy: 'staff',
    nativeCode,
    message:
      'The card terminal refuses to take the payment back. Give the money back by hand at the terminal.',
  }
}

function reasonOf(refusal: CardRefusal): DeclineReason {
  switch (refusal) {
    case 'insufficientFunds':
    case 'amountOverLimit':
    case 'currencyNotHeld':
      return refusal
    case 'cardBlocked':
      return 'accountBlocked'
    case 'declined':
    case 'cardExpired':
    case 'cardUnreadable':
    case 'terminalFault':
    case 'notSent':
      return 'other'
    default:
      return unreachable(refusal)
  }
}
