import type { FailureData } from '../../src-main/contract/failure.ts'
import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'

export interface SlotStatus {
  /** As printed beside the product: `11`, `A4`. */
  readonly slot: string
  readonly state: 'ready' | 'empty' | 'jammed'
  /** Pieces in it, 0 to 9999; missing on a board that does not count. */
  readonly left?: number
}

/** One product out of one slot. The key makes it happen at most once, however often it is asked for. */
export interface DispenseJob {
  /** 32 hex digits. */
  readonly key: string
  readonly slot: string
}

/**
 * What became of a job. Only `dropped` was seen by the drop sensor.
 * - `jammed`: the motor stood still. `empty`: there was nothing to turn out. `timeout`: it turned, nothing fell.
 * - `refused`: the board did not begin; the reason is its own word (`sensor`, `noSlot`, `busy`, `door`).
 * - `unknown`: it began, and nobody can say how it ended (power lost while the motor ran, board gone).
 */
export type DispenseOutcome =
  | { readonly kind: 'dropped' | 'jammed' | 'empty' | 'timeout' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly failure?: FailureData }

/**
 * The motors and the drop sensor of a vending machine.
 *
 * Obligations of an implementation:
 * - A job is sent once. What is not answered is asked for by its key, never sent again while the board may have it.
 * - `dispense` with a key that the board remembers answers what became of it and turns no motor.
 * - `dispense` does not reject once the job may have reached the board: it is `unknown` then.
 */
export interface VendingControllerPort extends DevicePort {
  readonly category: 'VendingController'
  slots(call: CallOptions): Promise<readonly SlotStatus[]>
  dispense(job: DispenseJob, call: CallOptions): Promise<DispenseOutcome>
  /** What became of a job; null when the board has never heard of its key. */
  outcomeOf(key: string, call: CallOptions): Promise<DispenseOutcome | null>
}
