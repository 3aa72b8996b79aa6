import type { Failure } from '../../src-main/contract/failure.ts'
import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'
import type { Unsubscribe } from '../port/subscriptions.ts'

/** `cycles` beeps of `onMs` with `offMs` of silence between them. 1 to 20 cycles, each time 10 to 5000 ms. */
export interface Tone {
  readonly cycles: number
  readonly onMs: number
  readonly offMs: number
}

/** A beeper. */
export interface ToneIndicatorPort extends DevicePort {
  readonly category: 'ToneIndicator'
  /** Settles when the last beep is over. A tone that begins while another sounds ends that one first. */
  sound(tone: Tone, call: CallOptions): Promise<void>
  /** Silence now. */
  soundOff(call: CallOptions): Promise<void>
}

/**
 * What makes the noise: a relay, the alarm of a light tower, the beeper in a printer. Lent to the tone indicator by
 * whoever owns the connection.
 */
export interface ToneChannel {
  readonly address: string
  open(call: CallOptions): Promise<void>
  /** Switches the noise; a channel that can only beep for a fixed time does so at each `true`. */
  switchTo(on: boolean, call: CallOptions): Promise<void>
  /** Looks whether it is still there; ends with `onClose` when not. Never rejects. */
  probe(): Promise<void>
  onClose(listener: (failure: Failure | null) => void): Unsubscribe
  close(): Promise<void>
}
