import { encodeRelay, maxRelays } from '../relay-board/lcus.ts'
import type { LightWire } from './light-wire.ts'
import type { LightColour } from './lights-port.ts'

/** What hangs on the relays, relay 1 first. */
export type RelayUse = LightColour | 'alarm' | null

/** A lamp wired to a relay board, colour by colour; `alarm` is a buzzer on a relay. At most 8 relays. */
export function relayLights(relays: readonly RelayUse[]): LightWire {
  if (relays.length > maxRelays) throw new Error(`A relay board has at most ${maxRelays} relays`)
  const colours = relays.filter((use): use is LightColour => use !== null && use !== 'alarm')
  return {
    lights: colours,
    hasAlarm: relays.includes('alarm'),
    blinksItself: false,
    answers: null,
    encode(pattern, lit) {
      const bytes = relays.flatMap((use, at) => {
        if (use === null) return []
        const state = use === 'alarm' ? (pattern.alarm === true ? 'on' : 'off') : (pattern[use] ?? 'off')
        return [...encodeRelay({ relay: at + 1, on: state === 'on' || (state === 'blink' && lit) })]
      })
      return Uint8Array.from(bytes)
    },
  }
}
