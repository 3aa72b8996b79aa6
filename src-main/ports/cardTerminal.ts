import type { FailureData } from '../contract/failure.ts'
import type { Key, Money } from '../contract/values.ts'

/** What the terminal asks of the shopper right now; the screen says it in both languages. */
export type CardPrompt =
  'presentCard' | 'enterPin' | 'chooseApplication' | 'wait' | 'authorising' | 'removeCard' | 'tryAgain'

/** What the terminal charged. Never a card number: `maskedPan` shows at most the last four digits. */
export interface CardApproval {
  /** In the request's currency; 1 to what was asked for. */
  readonly approvedMinor: number
  /** Such as `****4771`. */
  readonly maskedPan: string
  /** The card's brand as the terminal names it: `girocard`, `Debit Mastercard`. */
  readonly scheme: string
  /** The terminal's own number of the transaction, 1 to 999999, then from 1 again. */
  readonly traceNumber: number
  /** Eight digits. */
  readonly terminalId: string
  /** The number a reversal is asked for with, 1 to 9999. */
  readonly receiptNumber: number
  /** The acquirer's; empty when the terminal gave none. */
  readonly approvalCode: string
}

/** Why no card was charged. `notSent`: the terminal never heard of it, so another tender is safe at once. */
export type CardRefusal =
  | 'declined'
  | 'insufficientFunds'
  | 'cardBlocked'
  | 'cardExpired'
  | 'cardUnreadable'
  | 'amountOverLimit'
  | 'currencyNotHeld'
  | 'terminalFault'
  | 'notSent'

/**
 * What became of an authorisation. `cancelled` (by the shopper at the terminal, or by us) and `declined` are certain:
 * this attempt charged nothing and never will. `unknown` is asked about with `recover`, never assumed.
 */
export type CardOutcome =
  | { readonly kind: 'approved'; readonly approval: CardApproval }
  /** `nativeCode`: the terminal's own result code as two hex digits, untouched. */
  | { readonly kind: 'declined'; readonly reason: CardRefusal; readonly nativeCode: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'unknown'; readonly failure: FailureData }

/** `alreadyDone` counts as done: a reversal asked for twice takes the money back once. */
export type CardReversal =
  | { readonly kind: 'done'; readonly traceNumber: number | null }
  | { readonly kind: 'refused'; readonly nativeCode: string }
  | { readonly kind: 'unknown'; readonly failure: FailureData }

export interface CardRequest {
  /** The attempt's key; committed by the caller before this is called, and the name of everything asked later. */
  readonly attemptKey: Key
  readonly saleId: Key
  readonly amount: Money
}

export interface CardCall {
  /** Asks the terminal to abort. The call settles with the terminal's last word, which may still be `approved`. */
  readonly signal?: AbortSignal
  readonly onPrompt?: (prompt: CardPrompt) => void
}

/** `absent`: none configured. `lost`: it does not answer, so the tender is not offered. */
export type CardAvailability = 'ready' | 'busy' | 'lost' | 'absent'

/**
 * The card tender: a semi-integrated terminal that talks to shopper and acquirer itself.
 *
 * Obligations of an implementation:
 * - One call at a time; a further one is answered `declined`, `notSent`.
 * - The last trace number is committed with the attempt's key before the first byte, and each outcome before it is
 *   returned: after a crash at any point `recover` still finds it.
 * - No call rejects for the terminal's sake, and none waits for ever: without an answer the outcome is `unknown`.
 */
export interface CardTerminalPort {
  availability(): CardAvailability
  onAvailability(listener: (availability: CardAvailability) => void): () => void
  authorise(request: CardRequest, call?: CardCall): Promise<CardOutcome>
  /**
   * What became of an attempt: the outcome already kept, or the terminal asked for its last transaction, which counts
   * only with a newer trace number and the same amount. Call again while it answers `unknown`. An attempt that never
   * reached this port is `declined`, `notSent`.
   */
  recover(attemptKey: Key): Promise<CardOutcome>
  /** Takes back the whole of an approved attempt: the void of a sale that is left. Idempotent by key. */
  reverse(attemptKey: Key): Promise<CardReversal>
  /**
   * Pays back to a card that the shopper presents again (a return). `refundKey` is committed by the caller first; the
   * same key never pays twice. Refused with `83` by a terminal without the function.
   */
  refund(request: { readonly refundKey: Key; readonly amount: Money }, call?: CardCall): Promise<CardReversal>
}

/** What a terminal was asked for, written before the first byte. */
export interface CardCallRow {
  /** The attempt's key, or the refund's. */
  readonly callKey: Key
  readonly kind: 'charge' | 'refund'
  readonly amount: Money
  /** The last trace number the terminal had told before; null when it had booked nothing yet. */
  readonly traceBefore: number | null
  /** `open` until the outcome is certain. */
  readonly state: 'open' | 'done'
  /** Null while `open`. */
  readonly outcome: Exclude<CardOutcome, { kind: 'unknown' }> | null
  /** Of a charge: null while nobody wants it back. */
  readonly reversal: 'open' | 'done' | 'refused' | null
  /** Wall clock, ms UTC. */
  readonly createdAtMs: number
  readonly updatedAtMs: number
}
