import type {
  LastTransaction,
  ResultMeaning,
  TerminalOutcome,
  TerminalRefusal,
  TerminalTransaction,
} from '../../drivers/payment-terminal/payment-terminal-port.ts'
import { Failure, failureData } from '../contract/failure.ts'
import { unreachable } from '../contract/result.ts'
import { isNewerTrace } from '../domain/card/trace.ts'
import type { CardApproval, CardCallRow, CardOutcome, CardRefusal } from '../ports/cardTerminal.ts'

/** An outcome that may be kept. */
export type CertainOutcome = Exclude<CardOutcome, { kind: 'unknown' }>

/** What the terminal's own answer to a call makes of it. */
export function outcomeOf(row: CardCallRow, outcome: TerminalOutcome): CardOutcome {
  switch (outcome.kind) {
    case 'booked':
      // An old result told again is not the result of this call.
      return isNewerTrace(outcome.transaction.traceNumber, row.traceBefore)
        ? approved(outcome.transaction)
        : unclear('The terminal answered with a transaction of before.')
    case 'refused':
      return refused(outcome)
    case 'notSent':
      return { kind: 'declined', reason: 'notSent', nativeCode: '' }
    case 'unknown':
      return outcome
    default:
      return unreachable(outcome)
  }
}

/** What the terminal's last transaction says about a call whose answer nobody heard. */
export function verdictOf(row: CardCallRow, last: LastTransaction): CardOutcome {
  switch (last.kind) {
    case 'busy':
      return unclear('The terminal is still busy.')
    case 'none':
      return row.traceBefore === null
        ? { kind: 'cancelled' }
        : unclear('The terminal has lost its memory. Look at its receipts, or at the acquirer.')
    case 'booked': {
      const { transaction } = last
      if (!isNewerTrace(transaction.traceNumber, row.traceBefore)) return { kind: 'cancelled' }
      const same = transaction.amountMinor === row.amount.amountMinor && transaction.originalTrace === null
      return same
        ? approved(transaction)
        : unclear('Another till used this terminal meanwhile. Look at its receipts, or at the acquirer.')
    }
    default:
      return unreachable(last)
  }
}

export function approvalOf(row: CardCallRow): CardApproval | null {
  return row.kind === 'charge' && row.outcome?.kind === 'approved' ? row.outcome.approval : null
}

function approved(transaction: TerminalTransaction): CardOutcome {
  const { amountMinor, maskedPan, scheme, traceNumber, terminalId, receiptNumber, approvalCode } = transaction
  return {
    kind: 'approved',
    approval: {
      approvedMinor: amountMinor,
      maskedPan,
      scheme,
      traceNumber,
      terminalId,
      receiptNumber,
      approvalCode,
    },
  }
}

function refused({ resultCode, meaning }: TerminalRefusal): CardOutcome {
  if (meaning === 'cancelled') return { kind: 'cancelled' }
  const nativeCode = resultCode.toString(16).padStart(2, '0').toUpperCase()
  return { kind: 'declined', reason: reasonOf(meaning), nativeCode }
}

function reasonOf(meaning: Exclude<ResultMeaning, 'cancelled'>): CardRefusal {
  switch (meaning) {
    case 'insufficientFunds':
    case 'cardBlocked':
    case 'cardExpired':
    case 'cardUnreadable':
    case 'amountOverLimit':
    case 'currencyNotHeld':
    case 'terminalFault':
      return meaning
    case 'busy':
    case 'notRegistered':
      return 'notSent'
    case 'approved':
    case 'alreadyReversed':
    case 'functionNotPossible':
    case 'declined':
      return 'declined'
    default:
      return unreachable(meaning)
  }
}

function unclear(message: string): CardOutcome {
  const failure = new Failure({
    code: 'card.outcomeUnknown',
    attempted: 'find out what became of a card payment',
    remedy: 'staff',
    message,
  })
  return { kind: 'unknown', failure: failureData(failure) }
}
