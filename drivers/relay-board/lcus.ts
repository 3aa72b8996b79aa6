/**
 * LCUS USB relay boards (LC Technology; CH340 bridge, 9600 8N1): `A0`, relay from 1, 1 for on or 0 for off, sum of the
 * three. The board does not answer. Source: seller's protocol sheet, as kept in the repository jarwyg/USB_RELAY.
 */
export const lcusBaud = 9600
export const maxRelays = 8

const start = 0xa0

export interface RelaySwitch {
  /** 1 to 8. */
  readonly relay: number
  readonly on: boolean
}

export function encodeRelay({ relay, on }: RelaySwitch): Uint8Array {
  const operation = on ? 1 : 0
  return Uint8Array.of(start, relay, operation, (start + relay + operation) & 0xff)
}

export interface RelayFraming {
  /** Any chunking of the same bytes gives the same switches; what is no whole frame is passed over. */
  push(bytes: Uint8Array): RelaySwitch[]
}

export function createRelayFraming(): RelayFraming {
  let held: number[] = []
  return {
    push(bytes) {
      const switches: RelaySwitch[] = []
      for (const byte of bytes) {
        held.push(byte)
        while (held.length > 0 && held[0] !== start) held.shift()
        const [, relay = 0, operation = 0, sum] = held
        if (held.length < 4) continue
        const valid = relay >= 1 && relay <= maxRelays && operation <= 1
        if (valid && sum === ((start + relay + operation) & 0xff)) {
          switches.push({ relay, on: operation === 1 })
          held = []
        } else {
          // A start byte inside of a spoilt frame may begin a whole one.
          held.shift()
          while (held.length > 0 && held[0] !== start) held.shift()
        }
      }
      return switches
    },
  }
}
