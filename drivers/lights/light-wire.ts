import type { LightColour, LightPattern } from './lights-port.ts'

/** What differs between lamps: bytes, and who makes the blinking. */
export interface LightWire {
  readonly lights: readonly LightColour[]
  readonly hasAlarm: boolean
  /** False: the driver blinks, by sending the pattern lit and dark in turn. */
  readonly blinksItself: boolean
  /** Bytes that answer a pattern; null when the lamp says nothing. */
  readonly answers: { readonly accepted: number; readonly refused: number } | null
  /** `lit`: the phase of what blinks. */
  encode(pattern: LightPattern, lit: boolean): Uint8Array
}
