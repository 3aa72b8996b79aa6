import type { LightWire } from './light-wire.ts'
import type { LightColour, LightState } from './lights-port.ts'

/** Tiers of a tower, top first. */
export const pnsTiers = 5

const header = [0x41, 0x42, 0x53, 0x00, 0x00, 0x06]
const states: Readonly<Record<LightState, number>> = { off: 0, on: 1, blink: 2 }

/**
 * PATLITE signal towers on the network (LA6-POE, LR5-LAN; port 10000) by the PNS "operation control" command: product
 * `AB`, `S`, a zero, the length 6, one byte for each of five tiers and one for the buzzer. Answered by 06, or 15 when
 * refused. Source: PATLITE-Corporation/LA6-POE_windows_python_example, src/main.py.
 */
export function pnsLights(lights: readonly LightColour[]): LightWire {
  if (lights.length > pnsTiers) throw new Error(`A tower has at most ${pnsTiers} tiers`)
  return {
    lights,
    hasAlarm: true,
    blinksItself: true,
    answers: { accepted: 0x06, refused: 0x15 },
    encode: (pattern) =>
      Uint8Array.of(
        ...header,
        ...Array.from({ length: pnsTiers }, (_, tier) => {
          const colour = lights[tier]
          return colour === undefined ? states.off : states[pattern[colour] ?? 'off']
        }),
        pattern.alarm === true ? 1 : 0,
      ),
  }
}
