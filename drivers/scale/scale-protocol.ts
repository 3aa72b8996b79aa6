import type { ScaleAnswer } from './weight.ts'

/** Answers out of bytes. Any chunking of the same bytes gives the same answers. */
export interface ScaleFraming {
  push(bytes: Uint8Array): ScaleAnswer[]
}

/** What differs between scales: bytes, nothing else. */
export interface ScaleProtocol {
  readonly id: string
  /** How the serial port must be set, for an address that does not say so. */
  readonly line: { readonly baud: number; readonly dataBits: 7 | 8; readonly parity: 'none' | 'even' }
  createFraming(): ScaleFraming
  readonly commands: {
    readonly weigh: Uint8Array
    readonly zero: Uint8Array
    readonly tare: Uint8Array
    /** `grams` from 1. */
    setTare(grams: number): Uint8Array
    readonly clearTare: Uint8Array
    /** Answered by `hello`, by nothing else in the trade. */
    readonly probe: Uint8Array
    /** Sent after the probe was answered. */
    readonly endProbe: Uint8Array | null
  }
}
