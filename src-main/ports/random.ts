import type { Key } from '../contract/values.ts'

/** Unpredictable values from outside; tests inject a seeded one. */
export interface RandomPort {
  /** A new 128-bit key, 32 lower-case hex digits. */
  key(): Key
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array
  /** A number in [0, 1), for back-off jitter and challenge order. */
  unit(): number
}
