import type { FailureData } from '../../src-main/contract/failure.ts'
import type { CopyReason, ReceiptDocument } from '../../src-main/contract/receipt.ts'
import type { Key } from '../../src-main/contract/values.ts'
import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'
import type { DrawerChannel, DrawerLevel } from '../port/drawer-channel.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

/** What the printer says about itself. */
export interface PrinterStatus {
  readonly online: boolean
  readonly cover: 'closed' | 'open'
  readonly paper: 'ok' | 'nearEnd' | 'empty'
  readonly error: 'none' | 'cutter' | 'recoverable' | 'unrecoverable'
  /** At the sensor pin of the drawer connector; high with nothing plugged in, on most models. */
  readonly drawer: DrawerLevel
}

export interface PrintJob {
  /** One per paper wanted; the caller's journal knows it before `print` is called. */
  readonly jobKey: Key
  readonly document: ReceiptDocument
  /** Null for the original. Anything else is printed on the paper together with the word COPY. */
  readonly copy: CopyReason | null
}

/** How the printer confirmed: by GS ( H process ids, or by GS r answered behind the cut. */
export type Fence = 'processId' | 'statusAfterCut'

export type PrinterTrouble = 'coverOpen' | 'paperEmpty' | 'cutterError' | 'printerError' | 'offline'
export type NotPrintedReason = PrinterTrouble | 'busy' | 'aborted'
export type UnknownReason =
  PrinterTrouble | 'printerRestarted' | 'linkLost' | 'timeout' | 'aborted' | 'closed'

/**
 * What became of a job.
 * - `printed`: the printer answered every fence; `interruptedBy` tells what held it up on the way (the paper may be in
 *   two pieces, or a line damaged: a copy can be offered).
 * - `notPrinted`: not one byte of the job was sent, so the same job may be tried again as it is.
 * - `unknown`: some or all of it may be on paper. A further paper must be marked as a copy (`copyReasonFor`).
 */
export type PrintOutcome =
  | { readonly kind: 'printed'; readonly fence: Fence; readonly interruptedBy?: 'coverOpen' | 'paperEmpty' }
  | { readonly kind: 'notPrinted'; readonly reason: NotPrintedReason; readonly failure?: FailureData }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason; readonly failure?: FailureData }

/**
 * A receipt printer. One job at a time: a `print` called while another runs rejects with `device.busy`.
 * `print` rejects only for calls in the wrong state; whatever happens to the paper is an outcome. A printer that runs
 * out of paper in the middle is waited for until `timeoutMs`: loading a roll finishes the job. Trouble is believed when
 * the printer, asked again, says it twice: a byte spoilt on the line stops nothing.
 */
export interface PosPrinterPort extends DevicePort {
  readonly category: 'PosPrinter'
  print(job: PrintJob, call: CallOptions): Promise<PrintOutcome>
  /** The last status the printer told; null before the first. */
  status(): PrinterStatus | null
  /** Asks the printer (DLE EOT 1 to 4). Rejects with `device.timeout` when it does not answer. */
  readStatus(call: CallOptions): Promise<PrinterStatus>
  /** Each time the status really changed. */
  onStatus(listener: (status: PrinterStatus) => void): Unsubscribe
  /** Lent to the cash drawer on the printer's connector; the same object for the life of this driver. */
  readonly drawer: DrawerChannel
}

/** The reason to print on the paper that follows an unknown outcome. */
export function copyReasonFor(reason: UnknownReason): CopyReason {
  if (reason === 'coverOpen' || reason === 'paperEmpty' || reason === 'printerRestarted') return reason
  return 'outcomeUnknown'
}

/** What keeps a printer from printing; null when nothing does. Nearly empty paper still prints. */
export function troubleOf(status: PrinterStatus): PrinterTrouble | null {
  if (status.cover === 'open') return 'coverOpen'
  if (status.paper === 'empty') return 'paperEmpty'
  if (status.error === 'cutter') return 'cutterError'
  if (status.error !== 'none') return 'printerError'
  return status.online ? null : 'offline'
}
