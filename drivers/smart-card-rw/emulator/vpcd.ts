import { HeldBytes } from '../../byte-stream/held-bytes.ts'
/**
 * The protocol between vpcd (a reader of pcscd) and a virtual card: messages of a length in two bytes, the higher one
 * first, and that many bytes. One byte is a control, more is a command to the card. Source: vsmartcard documentation,
 * "Creating a virtual smart card".
 */
export const vpcdControl = { powerOff: 0x00, powerOn: 0x01, reset: 0x02, getAtr: 0x04 } as const

export interface VpcdFraming {
  /** Any chunking of the same bytes gives the same messages. */
  push(bytes: Uint8Array): Uint8Array[]
}

const headerBytes = 2

/** Holds at most one message, which the two bytes of its length limit to 64 KiB. */
export function createVpcdFraming(): VpcdFraming {
  const held = new HeldBytes()
  return {
    push(bytes) {
      const messages: Uint8Array[] = []
      held.append(bytes)
      for (;;) {
        const view = held.view()
        const whole = headerBytes + (((view[0] ?? 0) << 8) | (view[1] ?? 0))
        if (view.length < headerBytes || view.length < whole) return messages
        messages.push(view.slice(headerBytes, whole))
        held.drop(whole)
      }
    },
  }
}

export function vpcdMessage(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([bytes.length >> 8, bytes.length & 0xff, ...bytes])
}
