import type { CallOptions } from '../port/call.ts'
import type { DevicePort } from '../port/device-port.ts'

export const lightColours = ['red', 'amber', 'green', 'blue', 'white'] as const
export type LightColour = (typeof lightColours)[number]
export type LightState = 'off' | 'on' | 'blink'

/** A colour left out is off. `alarm` is the tower's own buzzer. */
export type LightPattern = Partial<Readonly<Record<LightColour, LightState>>> & { readonly alarm?: boolean }

/** A status lamp above the lane. */
export interface LightsPort extends DevicePort {
  readonly category: 'Lights'
  /** The colours this tower has, from the top; other colours of a pattern are not shown. */
  readonly lights: readonly LightColour[]
  readonly hasAlarm: boolean
  /** Shows the whole pattern and nothing of the one before. Blinks about once a second. */
  switchTo(pattern: LightPattern, call: CallOptions): Promise<void>
  /** What is shown by the last call that succeeded. */
  shown(): LightPattern
}
