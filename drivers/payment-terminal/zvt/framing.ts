import { HeldBytes } from '../../byte-stream/held-bytes.ts'
import { decodeApdu, encodeApdu, type Apdu } from './apdu.ts'
import { crc16 } from './crc.ts'

/** What comes off a wire. `garbled` asks the sender for the same frame again. */
export type ZvtFrame =
  | { readonly kind: 'apdu'; readonly apdu: Apdu }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'garbled' }

/** Turns APDUs into bytes and back. Any chunking of the same bytes gives the same frames. */
export interface ZvtFraming {
  /** Whether the other side confirms each frame with ACK or NAK. */
  readonly confirmed: boolean
  encode(apdu: Apdu): Uint8Array
  push(bytes: Uint8Array): ZvtFrame[]
}

export const ACK = 0x06
export const NAK = 0x15
const DLE = 0x10
const STX = 0x02
const ETX = 0x03

/** Nothing longer is held: an APDU of 65,535 bytes with its head, each byte doubled. */
const maxHeld = 2 * (0xffff + 5)

/** TCP (PA00P015): APDUs one behind the other; the connection itself keeps bytes whole and in order. */
export function createTcpFraming(): ZvtFraming {
  const held = new HeldBytes()
  return {
    confirmed: false,
    encode: encodeApdu,
    push(bytes) {
      held.append(bytes)
      const frames: ZvtFrame[] = []
      for (let found = decodeApdu(held.view()); found !== null; found = decodeApdu(held.view())) {
        frames.push({ kind: 'apdu', apdu: found.apdu })
        held.drop(found.taken)
      }
      return frames
    },
  }
}

/** Serial (PA00P016): DLE STX, the APDU with each DLE doubled, DLE ETX, CRC low byte, CRC high byte. */
export function createSerialFraming(): ZvtFraming {
  let state: 'between' | 'opening' | 'inside' | 'escaped' | 'crcLow' | 'crcHigh' = 'between'
  let body: number[] = []
  let crcLow = 0

  const finish = (crcHigh: number): ZvtFrame => {
    const bytes = Uint8Array.from(body)
    const decoded = decodeApdu(bytes)
    const intact = crc16([...body, ETX]) === (crcLow | (crcHigh << 8))
    if (!intact || decoded?.taken !== bytes.length) return { kind: 'garbled' }
    return { kind: 'apdu', apdu: decoded.apdu }
  }

  const take = (byte: number): ZvtFrame | null => {
    switch (state) {
      case 'between':
        if (byte === DLE) state = 'opening'
        if (byte === ACK) return { kind: 'ack' }
        return byte === NAK ? { kind: 'nak' } : null
      case 'opening':
        if (byte === STX) {
          state = 'inside'
          body = []
        } else if (byte !== DLE) state = 'between'
        return null
      case 'inside':
        if (byte === DLE) state = 'escaped'
        else body.push(byte)
        return overlong()
      case 'escaped':
        if (byte === DLE) {
          body.push(DLE)
          state = 'inside'
        } else if (byte === ETX) state = 'crcLow'
        else if (byte === STX) {
          // A frame that was cut off, and the next one begins.
          state = 'inside'
          body = []
        } else {
          state = 'between'
          return { kind: 'garbled' }
        }
        return null
      case 'crcLow':
        crcLow = byte
        state = 'crcHigh'
        return null
      case 'crcHigh':
        state = 'between'
        return finish(byte)
    }
  }

  const overlong = (): ZvtFrame | null => {
    if (body.length <= maxHeld) return null
    state = 'between'
    body = []
    return { kind: 'garbled' }
  }

  return {
    confirmed: true,
    encode(apdu) {
      const bytes = encodeApdu(apdu)
      const crc = crc16([...bytes, ETX])
      const doubled = [...bytes].flatMap((byte) => (byte === DLE ? [DLE, DLE] : [byte]))
      return Uint8Array.from([DLE, STX, ...doubled, DLE, ETX, crc & 0xff, crc >> 8])
    },
    push(bytes) {
      return [...bytes].map(take).filter((frame) => frame !== null)
    },
  }
}
