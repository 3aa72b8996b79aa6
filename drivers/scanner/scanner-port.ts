import type { DevicePort } from '../port/device-port.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

/** One code as the scanner sent it, without terminator and AIM identifier. Not checked against any symbology. */
export interface ScanEvent {
  /** 1 to 512 characters. */
  readonly data: string
  /** The AIM symbology identifier without `]`, when the scanner sends one: `E0` EAN-13, `Q3` GS1 QR, `C1` GS1-128. */
  readonly symbologyHint?: string
  /** When its last byte came, by the driver's clock. */
  readonly atMonotonicMs: number
}

/**
 * Input that was no code; nothing of it goes on. `incomplete`: it stopped in the middle. `cardTrack`: a magnetic stripe
 * came where codes are read, which may be a payment card. The shopper scans again.
 */
export const garbledReasons = ['tooLong', 'notText', 'incomplete', 'cardTrack'] as const
export type GarbledReason = (typeof garbledReasons)[number]

export interface GarbledRead {
  readonly reason: GarbledReason
  readonly atMonotonicMs: number
}

/**
 * A barcode scanner. With `autoDisable` (the default) one event is delivered per `enableData()`: what is read between
 * an event and the next `enableData()` is dropped and told as the status update `readIgnored`, so that nothing is
 * scanned into an open dialog and a scanner that stutters does not sell twice. `enable` calls `enableData` once.
 */
export interface ScannerPort extends DevicePort {
  readonly category: 'Scanner'
  readonly autoDisable: boolean
  dataEnabled(): boolean
  /** Lets the next read through. Throws the failure `device.disabled` when the device is not enabled. */
  enableData(): void
  /** Drops reads until `enableData()`. */
  disableData(): void
  onData(listener: (scan: ScanEvent) => void): Unsubscribe
  onGarbled(listener: (read: GarbledRead) => void): Unsubscribe
}
