import type { FiscalOutageReason, FiscalSignature } from '../../src-main/contract/fiscal.ts'

/** What the device answered to a start or an update. */
export interface FiscalLogEntry {
  /** Given by the device, counting up; the name of the transaction from here on. */
  readonly transactionNumber: number
  readonly signatureCounter: number
  /** UTC, as the device signed it. */
  readonly logTime: string
}

export type FiscalTransaction =
  | { readonly state: 'open'; readonly startedAt: string }
  | { readonly state: 'finished'; readonly signature: FiscalSignature }

/** `outage`: the device did nothing, or nobody knows; the record is signed later. */
export type FiscalResult<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'outage'; readonly reason: FiscalOutageReason; readonly detail: string }

/** Process type and data of TR-03153, as DSFinV-K and its siblings in other countries fill them. */
export interface FiscalProcess {
  readonly processType: string
  readonly processData: string
}

export interface FiscalCall {
  /** Greater than 0; the call settles within it. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/**
 * A fiscal signing device in the words of BSI TR-03153 (the shape Austria's, Italy's and France's need too).
 *
 * Obligations of an implementation:
 * - No call rejects for the device's sake, and none lasts longer than its `timeoutMs`.
 * - `finish` of a transaction that is already finished signs nothing again: it answers the signature of the first time
 *   when process type and data are the same, else outage `refused`.
 * - After an outage the truth is asked for: `started` names what is open, `lookUp` tells how a number ended.
 */
export interface FiscalPort {
  readonly clientId: string
  start(call: FiscalCall): Promise<FiscalResult<FiscalLogEntry>>
  /** Signs what is known so far of a transaction that goes on. */
  update(
    transactionNumber: number,
    process: FiscalProcess,
    call: FiscalCall,
  ): Promise<FiscalResult<FiscalLogEntry>>
  finish(
    transactionNumber: number,
    process: FiscalProcess,
    call: FiscalCall,
  ): Promise<FiscalResult<FiscalSignature>>
  /** Numbers of this client's open transactions, oldest first. */
  started(call: FiscalCall): Promise<FiscalResult<readonly number[]>>
  /** Null for a number the device never gave to this client. */
  lookUp(transactionNumber: number, call: FiscalCall): Promise<FiscalResult<FiscalTransaction | null>>
  close(): Promise<void>
}
