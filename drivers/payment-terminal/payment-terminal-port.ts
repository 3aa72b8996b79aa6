import type { FailureData } from '../../src-main/contract/failure.ts'
import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'

/** What the terminal wants of the shopper right now. */
export type TerminalPrompt =
  'presentCard' | 'enterPin' | 'chooseApplication' | 'wait' | 'authorising' | 'removeCard' | 'tryAgain'

/** What a terminal's result code means for the till. */
export type ResultMeaning =
  | 'approved'
  /** The shopper or the till broke off; nothing was charged. */
  | 'cancelled'
  | 'insufficientFunds'
  | 'cardBlocked'
  | 'cardExpired'
  | 'cardUnreadable'
  | 'amountOverLimit'
  | 'currencyNotHeld'
  | 'terminalFault'
  /** The terminal is doing something: ask again later. */
  | 'busy'
  | 'notRegistered'
  | 'alreadyReversed'
  | 'functionNotPossible'
  | 'declined'

/** Not done and never will be. */
export interface TerminalRefusal {
  readonly kind: 'refused'
  /** The terminal's own, untouched: 0 to 255 (ZVT "Error-Messages"). */
  readonly resultCode: number
  readonly meaning: ResultMeaning
}

/** One booked transaction as the terminal told it. */
export interface TerminalTransaction {
  readonly amountMinor: number
  /** ISO 4217 numeric code, null where the terminal did not say. */
  readonly currencyNumber: number | null
  /** 1 to 999999, then from 1 again. */
  readonly traceNumber: number
  /** Of the transaction this one took back. */
  readonly originalTrace: number | null
  /** 1 to 9999: what a reversal names. */
  readonly receiptNumber: number
  readonly terminalId: string
  readonly maskedPan: string
  readonly scheme: string
  readonly approvalCode: string
}

/**
 * What became of a call that moves money.
 * - `booked`: done; `transaction` is what the terminal booked.
 * - `refused`: not done and never will be.
 * - `notSent`: not one byte left.
 * - `unknown`: it may be done. Ask `lastTransaction` after the next `enable`.
 */
export type TerminalOutcome =
  { readonly kind: 'booked'; readonly transaction: TerminalTransaction } | TerminalRefusal | TerminalDoubt

/** The two ends that are not the terminal's word. */
export type TerminalDoubt =
  | { readonly kind: 'notSent'; readonly failure: FailureData }
  | { readonly kind: 'unknown'; readonly failure: FailureData }

/** What became of closing the terminal's day. */
export type DayOutcome = { readonly kind: 'closed' } | TerminalRefusal | TerminalDoubt

export interface TransactionCall extends CallOptions {
  readonly onPrompt?: ((prompt: TerminalPrompt) => void) | undefined
}

/** `busy`: a transaction is going on at the terminal, so its last one is not the last word. */
export type LastTransaction =
  | { readonly kind: 'booked'; readonly transaction: TerminalTransaction }
  | { readonly kind: 'none' }
  | { readonly kind: 'busy' }

/**
 * A card terminal that talks to shopper and acquirer itself (UnifiedPOS calls the category CAT).
 *
 * Beside the rules of `DevicePort`:
 * - One call at a time; a further one rejects with `device.busy`. Calls in the wrong state reject; whatever happens to
 *   the money is an outcome.
 * - A call whose `signal` fires asks the terminal to abort and settles with the terminal's own last word, at the
 *   latest `abortPatienceMs` later with `unknown`.
 * - After `unknown` the device is lost: what the terminal says late must not be taken for the next answer. Open anew.
 */
export interface PaymentTerminalPort extends DevicePort {
  readonly category: 'PaymentTerminal'
  /** `amountMinor` 1 to 999999999999, `currencyNumber` the one of the registration. */
  authorise(amountMinor: number, call: TransactionCall): Promise<TerminalOutcome>
  /** Takes a whole transaction back, by the terminal's receipt number. */
  reverse(receiptNumber: number, call: TransactionCall): Promise<TerminalOutcome>
  /** Pays to a card that is presented; `refused` with 0x83 where the model has no refunds. */
  refund(amountMinor: number, call: TransactionCall): Promise<TerminalOutcome>
  /** Closes the terminal's day with its acquirer. */
  endOfDay(call: TransactionCall): Promise<DayOutcome>
  /** The last transaction booked; asks a running one to abort first. Rejects with a device failure when not answered. */
  lastTransaction(call: CallOptions): Promise<LastTransaction>
}

/** How long a terminal may take to answer an abort, ms: it may be waiting for its acquirer. */
export const abortPatienceMs = 60_000
