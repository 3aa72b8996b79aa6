import type { FiscalKind, FiscalMark, FiscalOutageReason, FiscalRecord } from '../contract/fiscal.ts'
import type { Key } from '../contract/values.ts'

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

/**
 * - `opening`: a start may be on its way. `open`: the device gave a number.
 * - `sealing`: to be signed, the receipt waits. `owed`: the receipt went without, to be signed in order.
 * - `abandoning`: given up, to be finished as such. `signed`: done. `setAside`: refused for good, for a person to settle.
 */
export type FiscalRowState = 'opening' | 'open' | 'sealing' | 'owed' | 'abandoning' | 'signed' | 'setAside'

/** One record of the lane's fiscal memory. */
export interface FiscalRow {
  readonly recordKey: Key
  readonly state: FiscalRowState
  readonly kind: FiscalKind
  /** 1, 2, 3… in the order in which records were handed in; null before that. */
  readonly sealOrder: number | null
  readonly transactionNumber: number | null
  readonly process: { readonly processType: string; readonly processData: string } | null
  /** What the receipt carries; null while it is not decided. */
  readonly mark: FiscalMark | null
  /** Wall clock, ms UTC. */
  readonly updatedAtMs: number
}
