import type { FiscalMark, FiscalOutageReason, FiscalRecord, FiscalSignature } from '../contract/fiscal.ts'
import type { Key } from '../contract/values.ts'

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

/** How the fiscal desk stands, for the view and the staff. */
export interface FiscalStatus {
  /** `off`: this country needs none. */
  readonly state: 'off' | 'ready' | 'outage'
  readonly reason: FiscalOutageReason | null
  readonly sinceMs: number | null
  /** Records sold and not signed yet. */
  readonly owed: number
}

/**
 * The lane's fiscal memory: every sale and every return is signed once, in order, or marked and signed later. The
 * lane calls it; `src-main/fiscal` implements it over a `FiscalPort` and the store.
 */
export interface FiscalDeskPort {
  status(): FiscalStatus
  onStatus(listener: (status: FiscalStatus) => void): () => void
  /** False only where the country forbids a sale without a device and there is none: asked before tenders are offered. */
  maySell(): boolean
  /** After the lane's start: what an earlier life left is finished or given up, but for the sale that goes on. */
  resume(openSale: Key | null): void
  /** A sale begins: the transaction is started beside it. Never waits, never throws for the device's sake. */
  begin(recordKey: Key): void
  /**
   * The mark for the receipt, within the configured limit; null where no device is needed. Call it when everything is
   * paid and before the sale is committed. The same key gives the same mark again, after a restart too. Rejects with
   * the `Failure` `store.diskFull`: nothing was sent.
   */
  seal(record: FiscalRecord): Promise<FiscalMark | null>
  /** The sale was given up: its transaction is finished as such, in the background. */
  abandon(recordKey: Key): void
  close(): Promise<void>
}
