import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'

/** UnifiedPOS scale status with its numbers (chapter Scale, StatusUpdateEvent). */
export const scaleStatuses = {
  stable: 11,
  unstable: 12,
  zero: 13,
  overweight: 14,
  notReady: 15,
  underZero: 16,
} as const
export type ScaleStatus = keyof typeof scaleStatuses

/** What the scale shows this moment: for a display, never for a price. */
export interface LiveWeight {
  readonly status: ScaleStatus
  /** Net, in whole divisions; null while the scale tells none (in motion on some models, over capacity, under zero). */
  readonly grams: number | null
  /** A tare is taken off. */
  readonly net: boolean
}

/** A weight that may be sold by: at rest, within the scale's range, above nothing. */
export interface StableWeight {
  /** Net, in whole divisions of the scale; 1 or more. */
  readonly grams: number
  readonly net: boolean
}

/**
 * A scale for direct sale to the public. Weights are whole grams in whole divisions of the scale.
 *
 * Obligations of an implementation:
 * - `readWeight` returns a weight only when the scale itself says that it rests. It waits for that within the call's
 *   limit and then rejects with `device.timeout`. Over capacity, under zero and an empty plate are waited out too: a
 *   hand may still be putting the item down.
 * - An answer that could not be read is asked for again; it is never a weight.
 * - A changed status is told as a status update named after it, with its UnifiedPOS number.
 */
export interface ScalePort extends DevicePort {
  readonly category: 'Scale'
  /** What the plate carries and in which steps it shows it. */
  readonly range: { readonly maxGrams: number; readonly divisionGrams: number }
  readWeight(call: CallOptions): Promise<StableWeight>
  readLiveWeight(call: CallOptions): Promise<LiveWeight>
  /** Takes what rests on the plate as nothing. False when the scale refuses: in motion, or too far from its zero. */
  zeroScale(call: CallOptions): Promise<boolean>
  /** Takes what rests on the plate, an empty container, off every weight that follows; false when the scale refuses. */
  takeTare(call: CallOptions): Promise<boolean>
  /** A known tare in grams, 0 for none; rounded to divisions. False when the scale refuses. */
  setTareWeight(grams: number, call: CallOptions): Promise<boolean>
}
